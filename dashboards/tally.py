"""Sums of one group of cards. Only sums are kept; every ratio is made at the end (docs/data.md A)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from casework.deadlines.limits import OVERDUE_BANDS
from dashboards.shares import Share
from rectification.enums import NO_CLOCK, OUTSIDE, REPORTED_DONE, State

APART = (
    NO_CLOCK | OUTSIDE
)  # 长期坚持 and 中止 stand apart, 已改派 and 已撤销 are void: none is in the denominator (docs/domain/results.md 11)
BANDS = OVERDUE_BANDS
BAND_NAMES = tuple(name for name, _, _ in BANDS)
SUMS = ("overdue", *BAND_NAMES, "late_original", "soon", "on_time", "on_time_original")


def band_dates(first: int, last: int | None, day: date) -> tuple[date | None, date]:
    """Return (from, to) of the deadlines that are first … last days past on the day; no `from` for the open-ended band."""
    return (day - timedelta(last) if last else None), day - timedelta(first)


@dataclass
class Tally:
    """What was counted of one group: how many in each state, and the sums that hang on deadlines (of topics and campaigns: only `overdue`)."""

    states: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.states + other.states, self.sums + other.sums)

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def apart(self) -> int:
        return sum(self.states[state] for state in APART)

    @property
    def base(self) -> int:
        return self.total - self.apart

    @property
    def closed(self) -> int:
        return self.states[State.CLOSED]

    @property
    def completed(self) -> int:
        return self.closed + sum(self.states[state] for state in REPORTED_DONE)

    @property
    def overdue(self) -> int:
        return self.sums["overdue"]

    @property
    def settled(self) -> int:
        return self.closed + self.overdue

    @property
    def settled_original(self) -> int:
        return self.closed + self.sums["late_original"]

    @property
    def closure(self) -> Share:
        return Share(self.closed, self.base)

    @property
    def completion(self) -> Share:
        return Share(self.completed, self.base)

    @property
    def on_time(self) -> Share:
        return Share(self.sums["on_time"], self.settled)

    @property
    def on_time_original(self) -> Share:
        return Share(self.sums["on_time_original"], self.settled_original)
