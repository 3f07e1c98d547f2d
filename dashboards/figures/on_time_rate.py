"""按期率, by both clocks (docs/domain/results.md 11: 原时限、批准时限各算一次)."""

from dashboards.cube.measures import COUNTS, ON_TIME, ON_TIME_ORIGINAL
from dashboards.declared.figure import Figure, Head, Listed

FIGURE = Figure(
    name="on_time_rate",
    title="按期率",
    definition=(
        "时限内销号的 ÷（已销号 + 整改逾期未销号）。提前销号的计入，未到期、未销号的不进分母；"
        "批准时限、原时限各算一次。"
    ),
    order=20,
    heads=(
        Head("rate", "按期率", "share", fraction="按期/应计"),
        Head("closed", "已销号"),
        Head("overdue", "整改逾期未销号"),
    ),
    lines=(
        Listed((ON_TIME, COUNTS["closed"], COUNTS["overdue"]), "按批准时限"),
        Listed((ON_TIME_ORIGINAL, COUNTS["closed"], COUNTS["overdue_original"]), "按原时限"),
    ),
    label="时限",
)
