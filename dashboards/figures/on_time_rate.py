"""按期率, approved deadline (domain/results.md 11)."""

from django.db.models import F, Q

from dashboards.figures import Figure, Value, rows_in
from rectification.enums import State

FIGURE = Figure(
    "on_time_rate", "按期率（批准时限）", "在批准时限内销号的 ÷（已销号＋逾期未销号）。提前销号的计入；未到期、未销号的不进分母。", 30,
    lambda sums: Value(sums.on_time, sums.ripe),
    lambda sel: rows_in(sel, [State.CLOSED]).filter(Q(closed_on__lte=F("due_on"))),
    is_on_top=True,
)  # fmt: skip
