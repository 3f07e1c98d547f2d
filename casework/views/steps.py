"""The page of a step, of any kind of case: what it asks for, what came of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from casework.enums import Secrecy
from casework.errors import ConflictError, NotPermittedError, OverError
from casework.forms import StepForm, WithdrawForm
from casework.kinds import spec_of, works_on_cases
from casework.models import Case, Event
from casework.pages.case_page import briefs
from casework.pages.hands import holder_words, leads_to, lies_with
from casework.pages.timeline import who_did
from casework.services import attachments
from casework.workflow import engine
from casework.workflow.circuits import Transition, circuit_of, word_for
from casework.workflow.turns import turn_of
from casework.workflow.undecided import readable
from organizations.access import get_or_404
from organizations.requests import ActorRequest
from ui import sending
from ui.dates import day, moment
from ui.form_actions import Kept, form_page, said, sent
from ui.pages import page
from ui.taking import Taken, take


def tell_if_sealed(request: ActorRequest, case: Case) -> None:
    """Tell the log that a matter was opened which only named persons see."""
    if case.secrecy == Secrecy.NAMED:
        take(request, Taken("opened", str(case.number or case.pk), unit_id=case.unit_id))


def _case(request: ActorRequest, pk: int) -> Case:
    found: Case = get_or_404(
        Case.objects.select_related("unit", "within", "holder_unit", "topic"), request.actor, pk=pk
    )
    tell_if_sealed(request, found)
    if prepare := spec_of(found.kind).page.prepare:
        prepare(found)
    return found


@page(to=works_on_cases, writes=True)
def step(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """Show and take one step."""
    case = _case(request, pk)
    actor = request.actor
    circuit = circuit_of(case)
    transition = circuit.by_name.get(name)
    is_permitted = transition in circuit.permitted(case, actor)
    if transition is None:
        raise Http404
    if request.method != "POST" and not is_permitted:
        raise over(case, actor, transition)
    if case.state in transition.sources and not is_permitted:
        raise NotPermittedError("这一步不由您办理")  # before a byte of what was sent is stored

    def then(after: Case) -> HttpResponse:
        is_seen = Case.objects.visible_to(actor).filter(pk=pk).exists()
        return said(request, f"已办理“{transition.label}”。{comes_next(after, actor)}", after if is_seen else "home")

    form = StepForm(request, transition, case)
    context: dict[str, Any] = {
        "case": case,
        "content": case.content,
        "transition": transition,
        "refusals": transition.refusals(case, actor) if request.method != "POST" else [],
        "works_out": transition.works_out(case, {}, actor.today) if transition.works_out and is_permitted else "",
        "leads": leads_to(case, transition, actor) if is_permitted else "",
        "word": word_for(case, actor),
        "lies_with": lies_with(case),
    }
    return form_page(
        request,
        form,
        lambda _: _take(case, name, actor, form),
        then,
        template="casework/step.html",
        shows=lambda: briefs(case, actor, transition, form.signs),
        **context,
    )


def comes_next(case: Case, actor: Any) -> str:
    """Say whose turn it is after a step."""
    turn = turn_of(case, actor)
    if turn.is_mine and turn.task:  # held, and nothing asked: there is no task to name
        return f"接着由您办：{turn.task}。"
    if turn.from_on:
        return f"{day(turn.from_on)} 起由{holder_words(case)}办理：{turn.task}。"
    return f"{'现在' if case.is_open else '本件'}{lies_with(case)}。"


def over(case: Case, actor: Any, transition: Transition) -> OverError:
    """Say that a step is over, who took it and when, to who took it or would take it here; to others it is not there.

    One comes here by the Back of the browser, by an old link, or from a window that was open for long.
    """
    rows = Event.objects.filter(case_id=case.pk, name=transition.name).select_related("post__user", "post__unit")
    taken = rows.order_by("-seq").first()
    is_own = taken is not None and taken.post_id == actor.post.pk
    if not is_own and (case.state in transition.sources or not transition.who(actor, case)):
        raise Http404
    now = f"现在是“{word_for(case, actor).label}”，{holder_words(case)}"
    if taken is None:
        return OverError(f"“{transition.label}”现在不能办：{now}。", case)
    said_of = f"“{transition.label}”由{who_did(taken, actor)}于 {moment(taken.at)} 办理"
    return OverError(f"这一步已经办过：{said_of}，{now}。", case)


def shut(case: Case, actor: Any, what: str) -> OverError:
    """Say that something cannot be changed any more, or not yet, as the case stands now."""
    now = f"现在是“{word_for(case, actor).label}”，{holder_words(case)}"
    return OverError(f"{what}现在不能改：{now}。", case)


@page(to=works_on_cases)
def printed_step(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """What a step decides on, to be printed, signed, sealed and scanned (签字、盖章后扫描)."""
    case, actor = _case(request, pk), request.actor
    transition = next((t for t in circuit_of(case).permitted(case, actor) if t.name == name and t.shows), None)
    if transition is None:
        raise Http404
    take(request, Taken("printed", f"{case.number or case.pk} {transition.label}", unit_id=case.unit_id))
    context = {"case": case, "content": case.content, "transition": transition, "today": actor.today}
    return render(request, "casework/step_print.html", context | briefs(case, actor, transition))


def _take(case: Case, name: str, actor: Any, form: StepForm) -> Case:
    """Attach what was sent and take the step, all in one transaction: a refused step leaves no file."""
    given = form.given()
    for key, value in given.items():
        if isinstance(value, list) and value and hasattr(value[0], "read"):
            given[key] = [attachments.attach(case, actor, file, record=False) for file in value]
    shown = form.cleaned_data.get("shown")
    return engine.perform(case, name, actor, seen=form.cleaned_data["seen"], shown=shown, **given)


def conflict_page(request: ActorRequest, conflict: ConflictError, kept: Kept) -> HttpResponse:
    """Say who was first, as its reader may know it, and keep what was typed before the person's eyes."""
    case, actor = conflict.case, request.actor
    shown = readable(case, conflict.events, actor)
    events = [(who_did(event, actor), event) for event in shown]
    context = {
        "case": case,
        "events": events,
        "word": word_for(case, actor),
        "holder": holder_words(case),
        "kept": kept,
        "url": case.get_absolute_url(),
        "again": request.get_full_path(),
        "token": sending.token_of(request),
    }
    return render(request, "casework/conflict.html", context, status=409)


@page(to=works_on_cases, writes=True)
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take one's own last step back."""
    case = _case(request, pk)
    return form_page(
        request,
        WithdrawForm(sent(request), initial={"seen": case.last_seq}),
        lambda given: engine.withdraw(case, request.actor, seen=given["seen"], reason=given["reason"]),
        lambda _: said(request, "已撤回最近一步。", case),
        title=f"撤回最近一步：{case.title}",
        intro="撤回也会写进经过，对方能看到。",
        submit="撤回这一步",
        back=case.get_absolute_url(),
    )
