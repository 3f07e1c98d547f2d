"""A booked look-back is put off to another day, or not made after all: with a reason, by somebody without a hand in it.

docs/domain/process.md 1.4 (P14) and 2.4.
"""

from __future__ import annotations

from typing import Any

import pytest

from casework.deadlines.working_days import next_workday
from casework.errors import NotPermittedError, RefusedError
from casework.models import Case, Event
from casework.workflow import engine, trail
from dashboards.cube.selection import Selection
from dashboards.cube.sources import LOOK_BACKS
from tests.factories import acting, an_actor
from tests.rectification.scenes import D, L, S, Scene, in_days, today
from tests.rectification.test_look_backs import book
from ui.errors import DomainError

pytestmark = pytest.mark.django_db


def test_it_is_put_off_to_a_day_to_come_and_the_rectification_says_why(closed: Scene) -> None:
    case = closed.case
    card, to = book(case, in_days(30)), next_workday(in_days(90))

    moved = engine.perform(card, "postpone", an_actor(S), replanned_on=to, reason="汛期不便进场")

    assert (moved.state, moved.due_on, moved.step_due_on, moved.holder_role) == ("pending", to, to, S)
    said = Event.objects.filter(case=case).latest("seq")
    assert (said.label, said.note["given"]["note"]) == (f"回头看改期，计划 {to}", "汛期不便进场")
    assert list(trail.verify(Case.objects.filter(pk=card.pk))) == []


def test_a_day_of_rest_is_told_as_it_holds(closed: Scene) -> None:
    case = closed.case
    rest = next(day for day in map(in_days, range(40, 60)) if next_workday(day) != day)

    moved = engine.perform(book(case, in_days(30)), "postpone", an_actor(S), replanned_on=rest, reason="汛期不便进场")

    assert moved.due_on == next_workday(rest)
    assert Event.objects.filter(case=case).latest("seq").label == f"回头看改期，计划 {next_workday(rest)}"


@pytest.mark.parametrize(("to", "said"), [(0, "须在今天以后"), (None, "与现在的计划日期相同")])
def test_it_is_not_put_off_to_today_or_to_the_same_day(to: int | None, said: str, closed: Scene) -> None:
    card = book(closed.case, in_days(30))
    day = card.due_on if to is None else in_days(to)

    with pytest.raises(DomainError, match=said):
        engine.perform(card, "postpone", an_actor(S), replanned_on=day, reason="汛期不便进场")


def test_a_cancelled_one_ends_without_a_verdict_counts_nowhere_and_another_may_be_booked(closed: Scene) -> None:
    case = closed.case
    card = book(case, in_days(30))

    ended = engine.perform(card, "cancel", an_actor(D), reason="单位已撤销")

    assert (ended.state, ended.is_open, ended.content.verdict) == ("cancelled", False, "")
    assert Event.objects.filter(case=case).latest("seq").label == "取消回头看"
    assert not in_selection(case)
    assert book(case, in_days(60)).number == f"{case.number}-H02"


def in_selection(case: Case) -> bool:
    """Say whether the board counts a look-back at this case."""
    return LOOK_BACKS.rows(Selection(on=today(), today=today())).filter(lookback__rectification=case).exists()


@pytest.mark.parametrize("name", ["postpone", "cancel"])
def test_each_needs_a_reason_and_somebody_without_a_hand_in_the_case(name: str, closed: Scene) -> None:
    case = closed.case
    card = book(case, in_days(30))
    closer = Event.objects.get(case=case, name="close").post
    given: dict[str, Any] = {"replanned_on": in_days(60)} if name == "postpone" else {}

    with pytest.raises(RefusedError, match="请填写“原因”"):
        engine.perform(card, name, an_actor(S), **given)
    with pytest.raises(RefusedError, match="审定销号"):
        engine.perform(card, name, acting(closer), reason="不查了", **given)
    with pytest.raises(NotPermittedError):
        engine.perform(card, name, an_actor(L, case.unit), reason="不查了", **given)
