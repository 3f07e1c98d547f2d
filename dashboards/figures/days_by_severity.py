"""按严重程度的平均办理天数 (docs/domain/dictionaries.md 9.5)."""

from dashboards.cube.dimensions import SEVERITY
from dashboards.cube.measures import COUNTS, MEAN_DAYS
from dashboards.declared.figure import Chart, Figure

FIGURE = Figure(
    name="days_by_severity",
    title="按严重程度的平均办理天数",
    definition="自反馈之日起至销号之日止的自然日，按问题性质分别平均。只计已销号的；性质改正后，过去各日的数随之改正。",
    order=105,
    by=SEVERITY,
    measures=(MEAN_DAYS, COUNTS["closed"]),
    words={"mean_days": "平均（日）"},
    chart=Chart("bar", ("mean_days",)),
)
