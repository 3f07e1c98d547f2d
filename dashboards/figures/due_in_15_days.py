"""15 个工作日内到期 (docs/domain/dictionaries.md 9.7: 临期)."""

from casework.deadlines.limits import SOON_LABEL
from dashboards.cube.measures import COUNTS
from dashboards.declared.figure import Figure, Head, Listed

FIGURE = Figure(
    name="due_in_15_days",
    title=SOON_LABEL,
    definition="未销号、批准时限在截至之日起至其后第 15 个工作日之间的，含当天到期的。",
    order=50,
    heads=(Head("n", "个"),),
    lines=(Listed((COUNTS["soon"],)), Listed((COUNTS["unclosed"],))),
    label="项目",
)
