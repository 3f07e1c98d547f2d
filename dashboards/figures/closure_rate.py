"""销号率 (docs/domain/results.md 11)."""

from dashboards.figure import Counted, Figure, Head, Line, Table, set_lines, share_cell

PARTS = ("total", "long_term", "suspended", "outside", "base", "closed", "unclosed")


def table(counted: Counted) -> Table:
    whole = counted.whole
    lines = (*set_lines(whole, PARTS), Line("销号率", (share_cell(whole.closure, "closed", "base"),)))
    return Table((Head("个"),), lines, label="项目")


FIGURE = Figure(
    "closure_rate", "销号率", "已销号 ÷ 应整改。应整改为反馈的全部问题，减去长期坚持、中止和撤销、改派的。单位报完成、尚未销号的不算销号。", 10,
    frozenset({"open", "closed"}), table,
)  # fmt: skip
