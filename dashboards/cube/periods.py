"""Months and years as text: '2026-06', '2026'."""

from __future__ import annotations

from datetime import date, timedelta

ONE = timedelta(1)


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def bounds(period: str) -> tuple[date, date]:
    """Return the first and last day of a month or a year.

    Raises:
        ValueError: it is neither.
    """
    year, month = int(period[:4]), int(period[5:] or 0)
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - ONE


def month_number(day: date) -> int:
    """Return the month as one number (see native.Month)."""
    return day.year * 12 + day.month - 1


def month_named(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def last_month_end(day: date) -> date:
    """Return the last day of the month before the day's."""
    return day.replace(day=1) - ONE


def finished(first: date, today: date) -> list[str]:
    """Return every month and year that ended before yesterday, from the month of `first` on, oldest first.

    Not on a period's last days: a transaction begun before midnight may still commit (docs/data.md A).
    """
    numbers = range(month_number(first), month_number(today) + 1)
    names = sorted({name for n in numbers for name in (month_named(n), month_named(n)[:4])})
    return [name for name in names if bounds(name)[1] < today - ONE]
