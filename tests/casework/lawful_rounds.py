"""How look-backs, rounds of progress, needs for support and programmes begin in a lawful history (lawful.py)."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

from casework.errors import NotPermittedError
from casework.models import Case
from casework.workflow import engine
from organizations.enums import Role
from rectification.enums import RECTIFICATION, State
from rectification.services import book_look_back, call_round
from tests.programmes import a_programme, accepted, issued, walked
from ui.errors import DomainError

REFUSED = (DomainError, NotPermittedError)


def begin_call(self: Any) -> None:
    """Call for the progress of whatever is under way."""
    staff, number = self.people(Role.OFFICE_STAFF)[0], self.rng.random()
    with contextlib.suppress(*REFUSED):
        call_round(staff, title=f"进展{number:.6f}", due_on=self.clock.today + timedelta(self.rng.randint(0, 20)))


def begin_need(self: Any) -> None:
    """Report on something under way, and ask for support."""
    for case in self.shuffled(Case.objects.filter(kind=RECTIFICATION, state=State.REMEDYING).order_by("pk")):
        liaison = self.people(Role.UNIT_LIAISON, case.unit)
        if liaison:
            with contextlib.suppress(*REFUSED):
                said = {"note_progress": f"进展{self.rng.random():.6f}", "percent": 99, "support": "请协调经费"}
                engine.perform(case, "report_progress", liaison[0], **said)
            return


def begin_look_back(self: Any) -> None:
    """Book a look-back at something that can be looked back at."""
    staff, planned_on = self.people(Role.OFFICE_STAFF)[0], self.clock.today + timedelta(self.rng.randint(0, 20))
    for case in self.shuffled(Case.objects.filter(kind=RECTIFICATION).order_by("pk")):
        try:
            book_look_back(staff, number=str(case.number), planned_on=planned_on)
        except REFUSED:
            continue
        return


def begin_programme(self: Any) -> None:
    """Draft a programme for two units."""
    a_programme(self.shuffled(self._standing())[:2])


def begin_settled(self: Any) -> None:
    """A programme of one problem that its only unit has remedied and the director has settled."""
    unit = self.rng.choice(self._standing())
    (case,) = accepted(issued(a_programme([unit], rows=(("查清底数",),))), unit, {1: [1]})[-1:]
    walked(case)
    card = Case.objects.get(aspect__claimed__finding=case.content.finding_id)
    engine.perform(card, "close", self.people(Role.OFFICE_DIRECTOR)[0], opinion="整体落实")


def begin_claim(self: Any) -> None:
    """Issue a programme, which asks its units to claim."""
    issued(a_programme(self.shuffled(self._standing())[:2]))


def begin_aspect(self: Any) -> None:
    """A programme of which the only unit has remedied all; every second time it has relapsed since."""
    unit = self.shuffled(self._standing())[0]
    (case,) = accepted(issued(a_programme([unit])), unit, {1: [1, 2]})[-1:]
    closed = walked(case)
    if self.done["begin_aspect"] % 2:
        staff, to = self.people(Role.OFFICE_STAFF), self.clock.today + timedelta(60)
        visit = book_look_back(staff[0], number=str(closed.number), planned_on=self.clock.today)
        engine.perform(visit, "judge", staff[1], verdict="relapsed", found="又有 2 件", relapse_due_on=to)
