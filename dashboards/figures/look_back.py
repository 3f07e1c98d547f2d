"""回头看 (docs/domain/dictionaries.md 9.11; docs/domain/results.md 11: 反弹率)."""

from dashboards.figure import Cell, Counted, Figure, Head, Line, Table, share_cell
from dashboards.look_backs import FIRM, RELAPSED, VERDICTS
from dashboards.shares import Share
from rectification.enums import LookBackVerdict


def table(counted: Counted) -> Table:
    verdicts = counted.sums.look_backs
    n = sum(verdicts.values())
    firm, relapsed = (sum(verdicts[name] for name in names) for names in (FIRM, RELAPSED))
    lines = (
        *(
            Line(LookBackVerdict(verdict).label, (Cell(verdicts[verdict], f"look_back_{verdict}"),))
            for verdict in VERDICTS
        ),
        Line("抽查", (Cell(n, "look_backs"),)),
        Line("巩固率", (share_cell(Share(firm, n), "look_back_held", "look_backs"),)),
        Line("反弹率", (share_cell(Share(relapsed, n), "look_back_relapses", "look_backs"),)),
    )
    return Table((Head("次"),), lines, label="结论")


FIGURE = Figure(
    "look_back", "回头看巩固", "巩固良好、基本巩固的 ÷ 已核查的回头看。反弹率：部分反弹、反弹、虚假整改的 ÷ 已核查的。", 35,
    frozenset({"look_backs"}), table,
)  # fmt: skip
