"""What the unit writes: the plan with its measures, and what was done about each."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from casework.errors import OverError
from casework.files.uploads import TERMS
from casework.forms import ReasonForm
from casework.kinds import works_on_cases
from casework.models import Case
from casework.pages.case_page import last_return
from casework.pages.timeline import who_did
from casework.views.steps import shut
from casework.workflow.circuits import circuit_of
from casework.workflow.prefetched import read_events
from organizations.access import get_or_404
from organizations.requests import ActorRequest
from rectification import services
from rectification.facts import goal_hint
from rectification.forms import (
    COLUMN,
    HEAD,
    CompletionForm,
    EvidenceRows,
    MeasureRows,
    PlanForm,
    StageRows,
    measures_initial,
)
from rectification.models import Measure
from rectification.querysets import proofs
from rectification.similar_findings import plans_like, start_from
from rectification.views.case import case_or_404
from rectification.workflow.plan_items import review_of
from ui.form_actions import files_sent, form_page, said, sent
from ui.pages import page


@page(to=works_on_cases, writes=True)
def plan(request: ActorRequest, pk: int) -> HttpResponse:
    """The head of the plan and its measures on one form; while it is carried out, the head alone."""
    case = case_or_404(request, pk)
    actor = request.actor
    writable = circuit_of(case).editable(case, actor) & {COLUMN.get(name, name) for name in HEAD}
    if not writable and services.shut_to(case, actor, drafting=True):
        raise shut(case, actor, "方案")
    returned = last_return(case, read_events(case))
    drafting = services.shut_to(case, actor, drafting=True) is None
    rows, stages, likes = _rows(request, case) if drafting else (None, None, [])
    head, _ = start_from(case, actor, request.GET.get("from", "")) if likes else ({}, [])
    begun = {name: getattr(case.content, name) for name in HEAD} | head | {"seen": case.last_seq}
    form = PlanForm(sent(request), files_sent(request), writable=writable, initial=begun)

    def do(_: dict[str, Any]) -> Any:
        drafts = [row.draft() for row in rows.written()] if rows is not None else []
        given, phases = form.cleaned_data, stages.drafts() if stages is not None else None
        return services.save_plan(
            case, actor, form.head(), drafts, stages=phases, papers=given["papers"], seen=given["seen"]
        )

    return form_page(
        request,
        form,
        do,
        lambda saved: said(request, f"已保存整改方案。{goal_hint(saved.content.goal)}", case),
        others=[one for one in (rows, stages) if one is not None],
        template="rectification/plan_form.html",
        case=case,
        rows=rows,
        stages=stages,
        likes=likes,
        items=review_of(case) if drafting else [],
        returned=returned,
        returned_by=who_did(returned.event, actor) if returned else "",
        back=case.get_absolute_url(),
    )


def _rows(request: ActorRequest, case: Case) -> tuple[Any, Any, list[Case]]:
    """Return the measures and the stages as rows to be written, and the plans that an empty one may begin with.

    The head of a plan that the office has accepted is shut, its stages with it.
    """
    there, items = list(case.measures.order_by("n")), review_of(case)
    likes = [] if there or case.content.goal else plans_like(case, request.actor)
    _, begun = start_from(case, request.actor, request.GET.get("from", "")) if likes else ({}, [])
    rows = MeasureRows(sent(request), prefix="measures", initial=measures_initial(there, items) + begun)
    if items[0].is_accepted:
        return rows, None, likes
    phases = list(case.stage_goals.order_by("due_on").values("due_on", "goal"))
    return rows, StageRows(sent(request), prefix="stages", initial=phases), likes


def _measure(request: ActorRequest, pk: int) -> Measure:
    """Return a measure of the reader's own unit on which he may report now."""
    rows = Measure.objects.select_related("case__unit").prefetch_related(proofs())
    found: Measure = get_or_404(rows, request.actor, pk=pk)
    refusal = services.shut_to(found.case, request.actor, drafting=False)
    if refusal:
        raise OverError(refusal, found.case)
    return found


@page(to=works_on_cases, writes=True)
def complete_measure(request: ActorRequest, pk: int) -> HttpResponse:
    """The unit says what was done, with its evidence."""
    measure, actor = _measure(request, pk), request.actor
    initial = {"result": measure.result} | ({"done_on": measure.done_on} if measure.done_on else {})
    rows = EvidenceRows(sent(request), files_sent(request), prefix="evidence", case=measure.case, actor=actor)
    there = measure.standing_proofs()
    return form_page(
        request,
        CompletionForm(sent(request), initial=initial),
        lambda given: services.complete_measure(measure, actor, filed=rows.pieces(), **given),
        lambda done: said(request, _filed(done), measure.case),
        others=[rows],
        template="rectification/complete_measure.html",
        measure=measure,
        rows=rows,
        there=there,
        many=services.MANY,
        terms=TERMS,
    )


def _filed(measure: Measure) -> str:
    n = measure.proofs.standing().count()
    more = f"超过 {services.MANY} 件，请只留能证明的，其余的可以撤下。" if n > services.MANY else ""
    return f"已填报措施 {measure.n}，佐证 {n} 件。{more}"


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
