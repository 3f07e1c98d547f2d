"""How a day and a time are written: without the year when it is this one."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

WEEKDAYS = "一二三四五六日"


def day(value: date | datetime | None) -> str:
    """Write a date as 10-29 周四; the year only when it is not this year."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    short = f"{value:%m-%d} 周{WEEKDAYS[value.weekday()]}"
    return short if value.year == timezone.localdate().year else f"{value.year}-{value:%m-%d}"


def monthday(value: date | datetime | None) -> str:
    """Write a date as 10-29, with the year when it is not this year."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{value:%m-%d}" if value.year == timezone.localdate().year else f"{value:%Y-%m-%d}"


def moment(value: datetime | None) -> str:
    """Write a time as 10-22 00:10, with the year when it is not this year."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    return f"{local:%m-%d %H:%M}" if local.year == timezone.localdate().year else f"{local:%Y-%m-%d %H:%M}"
