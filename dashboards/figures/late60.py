"""逾期 31 至 60 日: the rule's answer is 约谈主要负责人 (domain/process.md 1.7)."""

from dashboards.figures import Figure, Value, rows_in
from dashboards.sums import late_on
from rectification.enums import NO_CLOCK, TERMINAL

FIGURE = Figure(
    "late60", "逾期 31 至 60 日", "按规定应当：约谈主要负责人。", 43,
    lambda sums: Value(sums.late60, unit="件"),
    lambda sel: rows_in(sel, without=TERMINAL | NO_CLOCK, due=lambda column: late_on(sel.day, column, 31, 60)),
)  # fmt: skip
