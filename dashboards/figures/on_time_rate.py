"""按期率, by both clocks (docs/domain/results.md 11: 原时限、批准时限各算一次)."""

from dashboards.figure import Counted, Figure, Head, Line, Table, count_cell, share_cell


def table(counted: Counted) -> Table:
    whole = counted.whole
    approved = (
        share_cell(whole.on_time, "on_time", "settled"),
        count_cell("closed", whole),
        count_cell("overdue", whole),
    )
    original = (
        share_cell(whole.on_time_original, "on_time_original", "settled_original"),
        count_cell("closed", whole),
        count_cell("overdue_original", whole),
    )
    return Table(
        (Head("按期率", "share", fraction="按期/应计"), Head("已销号"), Head("逾期未销号")),
        (Line("按批准时限", approved), Line("按原时限", original)),
        label="时限",
    )


FIGURE = Figure(
    "on_time_rate", "按期率", "时限内销号的 ÷（已销号 + 逾期未销号）。提前销号的计入，未到期、未销号的不进分母；批准时限、原时限各算一次。", 20,
    frozenset({"open", "closed"}), table,
)  # fmt: skip
