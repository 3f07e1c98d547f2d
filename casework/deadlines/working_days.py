"""Working days and deadlines (docs/domain/compliance.md 7). A year not yet announced is provisional: computed from the
law, and said to be so.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import chinese_calendar
from chinese_calendar.constants import holidays as announced_holidays
from django.db import transaction
from django.utils import timezone
from lunar_python.Lunar import Lunar
from lunar_python.Solar import Solar

from casework.models import CalendarDay, HolidayYear
from ui.errors import DomainError

if TYPE_CHECKING:
    from organizations.models import Post

FIRST_ANNOUNCED, LAST_ANNOUNCED = (
    min(announced_holidays).year,
    max(announced_holidays).year,
)  # what the library knows; later years come from the office
THIRTEEN_DAYS_FROM = 2025  # 国务院令第 795 号: 除夕 and 5-2 are statutory from then on
LUNAR_IS_SURE = range(1900, 2200)  # outside, a mistyped year must not cost a computation that means nothing
ONE = timedelta(1)
STALE = 10.0  # seconds after which another process's change of the calendar is seen
RECOMPUTE: list[
    Callable[[int, Post | None], object]
] = []  # told the year when its days change: open deadlines are computed anew


class Term(NamedTuple):
    """A length of time: n working days, days or months."""

    n: int
    unit: str  # "workday" | "day" | "month"


class Deadline(NamedTuple):
    """The last day, and why it may still move."""

    day: date
    is_provisional: bool
    reason: str


class _Office(NamedTuple):
    """What the office has put right or loaded, and what was counted from it."""

    days: dict[date, bool]
    years: frozenset[int]
    counts: dict[int, list[int]]
    read_at: float


_office: _Office | None = None
_supposed: ContextVar[_Office | None] = ContextVar("supposed", default=None)


def forget() -> None:
    """Read the office's calendar anew at the next question; called after each change of it in this process."""
    global _office
    _office = None


@contextmanager
def supposing(days: Mapping[date, bool | None], *, year: int | None = None) -> Iterator[None]:
    """Answer meanwhile, here and to nobody else, as if these days were so (None: as announced) and this year loaded."""
    office = _read_office()
    changed = {day: works for day, works in {**office.days, **days}.items() if works is not None}
    years = office.years if year is None else office.years | {year}
    token = _supposed.set(_Office(changed, years, {}, office.read_at))
    try:
        yield
    finally:
        _supposed.reset(token)


def _read_office() -> _Office:
    global _office
    if (supposed := _supposed.get()) is not None:
        return supposed
    office = _office
    if office is None or monotonic() - office.read_at > STALE:
        days = dict(CalendarDay.objects.order_by("day").values_list("day", "is_workday"))
        years = (
            HolidayYear.objects.filter(days__isnull=False).order_by("year").values_list("year", flat=True).distinct()
        )
        is_same = office is not None and (office.days, office.years) == (days, frozenset(years))
        office = _office = _Office(days, frozenset(years), office.counts if office and is_same else {}, monotonic())
    return office


def is_announced(year: int) -> bool:
    """Say whether the year's arrangement is known: to the library, or loaded by the office."""
    return FIRST_ANNOUNCED <= year <= LAST_ANNOUNCED or year in _read_office().years


@cache
def statutory_holidays(year: int) -> Mapping[date, str]:
    """Return the 13 statutory days of a year by name (全国年节及纪念日放假办法, from 2025): lunar ones computed."""
    found = {date(year, 1, 1): "元旦", date(year, 5, 1): "劳动节", date(year, 5, 2): "劳动节"} | {
        date(year, 10, n): "国庆" for n in (1, 2, 3)
    }
    if year not in LUNAR_IS_SURE:
        return found
    new_year = _solar(year, 1, 1)
    found |= {
        _qingming(year): "清明",
        new_year - ONE: "除夕",
        new_year: "春节",
        new_year + ONE: "春节",
        new_year + 2 * ONE: "春节",
    }
    return found | {_solar(year, 5, 5): "端午", _solar(year, 8, 15): "中秋"}


