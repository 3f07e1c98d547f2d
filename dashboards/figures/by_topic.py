"""各领域, in the order of the dictionary (docs/domain/dictionaries.md 9.3)."""

from dashboards.cube.dimensions import TOPIC
from dashboards.cube.measures import CLOSURE, COUNTS
from dashboards.declared.figure import Chart, Figure

FIGURE = Figure(
    name="by_topic",
    title="各领域",
    definition="按问题类别（字典二级）归类，按字典顺序排列。类别改正后，过去各日的数随之改正。",
    order=80,
    by=TOPIC,
    measures=(CLOSURE, COUNTS["overdue"]),
    more=(COUNTS["long_term"], COUNTS["suspended"], COUNTS["outside"], COUNTS["total"]),
    words={"overdue": "整改逾期"},
    on_board=6,  # with the line of the others the page prints on one sheet
    worst_first=True,
    rest="其他 {} 个领域",
    chart=Chart("meters", ("closure",)),
)
