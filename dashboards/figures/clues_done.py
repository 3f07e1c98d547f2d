"""线索办结: clues of a campaign closed, of all taken up (docs/domain/samples.md 10.1: 313 条)."""

from clues.enums import ClueState
from dashboards.cube.dimensions import CAMPAIGN
from dashboards.cube.measures import share_of
from dashboards.cube.row_sets import of_source
from dashboards.cube.sources import CLUES
from dashboards.declared.figure import Chart, Figure

ALL = of_source(CLUES, "clues", "线索")
CLOSED = of_source(CLUES, "clues_closed", "已销号的线索", frozenset({ClueState.CLOSED}))
DONE = share_of("clues_done", "办结率", CLOSED, ALL, "已销/线索")

FIGURE = Figure(
    name="clues_done",
    title="线索办结",
    definition="各次督察中登记的线索，已销号的 ÷ 全部（不予受理的不计）。线索不计入问题数；类别、性质等条件同样适用。",
    order=110,
    source=CLUES,
    by=CAMPAIGN,
    measures=(DONE,),
    chart=Chart("meters", ("clues_done",)),
)