def _solar(year: int, month: int, day: int) -> date:
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def _qingming(year: int) -> date:
    for n in (4, 5, 6):
        if Solar.fromYmd(year, 4, n).getLunar().getJieQi() == "清明":
            return date(year, 4, n)
    raise ValueError(f"no Qingming found in {year}")


def _works(day: date, office: _Office) -> bool:
    """Answer for one day: the office's own word, else the announcement, else weekends and statutory days."""
    if day in office.days:
        return office.days[day]
    if FIRST_ANNOUNCED <= day.year <= LAST_ANNOUNCED:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and (day.year in office.years or day not in statutory_holidays(day.year))


def _counted(year: int) -> list[int]:
    """Return how many working days a year has had before each of its days, and at the end in all; counted once a
    reading.
    """
    office = _read_office()
    if year not in office.counts:
        first = date(year, 1, 1)
        length = 366 if calendar.isleap(year) else 365
        office.counts[year] = list(accumulate((_works(first + timedelta(n), office) for n in range(length)), initial=0))
    return office.counts[year]


def _until(day: date) -> int:
    """Count the working days of the day's year up to and including it."""
    return _counted(day.year)[(day - date(day.year, 1, 1)).days + 1]


def is_workday(day: date) -> bool:
    """Say whether the office works on a day."""
    counted, n = _counted(day.year), (day - date(day.year, 1, 1)).days
    return counted[n + 1] > counted[n]


def workdays_between(start: date, end: date) -> int:
    """Count the working days after `start` up to and including `end`; 0 when `end` is not later."""
    if end <= start:
        return 0
    return sum(_counted(year)[-1] for year in range(start.year, end.year)) + _until(end) - _until(start)


def add_workdays(start: date, n: int) -> date:
    """Return the n-th working day after `start`; the day itself does not count.

    Raises:
        ValueError: n is negative.
    """
    _refuse_negative(n)
    day = start
    while n:
        day += ONE
        n -= is_workday(day)
    return day


def add_days(start: date, n: int, *, roll: bool = False) -> date:
    """Return the day n calendar days on; with `roll`, the first working day from there.

    Raises:
        ValueError: n is negative.
    """
    _refuse_negative(n)
    last = start + timedelta(n)
    return next_workday(last) if roll else last


def add_months(start: date, n: int, *, roll: bool = False) -> date:
    """Return the corresponding day n months on, or the month's last day where there is none (7.1.4); with `roll`, the
    first working day from there.

    Raises:
        ValueError: n is negative.
    """
    _refuse_negative(n)
    years, month = divmod(start.month - 1 + n, 12)
    year, month = start.year + years, month + 1
    last = date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
    return next_workday(last) if roll else last


def _refuse_negative(n: int) -> None:
    if n < 0:
        raise ValueError("n must not be negative")


def next_workday(day: date) -> date:
    """Return the day, or the first working day after it when it is a day of rest."""
    while not is_workday(day):
        day += ONE
    return day


def rolled(day: date | None) -> date | None:
    """Return the day on which a deadline ends that was set for this one (7.1.3): the first working day from there."""
    return next_workday(day) if day else None


def deadline(start: date, term: Term) -> Deadline:
    """Return the last day of a term: the first day does not count; days and months that end on a day of rest roll on
    (7.1).

    Raises:
        ValueError: the unit is unknown or n negative.
    """
    match term.unit:
        case "workday":
            looked_at, last = start + ONE, add_workdays(start, term.n)
        case "day":
            looked_at, last = add_days(start, term.n), add_days(start, term.n, roll=True)
        case "month":
            looked_at, last = add_months(start, term.n), add_months(start, term.n, roll=True)
        case _:
            raise ValueError(f"unknown unit {term.unit}")
    reason = next((_why(year) for year in range(looked_at.year, last.year + 1) if not is_announced(year)), "")
    return Deadline(last, bool(reason), reason)


