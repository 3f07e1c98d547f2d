"""按期率, original deadline: both clocks are kept (domain/results.md 11)."""

from django.db.models import F

from dashboards.figures import Figure, Value, rows_in
from rectification.enums import State

FIGURE = Figure(
    "on_time_original", "按期率（原时限）", "在原时限内销号的 ÷（已销号＋逾期未销号）。批准过延期的，仍按最初的时限算。", 31,
    lambda sums: Value(sums.on_time_original, sums.ripe),
    lambda sel: rows_in(sel, [State.CLOSED]).filter(closed_on__lte=F("original_due_on")),
)  # fmt: skip
