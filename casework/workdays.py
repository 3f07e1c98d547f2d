"""Working days and deadlines (domain/compliance.md 7). A year not yet announced is provisional: computed from the law, and said to be so."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import chinese_calendar
from chinese_calendar.constants import holidays as announced_holidays
from django.db import transaction
from lunar_python.Lunar import Lunar
from lunar_python.Solar import Solar

from casework.models import CalendarDay, HolidayYear
from ui.errors import DomainError

LAST_ANNOUNCED = max(day.year for day in announced_holidays)  # what the library knows; later years come from the office
ONE = timedelta(1)
RECOMPUTE: list[Callable[[int], None]] = []  # told the year when an arrangement is loaded: open deadlines are computed anew


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
    """What the office has put right or loaded."""

    days: dict[date, bool]
    years: frozenset[int]


_office: list[_Office] = []


def forget() -> None:
    """Read the office's calendar anew at the next question; called after each change of it and at the start of each request."""
    _office.clear()


def _read_office() -> _Office:
    if not _office:
        days = dict(CalendarDay.objects.order_by("day").values_list("day", "is_workday"))
        _office.append(_Office(days, frozenset(HolidayYear.objects.values_list("year", flat=True))))
    return _office[0]


def is_announced(year: int) -> bool:
    """Say whether the year's arrangement is known: to the library, or loaded by the office."""
    return 2004 <= year <= LAST_ANNOUNCED or year in _read_office().years


@cache
def statutory_holidays(year: int) -> frozenset[date]:
    """Return the 13 statutory days of a year (全国年节及纪念日放假办法, from 2025): lunar ones computed."""
    new_year = Lunar.fromYmd(year, 1, 1).getSolar()
    first = date(new_year.getYear(), new_year.getMonth(), new_year.getDay())
    lunar_days = [(5, 5), (8, 15)]
    found = {date(year, 1, 1), date(year, 5, 1), date(year, 5, 2), *(date(year, 10, n) for n in (1, 2, 3))}
    found |= {first - ONE, first, first + ONE, first + 2 * ONE}  # 除夕, 初一 to 初三
    for month, day in lunar_days:
        solar = Lunar.fromYmd(year, month, day).getSolar()
        found.add(date(solar.getYear(), solar.getMonth(), solar.getDay()))
    found.add(_qingming(year))
    return frozenset(found)


def _qingming(year: int) -> date:
    for n in (4, 5, 6):
        if Solar.fromYmd(year, 4, n).getLunar().getJieQi() == "清明":
            return date(year, 4, n)
    raise ValueError(f"no Qingming found in {year}")


def is_workday(day: date) -> bool:
    """Say whether the office works on a day: its own correction, else the announcement, else weekends and statutory days."""
    office = _read_office()
    if day in office.days:
        return office.days[day]
    if 2004 <= day.year <= LAST_ANNOUNCED:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and (day.year in office.years or day not in statutory_holidays(day.year))


def add_workdays(start: date, n: int) -> date:
    """Return the n-th working day after `start`; the day itself does not count.

    Raises:
        ValueError: n is negative.
    """
    if n < 0:
        raise ValueError("n must not be negative")
    day = start
    while n:
        day += ONE
        n -= is_workday(day)
    return day


def workdays_between(start: date, end: date) -> int:
    """Count the working days after `start` up to and including `end`; 0 when `end` is not later."""
    return sum(is_workday(start + timedelta(i)) for i in range(1, (end - start).days + 1))


def add_months(start: date, n: int) -> date:
    """Return the corresponding day n months on, or the month's last day where there is none."""
    month = start.month - 1 + n
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def next_workday(day: date) -> date:
    """Return the day, or the first working day after it when it is a day of rest."""
    while not is_workday(day):
        day += ONE
    return day


def deadline(start: date, term: Term) -> Deadline:
    """Return the last day of a term: the first day does not count; days and months that end on a day of rest roll on (7.1).

    Raises:
        ValueError: the unit is unknown or n negative.
    """
    if term.n < 0:
        raise ValueError("n must not be negative")
    if term.unit == "workday":
        last = add_workdays(start, term.n)
    elif term.unit == "day":
        last = next_workday(start + timedelta(term.n))
    elif term.unit == "month":
        last = next_workday(add_months(start, term.n))
    else:
        raise ValueError(f"unknown unit {term.unit}")
    unknown = [year for year in range(start.year, last.year + 1) if not is_announced(year)]
    return Deadline(last, bool(unknown), f"{unknown[0]} 年放假安排尚未公布，先按周末和法定节日推算" if unknown else "")


def provisional_reason(day: date | None) -> str:
    """Return why a date is 暂定, or nothing when its year is announced."""
    return f"{day.year} 年放假安排尚未公布，先按周末和法定节日推算，公布装载后自动重算" if day and not is_announced(day.year) else ""


@transaction.atomic
def load_holidays(year: int, off: Iterable[date], work: Iterable[date], source: str) -> int:
    """Load an announced year: days off and working weekends; return how many days differ from the plain week.

    Raises:
        DomainError: a day lies outside the year or stands on both lists, or there are fewer days off than the law gives.
    """
    off_days, work_days = set(off), set(work)
    wrong = sorted(d for d in off_days | work_days if d.year != year and not (d.year == year - 1 and d.month == 12))
    if wrong:
        raise DomainError(f"{wrong[0]} 不在 {year} 年，请核对日期")
    both = sorted(off_days & work_days)
    if both:
        raise DomainError(f"{both[0]} 既列为休又列为班，请核对")
    if len(off_days) < 13:
        raise DomainError(f"只有 {len(off_days)} 个休息日，少于法定的 13 天，请核对是否完整")
    if any(d.weekday() < 5 for d in work_days):
        raise DomainError("调休上班日应在周末，请核对“班”的日期")
    rows = [(d, False) for d in sorted(off_days)] + [(d, True) for d in sorted(work_days)]
    CalendarDay.objects.filter(day__in=[d for d, _ in rows]).delete()
    CalendarDay.objects.bulk_create([CalendarDay(day=d, is_workday=w, name=f"{year} 年安排") for d, w in rows])
    HolidayYear.objects.update_or_create(year=year, defaults={"source": source})
    forget()
    for recompute in RECOMPUTE:
        recompute(year)
    return len(rows)
