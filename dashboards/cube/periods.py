"""Months, years and all that was until the end of a year, as text: '2026-06', '2026', '..2026'."""

from __future__ import annotations

from datetime import date, timedelta

ONE = timedelta(1)
UNTIL = ".."


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def bounds(period: str) -> tuple[date, date]:
    """Return the first and last day of a period.

    Raises:
        ValueError: it is none.
    """
    if period.startswith(UNTIL):
        return date.min, date(int(period.removeprefix(UNTIL)), 12, 31)
    year, month = int(period[:4]), int(period[5:] or 0)
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - ONE


def periods_of(day: date, now: date) -> set[str]:
    """Return the periods that count what ended on a day: its month, its year, all until the end of that or of a later
    year; none of the month of `now`, nor of a later one.
    """
    if month_of(day) >= month_of(now):
        return set()
    return {month_of(day), f"{day:%Y}", *(f"{UNTIL}{year}" for year in range(day.year, now.year))}


def month_number(day: date) -> int:
    """Return the month as one number (see native.Month)."""
    return day.year * 12 + day.month - 1


def month_named(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def last_month_end(day: date) -> date:
    """Return the last day of the month before the day's."""
    return day.replace(day=1) - ONE


def last_quarter_end(day: date) -> date:
    """Return the last day of the quarter before the day's."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - ONE


def last_year_end(day: date) -> date:
    return date(day.year, 1, 1) - ONE


def year_before(day: date) -> date:
    """Return the same day of the year before; of 29 February the 28th."""
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def finished(first: date, today: date) -> list[str]:
    """Return every period that ended before yesterday, from the month of `first` on, oldest first.

    Not on a period's last days: a transaction begun before midnight may still commit (docs/data.md A).
    """
    numbers = range(month_number(first), month_number(today) + 1)
    years = {month_named(n)[:4] for n in numbers}
    names = [*(f"{UNTIL}{year}" for year in sorted(years)), *sorted({*map(month_named, numbers), *years})]
    return [name for name in names if bounds(name)[1] < today - ONE]