def provisional_reason(day: date | None) -> str:
    """Return why a date is 暂定, or nothing when its year is announced."""
    return _why(day.year) if day and not is_announced(day.year) else ""


def _why(year: int) -> str:
    return f"{year} 年放假安排尚未公布，先按周末和法定节日推算，公布装载后自动重算"


def to_load(today: date) -> str:
    """Say which year's announcement the office is to load, or nothing: this year's, and from November, when it comes
    out, the next one's.
    """
    year = today.year + (today.month >= 11)
    return (
        ""
        if is_announced(year)
        else f"{year} 年放假安排还没有装载，涉及该年的期限都是暂定。国务院办公厅公布后，请系统管理员装载"
    )


def changed(year: int, by: Post | None = None) -> None:
    """Have everything that hangs on a year's days computed anew; called inside the transaction that changed them.

    `by`: who changed them stands in the trail of every case that moves.
    """
    forget()
    for recompute in RECOMPUTE:
        recompute(year, by)


@transaction.atomic
def load_holidays(
    year: int,
    off: Iterable[date],
    work: Iterable[date],
    source: str,
    *,
    names: Mapping[date, str] | None = None,
    announced_on: date | None = None,
    by: Post | None = None,
) -> int:
    """Load an announced year, in place of an earlier load: days off and working weekends; return how many days it
    holds.

    Raises:
        DomainError: the lists cannot be that year's announcement; the message says which day and why, and nothing is
            changed.
    """
    off_days, work_days = set(off), set(work)
    check(year, off_days, work_days)
    loaded, _ = HolidayYear.objects.update_or_create(
        year=year, defaults={"source": source, "announced_on": announced_on, "loaded_by": by}
    )
    CalendarDay.objects.filter(loaded_with=loaded).delete()
    CalendarDay.objects.filter(day__in=off_days | work_days).delete()
    said = names or {}
    days = [
        CalendarDay(day=d, is_workday=d in work_days, name=said.get(d, "")[:40] or f"{year} 年安排", loaded_with=loaded)
        for d in sorted(off_days | work_days)
    ]
    CalendarDay.objects.bulk_create(days)
    changed(year, by)
    return len(days)


def check(year: int, off: set[date], work: set[date]) -> None:
    """Refuse lists that cannot be the year's announcement.

    Raises:
        DomainError: which day, and why.
    """
    if not FIRST_ANNOUNCED <= year <= timezone.localdate().year + 1:
        raise DomainError(f"{year} 年不能装载：放假安排只公布到次年（{timezone.localdate().year + 1} 年）。请核对年份")
    wrong = sorted(
        d for d in off | work if d.year != year and (d.year, d.month) != (year - 1, 12)
    )  # 2022-12-31 belongs to the announcement of 2023
    if wrong:
        raise DomainError(f"{wrong[0]} 不在 {year} 年，请核对日期")
    if both := sorted(off & work):
        raise DomainError(f"{both[0]} 既列为休又列为班，请核对")
    if weekdays := sorted(d for d in work if d.weekday() < 5):
        raise DomainError(
            f"{weekdays[0]} 是周{'一二三四五'[weekdays[0].weekday()]}，本来就上班。“班”只列调休上班的周末，请核对"
        )
    if len(off) < 13:
        raise DomainError(f"只有 {len(off)} 个休息日，少于法定的 13 天。请把放假的每一天（含周末）都列上")
    missing = sorted(set(statutory_holidays(year)) - off) if year >= THIRTEEN_DAYS_FROM else []
    if missing:
        raise DomainError(
            f"{missing[0]}（{statutory_holidays(year)[missing[0]]}）是法定节日，没有列为休。请核对是否完整"
        )
