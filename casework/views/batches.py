"""One step on the cases ticked in a list: choose it, answer once what it asks, read what came of each.

A step that asks something of the very case is taken case by case: then the room says of which it can be taken now, of
which not and why, and leads to the form of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from casework.forms import BatchForm
from casework.kinds import is_kind, spec_of, works_on_cases
from casework.models import Case
from casework.pages.hands import lies_with
from casework.workflow.batches import Choice, choices, chosen, steps_of, steps_taken_by, take_each
from casework.workflow.circuits import StateWord, Transition, word_for
from organizations.actor import Actor
from organizations.requests import ActorRequest
from ui import sending
from ui.form_actions import typed
from ui.pages import page


def batch_of(kind: str) -> Callable[[ActorRequest], dict[str, str] | None]:
    """Return what a ListSpec needs to let rows be ticked, for whom the kind has a step that serves for several."""
    return lambda request: (
        {"url": reverse("batch", args=[kind]), "method": "get", "back": request.get_full_path(), "pick": "case"}
        if steps_of(kind, request.actor)
        else None
    )


@page(to=works_on_cases, piecemeal=True)
def batch(request: ActorRequest, kind: str) -> HttpResponse:
    """Show what can be done with the ticked cases, then the form of one step, then what came of each case.

    Cases and step stand in the address: whoever is signed out meanwhile comes back to the very form.
    """
    actor, given = request.actor, request.POST if request.method == "POST" else request.GET
    if not is_kind(kind):
        raise Http404
    back, cases = _back(given), chosen(kind, given.getlist("case"), actor)
    if not cases:
        messages.warning(request, "请先勾选要办的件。")
        return redirect(back)
    context: dict[str, Any] = {"kind": kind, "cases": cases, "back": back}
    name = given.get("step", "")
    if not name:
        offered = choices(cases, actor)
        held = [] if offered else _whose(cases)
        return render(request, "casework/batch.html", context | {"choices": offered, "held": held})
    transition = steps_taken_by(kind, actor).get(name)
    if transition is None:
        raise Http404
    if name not in steps_of(kind, actor):
        choice = _choice(cases, transition, actor)
        context |= {"transition": transition, "ready": choice.ready, "held_up": _held_up(cases, choice, actor)}
        return render(request, "casework/batch_singly.html", context)
    form = BatchForm(request, transition, cases)
    context |= {"transition": transition, "form": form}
    if form.is_valid():
        seen = {case.pk: _whole(request.POST.get(f"seen-{case.pk}", "")) for case in cases}
        of_each = {case.pk: form.given_of(case) for case in cases}
        outcome = take_each(cases, name, actor, form.given_for_all(), seen, of_each)
        after = {"outcome": outcome, "now": _now(outcome.done, actor), "kept": typed(form)}
        done = render(request, "casework/batch_done.html", context | after)
        return sending.accepted(request, done)  # each case is taken once: `seen`
    choice = _choice(cases, transition, actor)
    asked = render(
        request,
        "casework/batch_form.html",
        context
        | {"ready": choice.ready, "held_up": _held_up(cases, choice, actor)}
        | {"rows": _rows(kind, form, choice.ready, actor)},
        status=422 if form.is_bound else 200,
    )
    return sending.is_form(asked)


class Row(NamedTuple):
    """A case the step is taken on: what stands against it, and the fields of what is said of it by itself."""

    case: Case
    beside: Sequence[tuple[str, str]]
    fields: list[BoundField]


def _rows(kind: str, form: BatchForm, cases: list[Case], actor: Actor) -> list[Row]:
    """Return the cases that can take the step, each with what whoever decides on it by itself has before his eyes."""
    read = spec_of(kind).page.beside if form.of_each else None
    beside = read(cases, actor) if read else {}
    return [Row(case, beside.get(case.pk, ()), form.fields_of(case)) for case in cases]


def _choice(cases: list[Case], transition: Transition, actor: Actor) -> Choice:
    """Return which of the ticked cases this person is offered a step on, and which of them can take it now."""
    offered = choices(cases, actor, singly=True)
    return next((one for one in offered if one.transition.name == transition.name), Choice(transition, [], []))


def _held_up(cases: list[Case], choice: Choice, actor: Actor) -> list[tuple[Case, list[str]]]:
    """Return the ticked cases that cannot take the step now, each with why not."""
    offered = {case.pk for case in choice.ready} | {case.pk for case, _ in choice.held_up}
    sources = choice.transition.sources
    why = lambda case: (
        "这一步不由您办理" if case.state in sources else f"现在是“{word_for(case, actor).label}”，不办这一步"
    )
    return [*choice.held_up, *((case, [why(case)]) for case in cases if case.pk not in offered)]


def _now(cases: list[Case], actor: Actor) -> list[tuple[Case, StateWord, str]]:
    """Return the cases that took the step, each with its state and in whose hands it is now."""
    rows = Case.objects.filter(pk__in=[case.pk for case in cases]).with_holder().order_by("pk")
    return [(case, word_for(case, actor), lies_with(case)) for case in rows]


def _whose(cases: list[Case]) -> list[str]:
    """Say in whose hands they are, most first: why nothing can be done with them together."""
    rows = Case.objects.filter(pk__in=[case.pk for case in cases]).with_holder()
    found = Counter(lies_with(case) for case in rows)
    return [f"{words}的 {n} 件" for words, n in found.most_common(4)]


def _back(given: QueryDict) -> str:
    """Return the list that the person came from, as it was filtered; a forged address leads home."""
    back = given.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else reverse("home")  # without the slash it would be the name of a page, or none


def _whole(text: str) -> int:
    return int(text[:9]) if text.isdecimal() else 0
