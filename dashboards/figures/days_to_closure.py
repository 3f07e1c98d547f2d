"""销号用时: the median, because a few long ones pull the mean."""

from dashboards.figures import Figure, Value, rows_in
from rectification.enums import State

FIGURE = Figure(
    "days_to_closure", "销号用时（中位数）", "从反馈到销号的自然日数，取中位数：一半更快，一半更慢。", 70,
    lambda sums: Value(sums.median_days, unit="日"),
    lambda sel: rows_in(sel, [State.CLOSED]),
)  # fmt: skip
