"""One step on several cases at once.

Which steps serve for that, and each case through the one door, in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from casework import kinds
from casework.errors import ConflictError, RefusedError
from casework.models import Case
from casework.workflow import engine
from casework.workflow.circuits import Transition, circuit_of
from casework.workflow.inputs import INPUTS
from casework.workflow.relations import read_capacities
from organizations.enums import Role
from ui.errors import DomainError
from ui.giving_way import once_more

if TYPE_CHECKING:
    from organizations.actor import Actor

MOST = 100  # more at once nobody has read


class Choice(NamedTuple):
    """A step, and which of the chosen cases can and cannot take it now."""

    transition: Transition
    ready: list[Case]
    held_up: list[tuple[Case, list[str]]]


class Outcome(NamedTuple):
    """What came of each case."""

    done: list[Case]
    refused: list[tuple[Case, list[str]]]


def serves_for_several(transition: Transition) -> bool:
    """Say whether one answer can be given for several cases.

    Nothing it needs is chosen, signed or handed in for the very case.
    """
    return not any(INPUTS[need].is_of_the_case for need in transition.needs)


def steps_of(kind: str, actor: Actor) -> Mapping[str, Transition]:
    """Return, by name, the steps for several cases of a kind that this role can take at all."""
    return _steps_of_role(kinds.spec_of(kind), actor.role)


@lru_cache(maxsize=256)
def _steps_of_role(spec: kinds.KindSpec, role: Role) -> Mapping[str, Transition]:
    """Kept: every list asks it of every line, and a declaration does not change."""
    return {t.name: t for t in _taken_by(spec, role) if serves_for_several(t)}


def steps_taken_by(kind: str, actor: Actor) -> Mapping[str, Transition]:
    """Return, by name, every step of a kind that this role can take at all, also those taken one case at a time."""
    return {t.name: t for t in _taken_by(kinds.spec_of(kind), actor.role)}


def _taken_by(spec: kinds.KindSpec, role: Role) -> Iterator[Transition]:
    return (t for t in spec.table.whole.transitions if role in t.who.roles)


def chosen(kind: str, keys: Iterable[str], actor: Actor) -> list[Case]:
    """Return the cases of a kind that were ticked, as far as this person sees them."""
    numbers = [int(key[:18]) for key in keys if key.isdecimal()][:MOST]
    rows = Case.objects.visible_to(actor).filter(kind=kind, pk__in=numbers).order_by("number", "pk")
    return list(rows.select_related("unit", "holder_unit", "within", *kinds.spec_of(kind).related))


def choices(cases: Sequence[Case], actor: Actor, *, singly: bool = False) -> list[Choice]:
    """Return the steps this person is offered on these cases, forward ones that most can take first.

    Args:
        singly: those too that are taken one case at a time.
    """
    read_capacities(actor, cases)
    found: dict[str, Choice] = {}
    answerable: set[str] = set()  # the steps for which at least one case has something to take them on
    for case in cases:
        for offer in circuit_of(case).offers(case, actor):
            if not singly and not serves_for_several(offer.transition):
                continue
            choice = found.setdefault(offer.transition.name, Choice(offer.transition, [], []))
            answerable |= {offer.transition.name} if singly or not offer.is_moot else set()
            if offer.is_open:
                choice.ready.append(case)
            else:
                choice.held_up.append((case, offer.refusals))
    shown = [choice for name, choice in found.items() if name in answerable]
    return sorted(shown, key=lambda choice: (choice.transition.back, -len(choice.ready)))


def take_each(
    cases: Iterable[Case],
    name: str,
    actor: Actor,
    given: Mapping[str, Any],
    seen: Mapping[int, int] | None = None,
    of_each: Mapping[int, Mapping[str, Any]] | None = None,
) -> Outcome:
    """Take the step on each case and say of each what came of it.

    `seen`: the last event the person had before his eyes, by case. `of_each`: what was said of each by itself, by case.
    """
    outcome = Outcome([], [])
    for case in cases:
        said = {**given, **(of_each or {}).get(case.pk, {})}
        last = seen.get(case.pk, 0) if seen is not None else case.last_seq
        take = partial(engine.perform, case, name, actor, seen=last, **said)
        try:
            outcome.done.append(once_more(take))
        except ConflictError as conflict:
            outcome.refused.append(
                (case, [f"本件已办理“{event.label}”，现在不能办这一步" for event in conflict.events[-1:]])
            )
        except RefusedError as refused:
            outcome.refused.append((case, refused.reasons))
        except DomainError as refused:
            outcome.refused.append((case, [refused.message]))
    return outcome
