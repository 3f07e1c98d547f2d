"""Fractions, their certainty, and the middle of a histogram."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

FEW = 30  # below, the fraction comes first and the interval is said (docs/look.md, principle 7)
Z = 1.959964  # 95 %


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

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the bounds within which the true rate lies with 95 % certainty (Wilson).

        Nothing to divide by has none.
        """
        if not self.of:
            return None
        p, n = self.n / self.of, self.of
        middle, half, whole = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)), 1 + Z * Z / n
        return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)

    @property
    def between(self) -> str:
        """The interval in words: 45% 至 94%."""
        low, high = self.interval or (0.0, 1.0)
        return f"{low * 100:.0f}% 至 {high * 100:.0f}%"


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
