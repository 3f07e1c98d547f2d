"""Fractions, and the middle of a histogram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

FEW = 30  # below, the fraction comes first, and that so few do not compare is said (docs/look.md, principle 7)


class Share(NamedTuple):
    """So many of so many."""

    n: int
    of: int

    @property
    def rate(self) -> float | None:
        return self.n / self.of if self.of else None

    @property
    def is_few(self) -> bool:
        return 0 < self.of < FEW


def points(now: Share, before: Share) -> float | None:
    """Return the change in percentage points, of the rates as they are shown."""
    if now.rate is None or before.rate is None:
        return None
    return round(round(100 * now.rate, 1) - round(100 * before.rate, 1), 1)


def in_words(change: float) -> str:
    """Say a change in percentage points."""
    if not change:
        return "没有变化"
    return f"{'上升' if change > 0 else '下降'} {abs(change):.1f} 个百分点"


def median(histogram: Mapping[int, int]) -> float | None:
    """Return the middle of {value: how many}, the mean of the two middle ones when there are two; None when empty."""
    total, seen, low = sum(histogram.values()), 0, None
    for value in sorted(histogram):
        seen += histogram[value]
        if low is None and seen >= (total + 1) // 2:
            low = value
        if low is not None and seen >= total // 2 + 1:
            return (low + value) / 2
    return None


def mean(histogram: Mapping[int, int]) -> float | None:
    """Return the mean of {value: how many}; None when empty."""
    total = sum(histogram.values())
    return sum(value * n for value, n in histogram.items()) / total if total else None
