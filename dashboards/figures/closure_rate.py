"""销号率 (docs/domain/results.md 11)."""

from dashboards.cube.measures import CLOSURE, COUNTS
from dashboards.declared.figure import Figure, Head, Listed

PARTS = ("total", "long_term", "suspended", "outside", "base", "closed", "unclosed")

FIGURE = Figure(
    name="closure_rate",
    title="销号率",
    definition=(
        "已销号 ÷ 应整改。应整改为反馈的全部问题，减去长期坚持、中止和撤销、改派的。单位报完成、尚未销号的不算销号。"
    ),
    order=10,
    heads=(Head("n", "个"),),
    lines=(*(Listed((COUNTS[name],)) for name in PARTS), Listed((CLOSURE,))),
    label="项目",
)
