"""销号率 (docs/domain/results.md 11)."""

from dashboards.cube.measures import CLOSURE, COUNTS, count_of
from dashboards.cube.reading import Wanted
from dashboards.cube.row_sets import of_source
from dashboards.cube.selection import Selection
from dashboards.cube.sources import Slice, Source
from dashboards.declared.figure import Figure, Head, Listed

PARTS = ("long_term", "suspended", "outside", "base", "closed", "unclosed")


def _later_rounds(selection: Selection) -> tuple[Slice, ...]:
    return (Slice(selection.as_of().filter(rectification__round__gt=1)),)


# 反弹: the first round stays closed in every figure, the next is fed back, due and closed by itself; 反馈 holds both
LATER_ROUNDS = Source("later_rounds", "第二轮及以后的整改", "card", slices=_later_rounds)
AGAIN = of_source(LATER_ROUNDS, "again", "其中反弹后第二轮及以后")

FIGURE = Figure(
    name="closure_rate",
    title="销号率",
    definition=(
        "已销号 ÷ 应整改。应整改为反馈的全部问题，减去长期坚持、中止和撤销、改派的。单位报完成、尚未销号的不算销号。"
        "回头看认定反弹、另立新一轮的，新一轮作为一件计入反馈，第一轮的销号不改。"
    ),
    order=10,
    heads=(Head("n", "个"),),
    lines=(
        Listed((COUNTS["total"],)),
        Listed((count_of(AGAIN),)),
        *(Listed((COUNTS[name],)) for name in PARTS),
        Listed((CLOSURE,)),
    ),
    label="项目",
    wants=lambda selection: [Wanted(LATER_ROUNDS)],
)
