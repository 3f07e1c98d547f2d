"""Sealed periods: made at night, dropped by a late entry, rebuilt from nothing."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from casework.jobs import night
from casework.models import Case, Event
from casework.workflow import engine, trail
from dashboards.cube import seals
from dashboards.cube.periods import bounds, finished, periods_of
from dashboards.models import Seal, SealedCell
from tests.dashboards.histories import TODAY, World, anything_goes

pytestmark = pytest.mark.django_db
MARCH = date(2025, 3, 10)


def a_world_with_closures() -> World:
    world = World()
    for n in range(4):
        world.open(MARCH - timedelta(30), n % 3, n % 3, 1, True)
        engine.perform(Case.objects.get(pk=world.cards[n]), "to_closed", None, day=MARCH + timedelta(31 * n))
    return world


def run(name: str, *options: Any) -> str:
    out = StringIO()
    call_command(name, *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_every_finished_month_year_and_all_until_its_end_is_sealed_once() -> None:
    with anything_goes():
        a_world_with_closures()

        first, second = run("seal_figures"), run("seal_figures")

        assert first == "已结束的期间 13 个，本次封存 13 个\n"
        assert second == "已结束的期间 13 个，本次封存 0 个\n"
        assert SealedCell.objects.filter(period="2025", axis="unit").count() == 3
        assert SealedCell.objects.filter(period="..2025", axis="unit").count() == 3


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2025, 4, 1), "2025-02"),
        (date(2025, 4, 2), "2025-03"),
        (date(2026, 1, 1), "2025-11"),
        (date(2026, 1, 2), "2025-12"),
    ],
)
def test_a_period_is_finished_from_its_second_day_after(today: date, last: str) -> None:
    assert [p for p in finished(date(2025, 1, 5), today) if len(p) == 7][-1] == last
    assert ("2025" in finished(date(2025, 1, 5), today)) == (today == date(2026, 1, 2))
    assert ("..2025" in finished(date(2025, 1, 5), today)) == (today == date(2026, 1, 2))


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2025-12", (date(2025, 12, 1), date(2025, 12, 31))),
        ("2025", (date(2025, 1, 1), date(2025, 12, 31))),
        ("..2025", (date(1, 1, 1), date(2025, 12, 31))),
    ],
)
def test_bounds_of_a_period(period: str, expected: tuple[date, date]) -> None:
    assert bounds(period) == expected


def test_a_correction_of_a_closed_card_drops_the_periods_it_is_counted_in_and_no_other() -> None:
    with anything_goes():
        world = a_world_with_closures()
        run("seal_figures")

        engine.perform(Case.objects.get(pk=world.cards[0]), "correct", None, day=TODAY, severity=3)

        assert sorted(Seal.objects.filter(valid=False).values_list("pk", flat=True)) == ["..2025", "2025", "2025-03"]
        assert not SealedCell.objects.filter(period__in=["..2025", "2025", "2025-03"]).exists()


@pytest.mark.parametrize(
    ("day", "now", "expected"),
    [
        (date(2024, 5, 3), date(2026, 2, 10), {"2024-05", "2024", "..2024", "..2025"}),
        (date(2026, 1, 31), date(2026, 2, 1), {"2026-01", "2026"}),
        (date(2025, 12, 31), date(2026, 1, 1), {"2025-12", "2025", "..2025"}),
        (date(2026, 2, 1), date(2026, 2, 28), set()),
    ],
)
def test_a_day_is_counted_in_its_month_its_year_and_all_until_a_later_year(
    day: date, now: date, expected: set[str]
) -> None:
    assert periods_of(day, now) == expected


@pytest.mark.parametrize(
    ("have", "used", "gaps"),
    [
        ({"..2023", "..2024", "2023", "2025", "2025-03", "2026-01"}, ("..2024", "2025", "2026-01"), 1),
        ({"..2023", "2025", "2026-01"}, ("..2023", "2025", "2026-01"), 2),  # 2024 is counted live
        ({"2024", "2025-03", "2026-02", "..2026"}, ("2024", "2025-03"), 3),  # not beyond the month of the day
        ({"..2024"}, ("..2024",), 1),
    ],
)
def test_the_fewest_seals_answer_and_what_they_leave_is_counted_live(
    have: set[str], used: tuple[str, ...], gaps: int
) -> None:
    found = seals.cover(date(2026, 2, 10), frozenset(have))

    assert (found.periods, len(found.gaps)) == (used, gaps)


def test_a_closure_of_this_month_asks_nothing_of_the_seals(django_assert_num_queries: Any) -> None:
    with anything_goes(), django_assert_num_queries(0):
        seals.drop([TODAY])


def test_a_late_entry_into_a_dropped_month_asks_one_question(django_assert_num_queries: Any) -> None:
    with anything_goes():
        seals.drop([MARCH])

        with django_assert_num_queries(3):  # savepoint, the rows under lock, release
            seals.drop([MARCH])


def test_rebuild_counts_anew_what_was_tampered_with_and_leaves_the_cards(settings: Any) -> None:
    with anything_goes():
        a_world_with_closures()
        run("seal_figures")
        cards = list(Case.objects.order_by("pk").values())
        SealedCell.objects.filter(period="2025-03").update(n=99)

        with pytest.raises(CommandError, match="重建统计"):
            run("check_figures")
        with pytest.raises(CommandError, match="没有重建：有 1 处不符还没有查清"):
            run("rebuild_figures")
        assert SealedCell.objects.filter(period="2025-03", n=99).exists()
        said = run("rebuild_figures", "--explained", "误改，已核对")

        assert said == "重建 13 个期间\n"
        reason, *kept = [json.loads(line) for file in Path(settings.OVERWRITTEN).iterdir() for line in file.open()]
        assert (reason["explained"], {row["n"] for row in kept}) == ("误改，已核对", {99})
        assert run("check_figures") == "核对卡片 4 件、封存期间 13 个，全部相符\n"
        assert list(Case.objects.order_by("pk").values()) == cards


@pytest.mark.parametrize(
    "wrong", [{"severity": 3}, {"subkind": "R3"}, {"is_lead": False}, {"topic": None}, {"due_on": TODAY}], ids=str
)
@pytest.mark.parametrize("begun", ["now", "before the trail said the type"])
def test_a_card_changed_behind_the_engine_is_found(wrong: dict[str, Any], begun: str) -> None:
    with anything_goes():
        world = a_world_with_closures()
        pk = world.cards[1]
        if begun != "now":
            forget_the_type(pk)
        run("check_figures")

        Case.objects.filter(pk=pk).update(**wrong)

        with pytest.raises(CommandError, match="1 处不符"):
            run("check_figures")


def forget_the_type(pk: int) -> None:
    """Leave a card as those are that were opened before the column was there."""
    opened = Event.objects.get(case=pk, seq=1)
    after = {name: value for name, value in opened.after.items() if name != "subkind"}
    trail.lift()
    Event.objects.filter(pk=opened.pk).update(after=after)
    Case.objects.filter(pk=pk).update(subkind="")


def test_the_nightly_jobs_seal_and_check() -> None:
    with anything_goes():
        a_world_with_closures()
        said = {outcome.job.title: outcome.said for outcome in night.run()}

    assert said["封存统计"] == "封存 13 个期间：2025-11、2025-12、2026-01"
    # the newest three, and of the others those of the weekday; the day stands still (histories.TODAY)
    assert said["核对统计"] == "全部卡片 4 件、封存期间 4 个，统计核对无误"
