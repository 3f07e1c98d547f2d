"""逾期 60 日以上: the rule's answer is 通报 (domain/process.md 1.7)."""

from dashboards.figures import Figure, Value, rows_in
from dashboards.sums import late_on
from rectification.enums import NO_CLOCK, TERMINAL

FIGURE = Figure(
    "late99", "逾期 60 日以上", "按规定应当：通报。", 44,
    lambda sums: Value(sums.late99, unit="件"),
    lambda sel: rows_in(sel, without=TERMINAL | NO_CLOCK, due=lambda column: late_on(sel.day, column, 61, None)),
)  # fmt: skip
