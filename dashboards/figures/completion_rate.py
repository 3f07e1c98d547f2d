"""完成率: the unit has said so, or beyond (docs/domain/results.md 11)."""

from dashboards.cube.measures import COMPLETION, COUNTS
from dashboards.declared.figure import Figure, Head, Listed

PARTS = ("base", "completed", "reported", "closed")

FIGURE = Figure(
    name="completion_rate",
    title="整改完成率",
    definition="单位已签字申请销号（待审核、公示中、待审定）和已销号的 ÷ 应整改。分母与销号率相同。",
    order=40,
    heads=(Head("n", "个"),),
    lines=(*(Listed((COUNTS[name],)) for name in PARTS), Listed((COMPLETION,))),
    label="项目",
)
