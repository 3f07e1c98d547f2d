"""When the days of a year change, the deadlines counted over them follow, and the trail says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from casework.deadlines import working_days
from casework.jobs.casework_nights import JOBS
from casework.models import CalendarDay, Case, Event, HolidayYear, StepLimit
from casework.services import recompute_deadlines
from casework.workflow import engine, trail
from organizations.enums import Role, UnitCategory
from rectification.enums import State
from tests.factories import Cast, UnitFactory, a_rectification, an_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting() -> Case:
    """A rectification to be signed for within 3 working days."""
    StepLimit.objects.update_or_create(kind="rectification", state=State.SIGN, defaults={"n": 3, "unit": "workday"})
    return a_rectification(State.SIGN)


def a_rest_day(day: date) -> None:
    CalendarDay.objects.create(day=day, is_workday=False, name="停工")


def a_day_off(day: date) -> None:
    a_rest_day(day)
    working_days.changed(day.year)


def test_a_day_off_before_the_deadline_moves_it_by_a_working_day(waiting: Case) -> None:
    due_on = waiting.step_due_on

    a_day_off(due_on)

    now = Case.objects.get(pk=waiting.pk)
    assert now.step_due_on == working_days.next_workday(due_on + timedelta(1))
    last = Event.objects.filter(case=now).order_by("-seq")[0]
    assert (last.post, last.note["before"], last.note["changed"]) == (
        None,
        {"step_due_on": due_on.isoformat()},
        {"step_due_on": now.step_due_on.isoformat()},
    )
    assert last.note["given"]["reason"] == f"{due_on.year} 年放假安排有变，办理期限随之重算"
    assert list(trail.verify()) == []


def test_what_the_day_does_not_touch_gets_no_line(waiting: Case) -> None:
    far = working_days.next_workday(waiting.step_due_on + timedelta(30))

    a_day_off(far)

    assert Case.objects.get(pk=waiting.pk).last_seq == waiting.last_seq


def test_a_case_without_a_limit_is_only_rolled_on_from_a_day_of_rest(waiting: Case) -> None:
    StepLimit.objects.all().delete()

    a_day_off(waiting.step_due_on - timedelta(1))
    assert Case.objects.get(pk=waiting.pk).step_due_on == waiting.step_due_on

    a_day_off(waiting.step_due_on)
    assert Case.objects.get(pk=waiting.pk).step_due_on == working_days.next_workday(waiting.step_due_on)
    assert Case.objects.get(pk=waiting.pk).step_due_on > waiting.step_due_on


@pytest.fixture
def _in_a_year_of_the_library() -> Iterator[None]:
    with time_machine.travel("2026-10-26 09:00:00+08:00", tick=False):
        yield


@pytest.mark.usefixtures("_in_a_year_of_the_library")
def test_the_night_notices_a_year_that_the_library_has_come_to_know(
    waiting: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    monkeypatch.setattr(working_days, "LAST_ANNOUNCED", today.year)
    CalendarDay.objects.create(day=waiting.step_due_on, is_workday=False)
    working_days.forget()

    first, second = recompute_deadlines.adopt_announced(), recompute_deadlines.adopt_announced()

    # the rectification, and the feedback by which it is signed for
    assert [said.split("；")[0] for said, _ in (first, second)] == ["重算办理期限 2 件", "重算办理期限 0 件"]
    assert [left for _, left in (first, second)] == [(), ()]
    assert HolidayYear.objects.get().source.startswith("chinesecalendar ")


@pytest.mark.parametrize("column", ["due_on", "original_due_on", "step_due_on"])
def test_a_forged_deadline_is_not_made_true_and_the_night_fails_by_it(waiting: Case, column: str) -> None:
    """Moved behind the engine's back: the night rolled it on with a line of its own, and then the trail agreed."""
    honest = a_rectification(State.SIGN)
    saturday = next(day for n in range(60, 70) if (day := timezone.localdate() + timedelta(n)).weekday() == 5)
    a_rest_day(waiting.step_due_on)
    Case.objects.filter(pk=waiting.pk).update(**{column: saturday})
    [night] = [job for job in JOBS if job.name == "adopt_holidays"]

    for _ in range(2):  # it stays to be seen, however often the night is run
        working_days.changed(waiting.step_due_on.year)
        found = night.run(None)  # type: ignore[arg-type]  # what is not done in pieces has no progress

        card = Case.objects.get(pk=waiting.pk)
        assert (getattr(card, column), card.last_seq) == (saturday, waiting.last_seq)
        assert found.wrong == (f"卡片 {waiting.pk}（{waiting.number}）与办理经过不符，期限没有重算",)
    assert Case.objects.get(pk=honest.pk).step_due_on > honest.step_due_on
    assert [case for case, _, _ in trail.verify()] == [waiting.pk]


@pytest.mark.parametrize(
    ("today", "year"), [(date(2026, 10, 31), None), (date(2026, 11, 1), 2027), (date(2027, 1, 4), 2027)]
)
def test_the_office_is_told_what_to_load(monkeypatch: pytest.MonkeyPatch, today: date, year: int | None) -> None:
    monkeypatch.setattr(working_days, "LAST_ANNOUNCED", 2026)

    said = working_days.to_load(today)

    assert said == (
        f"{year} 年放假安排还没有装载，涉及该年的期限都是暂定。国务院办公厅公布后，请系统管理员装载" if year else ""
    )


def test_who_changed_the_calendar_stands_in_the_trail_of_every_case_that_moves(waiting: Case) -> None:
    security = an_actor(Role.SECURITY_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION)).post
    CalendarDay.objects.create(day=waiting.step_due_on, is_workday=False)

    working_days.changed(waiting.step_due_on.year, security)

    event = Event.objects.filter(case=waiting).order_by("-seq")[0]
    assert (event.name, event.post, "放假安排有变" in event.reason) == ("amend", security, True)


def test_a_changed_limit_counts_the_open_cases_of_its_state_anew_at_once(waiting: Case) -> None:
    office = an_actor(Role.OFFICE_STAFF, UnitFactory(category=UnitCategory.OFFICE)).post
    limit, other = StepLimit.objects.get(state=State.SIGN), a_rectification(State.CLAIM)
    StepLimit.objects.filter(pk=limit.pk).update(n=9)

    done = recompute_deadlines.of_limit(StepLimit.objects.get(pk=limit.pk), office)

    now = Case.objects.get(pk=waiting.pk)
    event = Event.objects.get(case=now, seq=now.last_seq)
    assert (done.moved, now.step_due_on) == (1, working_days.add_workdays(waiting.holder_since, 9))
    assert (event.post, event.reason) == (office, "“待签收”的办理期限改为 9 个工作日，随之重算")
    assert Case.objects.get(pk=other.pk).last_seq == other.last_seq


def test_where_the_step_itself_said_by_when_a_limit_moves_nothing() -> None:
    case, review = a_rectification(State.REMEDYING), working_days.next_workday(timezone.localdate() + timedelta(40))
    director = Cast(case)(Role.OFFICE_DIRECTOR)
    case = engine.perform(case, "suspend", director, reason="项目停建", next_review_on=review)
    limit = StepLimit.objects.create(kind="rectification", state=State.SUSPENDED, n=1)

    assert recompute_deadlines.of_limit(limit).moved == 0
    assert Case.objects.get(pk=case.pk).step_due_on == review
