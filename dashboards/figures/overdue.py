"""逾期未销号."""

from dashboards.figures import Figure, Value, rows_in
from dashboards.sums import late_on
from rectification.enums import NO_CLOCK, TERMINAL

FIGURE = Figure(
    "overdue", "逾期未销号", "过了批准时限仍未销号的。自时限次日起按自然日计；长期坚持、中止不计。", 40,
    lambda sums: Value(sums.overdue, unit="件"),
    lambda sel: rows_in(sel, without=TERMINAL | NO_CLOCK, due=lambda column: late_on(sel.day, column, 1, None)),
    is_on_top=True,
)  # fmt: skip
