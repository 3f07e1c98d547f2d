"""回头看 (docs/domain/dictionaries.md 9.11; docs/domain/results.md 11: 反弹率)."""

from dashboards.cube.measures import count_of, share_of
from dashboards.cube.row_sets import of_source
from dashboards.cube.sources import LOOK_BACKS
from dashboards.declared.figure import Figure, Head, Listed
from rectification.enums import LookBackVerdict as V

ALL = of_source(LOOK_BACKS, "look_backs", "已核查的回头看")
BY_VERDICT = tuple(of_source(LOOK_BACKS, f"look_back_{v.value}", f"回头看：{v.label}", frozenset({v})) for v in V)
HELD = of_source(LOOK_BACKS, "look_back_held", "回头看：巩固", frozenset({V.FIRM, V.FAIR}))
RELAPSED = of_source(
    LOOK_BACKS, "look_back_relapses", "回头看：反弹", frozenset({V.PARTLY_RELAPSED, V.RELAPSED, V.FALSE})
)
HELD_RATE = share_of("held", "巩固率", HELD, ALL, "巩固/核查")
RELAPSE_RATE = share_of("relapsed", "反弹率", RELAPSED, ALL, "反弹/核查")

FIGURE = Figure(
    name="look_back",
    title="回头看巩固",
    definition="巩固良好、基本巩固的 ÷ 已核查的回头看。反弹率：部分反弹、反弹、虚假整改的 ÷ 已核查的。"
    "抽查以外查实虚假整改、撤销销号的不计。",
    order=35,
    source=LOOK_BACKS,
    heads=(Head("n", "次"),),
    lines=(
        *(Listed((count_of(rows),), v.label) for rows, v in zip(BY_VERDICT, V, strict=True)),
        Listed((count_of(ALL),), "抽查"),
        Listed((HELD_RATE,)),
        Listed((RELAPSE_RATE,)),
    ),
    label="结论",
)
