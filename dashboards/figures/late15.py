"""逾期 1 至 15 日: the rule's answer is 发督办函 (domain/process.md 1.7)."""

from dashboards.figures import Figure, Value, rows_in
from dashboards.sums import late_on
from rectification.enums import NO_CLOCK, TERMINAL

FIGURE = Figure(
    "late15", "逾期 1 至 15 日", "按规定应当：发督办函。", 41,
    lambda sums: Value(sums.late15, unit="件"),
    lambda sel: rows_in(sel, without=TERMINAL | NO_CLOCK, due=lambda column: late_on(sel.day, column, 1, 15)),
)  # fmt: skip
