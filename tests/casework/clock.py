"""The day it is in an invented history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch


class Clock:
    """The day it is in a history: it never goes back, and ends today."""

    def __init__(self, days: int) -> None:
        self.last = date.today()
        self.today = self.last - timedelta(days)

    def go(self, n: int) -> None:
        self.today = min(self.today + timedelta(n), self.last)


@contextmanager
def shown(clock: Clock) -> Iterator[None]:
    with patch("django.utils.timezone.localdate", lambda *_: clock.today):
        yield
