"""逾期多久, and what the rule says to do (docs/domain/results.md 5.2 K02, docs/domain/process.md: 督办阶梯)."""

from dashboards.figure import Cell, Counted, Figure, Head, Line, Table, count_cell
from dashboards.sets import SETS
from dashboards.tally import BAND_NAMES

STEPS = ("发督办函", "告诫，再次明确期限", "约谈主要负责人", "通报")


def table(counted: Counted) -> Table:
    whole = counted.whole
    lines = tuple(
        Line(SETS[name].label.removeprefix("逾期 "), (count_cell(name, whole), Cell(act)))
        for name, act in zip(BAND_NAMES, STEPS, strict=True)
    )
    return Table(
        (Head("个"), Head("按规定应当", "text")),
        lines,
        Line("合计", (count_cell("overdue", whole), Cell(""))),
        label="逾期",
    )


FIGURE = Figure(
    "overdue_by_age", "逾期未销号", "过批准时限仍未销号的，自批准时限次日起按自然日计算。长期坚持、中止的没有时限，不计。", 30,
    frozenset({"open"}), table,
)  # fmt: skip
