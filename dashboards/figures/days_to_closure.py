"""销号用时: median and mean from an exact histogram, never from averages (docs/data.md A)."""

from dashboards.cube.measures import COUNTS, LONGEST, MEDIAN_DAYS, SHORTEST, of_days
from dashboards.cube.ratios import mean
from dashboards.declared.figure import Figure, Head, Listed

MEAN = of_days("mean_of_days", "平均用时（日）", mean)

FIGURE = Figure(
    name="days_to_closure",
    title="销号用时",
    definition="自反馈之日起至销号之日止的自然日。中位数：一半的问题用时不超过这个数。",
    order=100,
    heads=(Head("days", "日", "days"),),
    lines=(
        Listed((MEDIAN_DAYS,), "中位数"),
        Listed((MEAN,), "平均"),
        Listed((SHORTEST,), "最短"),
        Listed((LONGEST,), "最长"),
    ),
    total=Listed((COUNTS["closed"],), "已销号（个）"),
    label="用时",
)
