"""What the unit writes: the plan with its measures, and what was done about each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from casework.errors import ConflictError, NotPermittedError
from casework.forms import ReasonForm
from casework.models import Case
from casework.views.steps import BUSINESS, conflict_page
from casework.workflow.circuits import circuit_of
from inspections.forms.fields import put_beside, typed
from inspections.views.deeds import form_status, sent
from organizations.access import get_or_404
from organizations.requests import ActorRequest
from rectification import services
from rectification.forms import HEAD, CompletionForm, MeasureRows, PlanForm, measures_initial
from rectification.models import Measure
from rectification.views.case import case_or_404, write
from ui.errors import DomainError
from ui.pages import page


@page(to=BUSINESS, writes=True)
def plan(request: ActorRequest, pk: int) -> HttpResponse:
    """The head of the plan and its measures on one form; while it is carried out, the head alone."""
    case = case_or_404(request, pk)
    actor = request.actor
    writable = [name for name in HEAD if name in circuit_of(case).editable(case, actor)]
    if not writable:
        raise NotPermittedError(f"现在是“{circuit_of(case).word(case.state).label}”，方案不能改")
    form = PlanForm(
        sent(request),
        writable=writable,
        initial={name: getattr(case.content, name) for name in writable} | {"seen": case.last_seq},
    )
    drafting = services.shut_to(case, actor, drafting=True) is None
    rows = (
        MeasureRows(sent(request), prefix="measures", initial=measures_initial(case.measures.order_by("n")))
        if drafting
        else None
    )
    if request.method == "POST" and form.is_valid() & (rows is None or rows.is_valid()):
        answer = _save(request, case, form, rows)
        if answer is not None:
            return answer
    context = {"case": case, "form": form, "rows": rows, "back": case.get_absolute_url()}
    return render(request, "rectification/plan_form.html", context, status=form_status(request))


def _save(request: ActorRequest, case: Case, form: PlanForm, rows: Any) -> HttpResponse | None:
    """Save the plan; return where to go, or None when a rule refused and the form says so."""
    drafts = [row.draft() for row in rows.written()] if rows is not None else []
    try:
        with transaction.atomic():
            services.save_plan(case, request.actor, form.head(), drafts, seen=form.cleaned_data["seen"])
    except ConflictError as conflict:
        kept = typed(form) + [pair for row in (rows.forms if rows is not None else ()) for pair in typed(row)]
        return conflict_page(request, conflict, kept)
    except DomainError as refused:
        if rows is not None:
            rows.put_beside(refused.fields)
        put_beside(form, refused)
        return None
    messages.success(request, "已保存整改方案。")
    return redirect(case)


def _measure(request: ActorRequest, pk: int) -> Measure:
    """Return a measure of the reader's own unit on which he may report now."""
    found: Measure = get_or_404(Measure.objects.select_related("case__unit"), request.actor, pk=pk)
    refusal = services.shut_to(found.case, request.actor, drafting=False)
    if refusal:
        raise NotPermittedError(refusal)
    return found


@page(to=BUSINESS, writes=True)
def complete_measure(request: ActorRequest, pk: int) -> HttpResponse:
    """The unit says what was done, with its evidence."""
    measure = _measure(request, pk)
    files = request.FILES if request.method == "POST" else None
    initial = {"result": measure.result} | ({"done_on": measure.done_on} if measure.done_on else {})
    form = CompletionForm(sent(request), files, measure=measure, initial=initial)
    act = lambda given: services.complete_measure(measure, request.actor, **given)
    intro = f"{measure.content}。验收标准：{measure.deliverable or '未填'}"
    return write(
        request,
        form,
        act,
        case=measure.case,
        title=f"措施 {measure.n} 完成情况",
        intro=intro,
        submit="保存完成情况",
        done=f"已填报措施 {measure.n}。",
    )


@page(to=BUSINESS, writes=True)
def reopen_measure(request: ActorRequest, pk: int) -> HttpResponse:
    """The unit takes back that a measure is done."""
    measure = _measure(request, pk)
    form = ReasonForm(sent(request))
    act = lambda data: services.reopen_measure(measure, request.actor, data["reason"])
    intro = f"{measure.content}。佐证保留，别人对这条措施的认定随之失效。"
    return write(
        request,
        form,
        act,
        case=measure.case,
        title=f"措施 {measure.n} 改回未完成",
        intro=intro,
        submit="改回未完成",
        done=f"措施 {measure.n} 已改回未完成。",
    )
