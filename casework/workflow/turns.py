"""Whose turn it is, and what exactly is asked: the same for one case as `CaseQuerySet.awaiting` says it for a queue."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from casework.workflow.circuits import Transition, circuit_of
from casework.workflow.recusals import BARRED

if TYPE_CHECKING:
    from casework.models import Case
    from organizations.actor import Actor


class Turn(NamedTuple):
    """What a case asks of a person now.

    `task`: in words, of whoever holds it. `asked`: the step that answers it. `from_on`: from when on its holder
    is asked. Where the case lies in his hands, `barred` says why he must leave it to another, and `together` is the
    card with which it is asked for.
    """

    is_held: bool
    task: str
    asked: Transition | None = None
    from_on: date | None = None
    barred: str = ""
    together: Case | None = None

    @property
    def is_mine(self) -> bool:
        return self.is_held and self.from_on is None and not self.barred and self.together is None


def asked_from(case: Case) -> date | None:
    """Return the first day on which a case is asked of whoever holds it; None where it is asked at once."""
    asked = circuit_of(case).asked_for(case, case.holder_role)
    return asked.not_yet.since(case) if asked is not None and asked.not_yet else None


def turn_of(case: Case, actor: Actor) -> Turn:
    """Return whose turn it is, as this person is to read it."""
    circuit = circuit_of(case)
    task = circuit.task(case, case.holder_role)
    if not case.is_open or (case.holder_unit_id, case.holder_role) != (actor.unit_id, actor.role):
        return Turn(False, task, from_on=_later(asked_from(case), actor) if case.is_open else None)
    asked = circuit.asked_of(case, actor)
    if asked is None:
        return Turn(True, task)
    barred = [obstacle.sentence for obstacle in asked.obstacles(case, actor) if obstacle.check in BARRED]
    since = asked.not_yet.since(case) if asked.not_yet else None
    together = asked.together.card(case) if asked.together else None
    return Turn(True, task, asked, _later(since, actor), barred[0] if barred else "", together)


def _later(day: date | None, actor: Actor) -> date | None:
    return day if day is not None and day > actor.today else None
