"""Measures: what a figure says of a group.

A count is the size of a set, a share is two of them, days come from a sum or from the histogram.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from dashboards.cube import row_sets
from dashboards.cube.counts import Count
from dashboards.cube.ratios import Share, median
from dashboards.cube.row_sets import RowSet

Kind = Literal["count", "share", "days", "text"]


@dataclass(frozen=True, eq=False)
class Measure:
    """One measure.

    Attributes:
        value: from what was counted of a group.
        opens: the set of rows behind it; of a share, behind its upper number, and `of` the set behind its lower one.
        sums: what must be counted for it (dashboards.cube.counts.SUMS).
        needs_days: it is made from the histogram of days to closure.
        fraction: of a share: what its two numbers are called.
    """

    name: str
    label: str
    value: Callable[[Count], Any]
    kind: Kind = "count"
    opens: RowSet | None = None
    of: RowSet | None = None
    sums: tuple[str, ...] = ()
    needs_days: bool = False
    fraction: str = ""


def count_of(rows: RowSet, label: str = "") -> Measure:
    """Return the size of a set."""
    return Measure(rows.name, label or rows.label, rows.count, "count", rows, sums=rows.sums)


def share_of(name: str, label: str, part: RowSet, whole: RowSet, fraction: str = "分子/分母") -> Measure:
    """Return how many of a set are in another."""
    return Measure(
        name,
        label,
        lambda c: Share(part.count(c), whole.count(c)),
        "share",
        part,
        whole,
        (*part.sums, *whole.sums),
        fraction=fraction,
    )


def of_days(name: str, label: str, value: Callable[[Any], Any]) -> Measure:
    """Return something of the exact histogram of days to closure, never made from averages (docs/data.md A)."""
    return Measure(name, label, lambda c: value(c.days), "days", row_sets.CLOSED, needs_days=True)


def _mean_days(count: Count) -> float | None:
    closed = row_sets.CLOSED.count(count)
    return count.sums["days"] / closed if closed else None


CLOSURE = share_of("closure", "销号率", row_sets.CLOSED, row_sets.BASE, "已销/应改")
COMPLETION = share_of("completion", "完成率", row_sets.COMPLETED, row_sets.BASE, "完成/应改")
ON_TIME = share_of("on_time_rate", "按期率", row_sets.ON_TIME, row_sets.SETTLED, "按期/应计")
ON_TIME_ORIGINAL = share_of(
    "on_time_rate_original", "按期率（原时限）", row_sets.ON_TIME_ORIGINAL, row_sets.SETTLED_ORIGINAL, "按期/应计"
)
MEAN_DAYS = Measure("mean_days", "平均用时（日）", _mean_days, "days", row_sets.CLOSED, sums=("days",))
MEDIAN_DAYS = of_days("median_days", "中位用时（日）", median)
SHORTEST = of_days("shortest", "最短用时（日）", lambda days: min(days, default=None))
LONGEST = of_days("longest", "最长用时（日）", lambda days: max(days, default=None))
COUNTS = {rows.name: count_of(rows) for rows in row_sets.CARD_SETS}
MEASURES = (
    *COUNTS.values(), CLOSURE, COMPLETION, ON_TIME, ON_TIME_ORIGINAL, MEAN_DAYS, MEDIAN_DAYS, SHORTEST, LONGEST,
)  # fmt: skip
