"""完成率: the unit has said so, or beyond (docs/domain/results.md 11)."""

from dashboards.figure import Counted, Figure, Head, Line, Table, set_lines, share_cell


def table(counted: Counted) -> Table:
    whole = counted.whole
    lines = (
        *set_lines(whole, ("base", "completed", "reported", "closed")),
        Line("完成率", (share_cell(whole.completion, "completed", "base"),)),
    )
    return Table((Head("个"),), lines, label="项目")


FIGURE = Figure(
    "completion_rate", "整改完成率", "单位已签字申请销号（待审核、公示中、待审定）和已销号的 ÷ 应整改。分母与销号率相同。", 40,
    frozenset({"open", "closed"}), table,
)  # fmt: skip
