"""整改完成率 (domain/results.md 11): the unit says so, or beyond."""

from dashboards.figures import Figure, Value, rows_in
from dashboards.sums import COMPLETED
from rectification.enums import NO_CLOCK, OUTSIDE

FIGURE = Figure(
    "completion_rate", "整改完成率", "单位已申请销号和已销号的 ÷ 应整改。“完成”由单位申报，“销号”由市委依法治市办审定，两者不是一回事。", 20,
    lambda sums: Value(sums.completed, sums.base),
    lambda sel: rows_in(sel, COMPLETED),
    lambda sel: rows_in(sel, without=NO_CLOCK | OUTSIDE),
)  # fmt: skip
