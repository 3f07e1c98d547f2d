"""What the unit writes: the plan with its measures, and what was done about each."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from casework.errors import OverError
from casework.forms import ReasonForm
from casework.kinds import works_on_cases
from casework.pages.case_page import last_return, who_did
from casework.views.steps import shut
from casework.workflow.circuits import circuit_of
from casework.workflow.prefetched import read_events
from organizations.access import get_or_404
from organizations.requests import ActorRequest
from rectification import services
from rectification.forms import HEAD, CompletionForm, MeasureRows, PlanForm, measures_initial
from rectification.models import Measure
from rectification.views.case import case_or_404
from ui.form_actions import files_sent, form_page, said, sent
from ui.pages import page


@page(to=works_on_cases, writes=True)
def plan(request: ActorRequest, pk: int) -> HttpResponse:
    """The head of the plan and its measures on one form; while it is carried out, the head alone."""
    case = case_or_404(request, pk)
    actor = request.actor
    writable = [name for name in HEAD if name in circuit_of(case).editable(case, actor)]
    if not writable:
        raise shut(case, actor, "方案")
    form = PlanForm(
        sent(request),
        files_sent(request),
        writable=writable,
        initial={name: getattr(case.content, name) for name in writable} | {"seen": case.last_seq},
    )
    returned = last_return(case, read_events(case))
    drafting = services.shut_to(case, actor, drafting=True) is None
    rows: Any = (
        MeasureRows(sent(request), prefix="measures", initial=measures_initial(case.measures.order_by("n")))
        if drafting
        else None
    )

    def do(_: dict[str, Any]) -> Any:
        drafts = [row.draft() for row in rows.written()] if rows is not None else []
        given = form.cleaned_data
        return services.save_plan(case, actor, form.head(), drafts, papers=given["papers"], seen=given["seen"])

    return form_page(
        request,
        form,
        do,
        lambda _: said(request, "已保存整改方案。", case),
        others=[] if rows is None else [rows],
        template="rectification/plan_form.html",
        case=case,
        rows=rows,
        returned=returned,
        returned_by=who_did(returned.event, actor) if returned else "",
        back=case.get_absolute_url(),
    )


def _measure(request: ActorRequest, pk: int) -> Measure:
    """Return a measure of the reader's own unit on which he may report now."""
    found: Measure = get_or_404(Measure.objects.select_related("case__unit"), request.actor, pk=pk)
    refusal = services.shut_to(found.case, request.actor, drafting=False)
    if refusal:
        raise OverError(refusal, found.case)
    return found


@page(to=works_on_cases, writes=True)
def complete_measure(request: ActorRequest, pk: int) -> HttpResponse:
    """The unit says what was done, with its evidence."""
    measure = _measure(request, pk)
    initial = {"result": measure.result} | ({"done_on": measure.done_on} if measure.done_on else {})
    return form_page(
        request,
        CompletionForm(sent(request), files_sent(request), measure=measure, initial=initial),
        lambda given: services.complete_measure(measure, request.actor, **given),
        lambda done: said(request, _filed(done), measure.case),
        title=f"措施 {measure.n} 完成情况",
        intro=f"{measure.content}。验收标准：{measure.deliverable or '未填'}",
        submit="保存完成情况",
        back=measure.case.get_absolute_url(),
    )


def _filed(measure: Measure) -> str:
    return f"已填报措施 {measure.n}，佐证 {measure.evidence.standing().count()} 件。"


@page(to=works_on_cases, writes=True)
def reopen_measure(request: ActorRequest, pk: int) -> HttpResponse:
    """The unit takes back that a measure is done."""
    measure = _measure(request, pk)
    return form_page(
        request,
        ReasonForm(sent(request)),
        lambda given: services.reopen_measure(measure, request.actor, given["reason"]),
        lambda _: said(request, f"措施 {measure.n} 已改回未完成。", measure.case),
        title=f"措施 {measure.n} 改回未完成",
        intro=f"{measure.content}。佐证保留，别人对这条措施的认定随之失效。",
        submit="改回未完成",
        back=measure.case.get_absolute_url(),
    )
