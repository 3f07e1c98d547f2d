"""各次督察, newest first."""

from dashboards.cube.dimensions import CAMPAIGN
from dashboards.cube.measures import CLOSURE, COUNTS
from dashboards.declared.figure import Chart, Figure

FIGURE = Figure(
    name="by_campaign",
    title="各次督察",
    definition="按督察批次归集，新的在前。问题在哪次督察中发现，就计在哪次。",
    order=90,
    by=CAMPAIGN,
    measures=(CLOSURE, COUNTS["overdue"]),
    more=(COUNTS["long_term"], COUNTS["suspended"], COUNTS["outside"], COUNTS["total"]),
    words={"overdue": "整改逾期"},
    on_board=10,
    rest="更早的 {} 次督察",
    note=lambda labels, key: labels.campaign_note(key),
    chart=Chart("meters", ("closure",)),
)
