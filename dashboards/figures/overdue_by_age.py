"""整改逾期多久, and what the rule says to do (docs/domain/results.md 5.2 K02, docs/domain/process.md: 督办阶梯)."""

from dashboards.cube.measures import COUNTS
from dashboards.cube.row_sets import LATE_BANDS
from dashboards.declared.figure import Chart, Figure, Head, Listed

STEPS = ("发督办函", "告诫，再次明确期限", "约谈主要负责人", "通报")

FIGURE = Figure(
    name="overdue_by_age",
    title="整改逾期未销号",
    definition="过批准时限仍未销号的，自批准时限次日起按自然日计算。长期坚持、中止的没有时限，不计。",
    order=30,
    heads=(Head("n", "个"), Head("step", "按规定应当", "text")),
    lines=tuple(
        Listed((COUNTS[band.name],), band.label.removeprefix("整改逾期 "), (act,))
        for band, act in zip(LATE_BANDS, STEPS, strict=True)
    ),
    total=Listed((COUNTS["overdue"],), "合计", ("",)),
    label="整改逾期",
    chart=Chart("meters", ("n",)),
    is_of_late=True,
)
