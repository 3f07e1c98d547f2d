"""Working days and deadlines, by the vectors of docs/domain/compliance.md 7.3.

The years are the announced ones of 7.2, and those that nobody has announced yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone

from casework.deadlines import working_days
from casework.deadlines.working_days import (
    LAST_ANNOUNCED,
    Term,
    add_days,
    add_months,
    add_workdays,
    deadline,
    is_workday,
    load_holidays,
    next_workday,
    workdays_between,
)
from casework.models import CalendarDay, HolidayYear
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
UNKNOWN = LAST_ANNOUNCED + 1


def days(year: int, *spans: str) -> set[date]:
    """Read 1-1, 2-10~2-17 and 2022-12-31~1-2 as the tables of 7.2 write them."""
    found: set[date] = set()
    for span in spans:
        first, _, last = span.partition("~")
        ends = []
        for text in (first, last or first):
            *given, month, day = map(int, text.split("-"))
            ends.append(date(given[0] if given else year, month, day))
        found |= {ends[0] + timedelta(n) for n in range((ends[1] - ends[0]).days + 1)}
    return found


ANNOUNCED = {
    2023: (
        days(2023, "2022-12-31~1-2", "1-21~1-27", "4-5", "4-29~5-3", "6-22~6-24", "9-29~10-6"),
        days(2023, "1-28", "1-29", "4-23", "5-6", "6-25", "10-7", "10-8"),
    ),
    2024: (
        days(2024, "1-1", "2-10~2-17", "4-4~4-6", "5-1~5-5", "6-10", "9-15~9-17", "10-1~10-7"),
        days(2024, "2-4", "2-18", "4-7", "4-28", "5-11", "9-14", "9-29", "10-12"),
    ),
    2025: (
        days(2025, "1-1", "1-28~2-4", "4-4~4-6", "5-1~5-5", "5-31~6-2", "10-1~10-8"),
        days(2025, "1-26", "2-8", "4-27", "9-28", "10-11"),
    ),
    2026: (
        days(2026, "1-1~1-3", "2-15~2-23", "4-4~4-6", "5-1~5-5", "6-19~6-21", "9-25~9-27", "10-1~10-7"),
        days(2026, "1-4", "2-14", "2-28", "5-9", "9-20", "10-10"),
    ),
}


@pytest.mark.parametrize(
    ("start", "term", "last"),
    [
        ("2026-09-18", Term(5, "workday"), "2026-09-24"),
        ("2026-09-24", Term(10, "workday"), "2026-10-15"),
        ("2026-02-13", Term(10, "workday"), "2026-03-05"),
        ("2026-09-30", Term(1, "workday"), "2026-10-08"),
        ("2026-09-01", Term(30, "day"), "2026-10-08"),
        ("2026-08-26", Term(30, "day"), "2026-09-28"),
        ("2026-09-03", Term(30, "day"), "2026-10-08"),
        ("2025-11-30", Term(3, "month"), "2026-02-28"),
    ],
)
def test_a_term_ends_on_the_day_that_the_office_counts(start: str, term: Term, last: str) -> None:
    assert deadline(date.fromisoformat(start), term) == (date.fromisoformat(last), False, "")


def test_a_term_into_a_year_not_announced_is_provisional_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_days, "LAST_ANNOUNCED", 2026)

    found = deadline(date(2026, 8, 31), Term(6, "month"))

    assert found == (date(2027, 3, 1), True, "2027 年放假安排尚未公布，先按周末和法定节日推算，公布装载后自动重算")


@pytest.mark.parametrize("year", ANNOUNCED)
def test_the_library_agrees_with_the_announcement_on_every_day_of_a_year(year: int) -> None:
    off, work = ANNOUNCED[year]
    expected = {d: d in work or (d.weekday() < 5 and d not in off) for d in days(year, "1-1~12-31")} | dict.fromkeys(
        off, False
    )
    if year == 2023:
        assert not is_workday(date(2022, 12, 31))

    differing = {d for d, works in expected.items() if is_workday(d) != works}

    assert differing == set()


@pytest.mark.parametrize(
    ("year", "month", "day", "name"),
    [
        (2027, 2, 6, "春节"),
        (2027, 2, 5, "除夕"),
        (2027, 6, 9, "端午"),
        (2027, 9, 15, "中秋"),
        (2027, 4, 5, "清明"),
        (2026, 2, 16, "除夕"),
    ],
)
def test_lunar_days_are_computed(year: int, month: int, day: int, name: str) -> None:
    assert working_days.statutory_holidays(year)[date(year, month, day)] == name


@pytest.mark.parametrize("year", range(2015, LAST_ANNOUNCED + 1))
def test_statutory_days_lie_within_the_announced_holidays(year: int) -> None:
    added_in_2025 = {"除夕"} if year < working_days.THIRTEEN_DAYS_FROM else set()

    worked = {
        d
        for d, name in working_days.statutory_holidays(year).items()
        if is_workday(d) and name not in added_in_2025 and (d.month, d.day) != (5, 2)
    }

    assert worked == set()


def test_a_year_not_announced_has_thirteen_statutory_days_and_plain_weekends() -> None:
    off = {d for d in days(UNKNOWN, "1-1~12-31") if not is_workday(d)}

    assert off == {d for d in days(UNKNOWN, "1-1~12-31") if d.weekday() > 4} | set(
        working_days.statutory_holidays(UNKNOWN)
    )
    assert working_days.provisional_reason(date(UNKNOWN, 1, 4)).startswith(f"{UNKNOWN} 年放假安排尚未公布")


def test_only_the_years_that_a_date_depends_on_make_it_provisional() -> None:
    announce(UNKNOWN + 1)

    by_days, by_workdays = (
        deadline(date(UNKNOWN, 12, 30), Term(30, "day")),
        deadline(date(UNKNOWN, 12, 30), Term(15, "workday")),
    )

    assert (by_days.is_provisional, by_workdays.is_provisional) == (False, True)


@pytest.mark.parametrize("unit", ["workday", "day", "month"])
def test_a_term_of_nothing_ends_where_it_begins(unit: str) -> None:
    assert deadline(date(2026, 3, 4), Term(0, unit)).day == date(2026, 3, 4)


@pytest.mark.parametrize("unit", ["workday", "day", "month", "fortnight"])
def test_a_negative_or_unknown_term_is_refused(unit: str) -> None:
    with pytest.raises(ValueError, match=r"n must not be negative|unknown unit"):
        deadline(date(2026, 3, 4), Term(-1, unit))


@pytest.mark.parametrize(
    ("start", "n", "last"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-15", 12, "2027-12-15"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last(start: str, n: int, last: str) -> None:
    assert add_months(date.fromisoformat(start), n) == date.fromisoformat(last)


def test_rolling_on_is_asked_for() -> None:
    start = date(2026, 9, 1)

    assert (add_days(start, 30), add_days(start, 30, roll=True)) == (date(2026, 10, 1), date(2026, 10, 8))
    assert (add_months(start, 1), add_months(start, 1, roll=True)) == (date(2026, 10, 1), date(2026, 10, 8))
    assert next_workday(date(2026, 10, 10)) == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-09-18", "2026-10-15"),
        ("2025-12-30", "2026-01-05"),
        ("2022-12-30", "2027-03-01"),
        ("2003-12-30", "2004-01-02"),
    ],
)
def test_counting_between_two_days_is_the_same_as_counting_each(start: str, end: str) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(end)

    assert workdays_between(first, last) == sum(
        is_workday(first + timedelta(n)) for n in range(1, (last - first).days + 1)
    )
    assert workdays_between(last, first) == workdays_between(first, first) == 0


def test_counting_and_adding_agree() -> None:
    start = date(2026, 2, 13)

    assert [workdays_between(start, add_workdays(start, n)) for n in range(40)] == list(range(40))


def test_far_years_are_answered_quickly() -> None:
    assert workdays_between(date(1900, 1, 1), date(2200, 1, 1)) > 75_000
    assert deadline(date(1990, 5, 7), Term(3, "workday")).is_provisional


# ---- what the office corrects and loads


@pytest.fixture
def recomputed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The years that were told to be computed anew, in place of what the product does then."""
    years: list[int] = []
    monkeypatch.setattr(working_days, "RECOMPUTE", [lambda year, by: years.append(year)])
    return years


