"""15 个工作日内到期 (docs/domain/dictionaries.md 9.7: 临期)."""

from dashboards.figure import Counted, Figure, Head, Table, set_lines


def table(counted: Counted) -> Table:
    return Table((Head("个"),), set_lines(counted.whole, ("soon", "unclosed")), label="项目")


FIGURE = Figure(
    "due_in_15_days", "15 个工作日内到期", "未销号、批准时限在今天至 15 个工作日后之间的，含当天到期的。", 50,
    frozenset({"open"}), table,
)  # fmt: skip
