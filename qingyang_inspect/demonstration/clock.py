"""A clock that can stand in the past: the demonstration's history is taken step by step on the days it is set in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from unittest import mock

from django.utils import timezone

_now = timezone.now


@contextmanager
def standing_at(day: date, hour: int = 9, minute: int = 0) -> Iterator[datetime]:
    """Let `timezone.now()` answer this moment (Asia/Shanghai), never later than the real one."""
    moment = min(datetime.combine(day, time(hour, minute), tzinfo=timezone.get_default_timezone()), _now())
    with mock.patch("django.utils.timezone.now", lambda: moment):
        yield moment


def story_year(today: date) -> int:
    """Return the year the story is set in: this one from November on, else the last, so that its whole course lies in the past."""
    return today.year if today.month >= 11 else today.year - 1


def weekday(day: date) -> date:
    """Return the day, or the Monday after when it falls on a weekend: nobody signs papers on a Sunday."""
    return day + timedelta((7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
