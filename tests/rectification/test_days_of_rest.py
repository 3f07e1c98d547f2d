"""A deadline that ends on a day of rest ends on the next working day, and 中止 does not count.

docs/domain/compliance.md 7.1.3 and 7.1.6: one rule, read by states, lists and figures alike. The days of rest here are
weekends far from every holiday, told by the calendar on the wall.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from casework.deadlines import working_days
from casework.deadlines.remaining import left
from casework.models import Case, Event
from casework.services import recompute_deadlines
from casework.workflow import engine
from organizations.enums import Role
from rectification import facts
from rectification.enums import State
from rectification.workflow import effects
from tests.factories import a_post, acting
from tests.rectification.scenes import WHY, D, S, Scene
from tests.rectification.scenes import at as a_scene

pytestmark = pytest.mark.django_db
LEDGER = "/rectifications/"


def a_saturday() -> date:
    """The first Saturday in 40 days' time that is one of rest, as is its Sunday, but not its Monday."""
    day = timezone.localdate() + timedelta(40)
    works = working_days.is_workday
    while day.weekday() != 5 or works(day) or works(day + timedelta(1)) or not works(day + timedelta(2)):
        day += timedelta(1)
    return day


def on(day: date) -> Any:
    return patch("django.utils.timezone.localdate", lambda *_: day)


def test_a_deadline_set_for_a_saturday_holds_until_monday() -> None:
    saturday = a_saturday()
    case = a_scene(State.SIGN, rectify_by=saturday).case

    assert (case.due_on, case.original_due_on) == (saturday + timedelta(2),) * 2


def test_no_list_page_or_light_calls_it_overdue_before_tuesday(signed_in: Any) -> None:
    saturday = a_saturday()
    scene = a_scene(State.SIGN, rectify_by=saturday)
    staff = a_post(Role.OFFICE_STAFF)
    found = []
    for n in range(4):
        with on(saturday + timedelta(n)):
            page = signed_in(acting(staff)).get(LEDGER, {"due": "late"})
            found.append((facts.remaining(scene.case).tone == "late", facts.warning(scene.case).light.value == "red",
                          page.context["count"] == 1))  # fmt: skip

    assert found == [(False,) * 3, (False,) * 3, (False,) * 3, (True,) * 3]


def test_what_no_card_keeps_is_read_by_the_same_rule() -> None:
    saturday = a_saturday()

    assert left(saturday, saturday + timedelta(2)).words == "今天到期"
    assert left(saturday, saturday + timedelta(3)).words == "本步逾期 1 日"


def test_the_latest_day_of_all_extensions_is_a_working_day() -> None:
    case = a_scene(State.SIGN, rectify_by=a_saturday()).case
    half = (case.original_due_on - case.opened_on).days // 2

    assert effects.latest_due(case) == working_days.next_workday(case.original_due_on + timedelta(half))


def test_a_day_that_becomes_one_of_rest_rolls_the_deadline_on_and_the_trail_says_so() -> None:
    case = a_scene(State.SIGN, rectify_by=a_saturday()).case
    due = case.due_on
    working_days.load_holidays(due.year, {*working_days.statutory_holidays(due.year), due}, [], "国办发明电")

    now = Case.objects.get(pk=case.pk)
    assert now.due_on == working_days.next_workday(due + timedelta(1)) == now.original_due_on
    assert Event.objects.filter(case=case).latest("seq").note["changed"]["due_on"] == now.due_on.isoformat()


def test_the_night_rolls_on_what_an_older_version_kept_on_a_day_of_rest() -> None:
    """As that version did: in the card and in its trail (what differs from its trail is left alone)."""
    case, saturday = a_scene(State.SIGN).case, a_saturday()
    with patch("casework.workflow.engine.rolled", lambda day: day):
        engine.amend(case, None, {"due_on": saturday})

    recompute_deadlines.adopt_announced()

    assert Case.objects.get(pk=case.pk).due_on == saturday + timedelta(2)


def suspended(scene: Scene, first: date, n: int) -> Case:
    """Suspend on a day, and take it up again n days later."""
    with on(first):
        scene.take("suspend", D, next_review_on=first + timedelta(n + 5), **WHY)
    with on(first + timedelta(n)):
        return scene.take("resume", S, **WHY)


def test_the_days_of_a_suspension_are_given_back_with_the_arithmetic() -> None:
    scene = a_scene(State.REMEDYING)
    before, first = scene.case, timezone.localdate()

    after = suspended(scene, first, 81)

    to = before.due_on + timedelta(81)
    assert after.due_on == working_days.next_workday(to)
    assert after.original_due_on == before.original_due_on
    said = Event.objects.filter(case=after, name="resume").get().note["worked_out"]
    stretch = f"{first:%Y-%m-%d} 至 {first + timedelta(81):%Y-%m-%d}"
    assert said.startswith(f"中止 81 日（{stretch}）不计入，整改时限 {before.due_on:%Y-%m-%d} 加 81 日")
    assert said.endswith(f"顺延到 {after.due_on:%Y-%m-%d}")


def test_two_suspensions_are_both_given_back_and_both_widen_what_may_be_extended() -> None:
    scene = a_scene(State.REMEDYING)
    before, first = scene.case, timezone.localdate()
    most = before.original_due_on + (before.original_due_on - before.opened_on) // 2

    suspended(scene, first, 10)
    after = suspended(scene, first + timedelta(12), 20)

    once = working_days.next_workday(before.due_on + timedelta(10))
    assert after.due_on == working_days.next_workday(once + timedelta(20))
    assert effects.latest_due(after) == working_days.next_workday(most + timedelta(30))


def test_a_suspension_taken_up_on_the_same_day_gives_nothing_back() -> None:
    scene = a_scene(State.REMEDYING)
    before = scene.case

    after = suspended(scene, timezone.localdate(), 0)

    assert after.due_on == before.due_on


def test_the_page_of_the_step_says_the_arithmetic_before_it_is_taken(signed_in: Any) -> None:
    scene, first = a_scene(State.REMEDYING), timezone.localdate()
    scene.take("suspend", D, next_review_on=first + timedelta(30), **WHY)

    with on(first + timedelta(7)):
        page = signed_in(acting(a_post(Role.OFFICE_STAFF))).get(f"/cases/{scene.pk}/steps/resume/")

    assert "中止 7 日" in page.content.decode()


def test_an_extension_asked_for_until_a_day_of_rest_is_asked_until_the_next_working_day() -> None:
    scene = a_scene(State.REMEDYING)
    saturday = a_saturday()
    while saturday <= scene.case.due_on:
        saturday += timedelta(7)
    case = scene.take("ask_extension", Role.UNIT_HEAD, asked_due_on=saturday, **WHY)

    assert case.content.asked_due_on == working_days.next_workday(saturday)
    assert engine.replay(Event.objects.filter(case=case).order_by("seq"))[1]["due_on"] == case.due_on.isoformat()
