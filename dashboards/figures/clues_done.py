"""线索办结: clues of a campaign closed, of all taken up (docs/domain/samples.md 10.1: 313 条)."""

from clues.enums import ClueState
from dashboards.figure import Counted, Figure, Head, Line, Table, share_cell
from dashboards.shares import Share


def table(counted: Counted) -> Table:
    clues = {pk: states for pk, states in counted.sums.clues.items() if pk is not None}
    named = counted.names.campaigns_of(clues)
    shares = {pk: Share(clues[pk][ClueState.CLOSED], sum(clues[pk].values())) for pk in named}
    lines = tuple(
        Line(named[pk].title, (share_cell(share, "clues_closed", "clues", {"within": str(pk)}),), {"within": str(pk)})
        for pk, share in shares.items()
    )
    whole = Share(sum(s.n for s in shares.values()), sum(s.of for s in shares.values()))
    return Table(
        (Head("办结率", "share", fraction="已销/线索"),),
        lines,
        Line("合计", (share_cell(whole, "clues_closed", "clues"),)),
        "督察",
    )


FIGURE = Figure(
    "clues_done", "线索办结", "各次督察中登记的线索，已销号的 ÷ 全部（不予受理的不计）。线索不计入问题数。", 110,
    frozenset({"clues"}), table,
)  # fmt: skip
