"""逾期 16 至 30 日: the rule's answer is 告诫，再次明确期限 (domain/process.md 1.7)."""

from dashboards.figures import Figure, Value, rows_in
from dashboards.sums import late_on
from rectification.enums import NO_CLOCK, TERMINAL

FIGURE = Figure(
    "late30", "逾期 16 至 30 日", "按规定应当：告诫，再次明确期限。", 42,
    lambda sums: Value(sums.late30, unit="件"),
    lambda sel: rows_in(sel, without=TERMINAL | NO_CLOCK, due=lambda column: late_on(sel.day, column, 16, 30)),
)  # fmt: skip
