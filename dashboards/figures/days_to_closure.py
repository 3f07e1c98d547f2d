"""销号用时: median and mean from an exact histogram, never from averages (docs/data.md A)."""

from dashboards.figure import Cell, Counted, Figure, Head, Line, Table
from dashboards.shares import mean, median


def table(counted: Counted) -> Table:
    days = counted.sums.days
    lines = (
        Line("中位数", (Cell(median(days)),)),
        Line("平均", (Cell(mean(days)),)),
        Line("最短", (Cell(min(days, default=None)),)),
        Line("最长", (Cell(max(days, default=None)),)),
    )
    return Table((Head("日", "days"),), lines, Line("已销号（个）", (Cell(sum(days.values()), "closed"),)), "用时")


FIGURE = Figure(
    "days_to_closure", "销号用时", "自反馈之日起至销号之日止的自然日。中位数：一半的问题用时不超过这个数。", 100,
    frozenset({"days"}), table,
)  # fmt: skip
