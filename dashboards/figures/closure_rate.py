"""销号率 (domain/results.md 11)."""

from dashboards.figures import Figure, Value, rows_in
from rectification.enums import NO_CLOCK, OUTSIDE, State

FIGURE = Figure(
    "closure_rate", "销号率", "已销号 ÷ 应整改。应整改为反馈的全部问题，减去长期坚持、中止、已撤销和已改派的。一个问题涉及多个单位的，只按牵头单位计 1 次。", 10,
    lambda sums: Value(sums.closed, sums.base),
    lambda sel: rows_in(sel, [State.CLOSED]),
    lambda sel: rows_in(sel, without=NO_CLOCK | OUTSIDE),
    is_on_top=True,
)  # fmt: skip