@pytest.fixture(autouse=True)
def _the_year_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the autumn in which the next year is announced, whenever the test runs."""
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(UNKNOWN, 11, 20))


def announce(year: int, off: set[date] | None = None, work: set[date] | None = None) -> int:
    return load_holidays(year, likely(year) if off is None else off, work or set(), f"国办发明电〔{year - 1}〕7 号")


def likely(year: int) -> set[date]:
    """Days off as an announcement would list them: the statutory ones and the week of 国庆."""
    return set(working_days.statutory_holidays(year)) | days(year, "10-1~10-7")


def saturday(year: int) -> date:
    return next(d for d in sorted(days(year, "8-1~8-31")) if d.weekday() == 5)


def test_a_day_put_right_by_hand_holds() -> None:
    CalendarDay.objects.create(day=date(2026, 3, 4), is_workday=False, name="暴雪停工")
    working_days.forget()

    assert not is_workday(date(2026, 3, 4))
    assert deadline(date(2026, 3, 3), Term(1, "workday")) == (date(2026, 3, 5), False, "")


def test_a_loaded_year_is_no_longer_provisional(recomputed: list[int]) -> None:
    moved = saturday(UNKNOWN)
    assert deadline(date(UNKNOWN, 8, 1), Term(3, "workday")).is_provisional

    n = announce(UNKNOWN, work={moved})

    assert n == len(likely(UNKNOWN)) + 1
    assert is_workday(moved)
    assert not deadline(date(UNKNOWN, 8, 1), Term(3, "workday")).is_provisional
    assert recomputed == [UNKNOWN]


def test_a_second_load_replaces_the_first_whole(recomputed: list[int]) -> None:
    moved = saturday(UNKNOWN)
    announce(UNKNOWN, work={moved})

    announce(UNKNOWN)

    assert not is_workday(moved)
    assert (HolidayYear.objects.count(), CalendarDay.objects.count()) == (1, len(likely(UNKNOWN)))


def test_a_day_put_right_by_hand_stays_when_the_year_is_loaded() -> None:
    by_hand = next_workday(date(UNKNOWN, 8, 10))
    CalendarDay.objects.create(day=by_hand, is_workday=False, name="暴雨停工")

    announce(UNKNOWN)

    assert not is_workday(by_hand)


@pytest.mark.parametrize(
    ("year", "change", "sentence"),
    [
        (
            UNKNOWN,
            lambda off, work: off.add(date(UNKNOWN + 1, 1, 1)),
            f"{UNKNOWN + 1}-01-01 不在 {UNKNOWN} 年，请核对日期",
        ),
        (UNKNOWN, lambda off, work: work.add(date(UNKNOWN, 1, 1)), f"{UNKNOWN}-01-01 既列为休又列为班，请核对"),
        (
            UNKNOWN,
            lambda off, work: [off.discard(d) for d in sorted(off)[12:]],
            "只有 12 个休息日，少于法定的 13 天。请把放假的每一天（含周末）都列上",
        ),
        (
            UNKNOWN,
            lambda off, work: off.discard(date(UNKNOWN, 10, 1)),
            f"{UNKNOWN}-10-01（国庆）是法定节日，没有列为休。请核对是否完整",
        ),
        (
            UNKNOWN + 2,
            lambda off, work: None,
            f"{UNKNOWN + 2} 年不能装载：放假安排只公布到次年（{UNKNOWN + 1} 年）。请核对年份",
        ),
    ],
)
def test_lists_that_cannot_be_the_announcement_are_refused_in_words(
    recomputed: list[int], year: int, change: object, sentence: str
) -> None:
    off, work = likely(year), set()
    change(off, work)  # type: ignore[operator]

    with pytest.raises(DomainError) as refused:
        load_holidays(year, off, work, "国办通知")

    assert refused.value.message == sentence
    assert (HolidayYear.objects.count(), CalendarDay.objects.count(), recomputed) == (0, 0, [])


def test_a_working_day_listed_as_moved_is_refused() -> None:
    monday = next(d for d in sorted(days(UNKNOWN, "8-1~8-31")) if d.weekday() == 0)

    with pytest.raises(DomainError) as refused:
        announce(UNKNOWN, work={monday})

    assert refused.value.message == f"{monday} 是周一，本来就上班。“班”只列调休上班的周末，请核对"


def test_the_calendar_is_read_once_for_many_days(django_assert_num_queries: object) -> None:
    working_days.forget()

    with django_assert_num_queries(2):  # type: ignore[operator]
        for n in range(400):
            is_workday(date(2026, 1, 1) + timedelta(n))


def test_another_process_sees_a_change_after_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_workday(date(2026, 3, 4))
    CalendarDay.objects.create(day=date(2026, 3, 4), is_workday=False)
    assert is_workday(date(2026, 3, 4))
    later = working_days.monotonic() + working_days.STALE + 1

    monkeypatch.setattr(working_days, "monotonic", lambda: later)

    assert not is_workday(date(2026, 3, 4))
