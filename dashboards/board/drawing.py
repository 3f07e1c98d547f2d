"""What is drawn of a figure: always from the numbers of its own table, which stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboards.cube.labels import Labels
from dashboards.cube.ratios import Share
from dashboards.declared.figure import Figure, Table

if TYPE_CHECKING:
    from dashboards.board.range import Shown

# 方位示意: where the eight districts lie to one another, by code: (column, row).
# Not a map: a drawn map needs an approved map number.
TILES = {
    "621022": (1, 1),
    "621023": (3, 1),
    "621027": (1, 2),
    "621021": (2, 2),
    "621024": (3, 2),
    "621002": (2, 3),
    "621026": (3, 3),
    "621025": (3, 4),
}
PALE, DARK = 0.65, 0.75
BY_ECHARTS = frozenset({"bar", "line", "stacked", "bars_and_line"})


def number_of(value: Any) -> float | None:
    """Return a number as it is drawn: a share as percent, with the decimal place that is shown."""
    if isinstance(value, Share):
        return None if value.rate is None else round(value.rate * 100, 1)
    return round(value, 1) if isinstance(value, float) else value


def chart_of(figure: Figure, table: Table) -> dict[str, Any] | None:
    """Return the data of a chart that ECharts draws: its type, its words, its series with their names."""
    chart = figure.chart
    if chart is None or chart.type not in BY_ECHARTS:
        return None
    heads = [table.heads[table.column(name)] for name in chart.series]
    series = [
        {
            "name": head.label,
            "column": head.name,
            "unit": "%" if head.kind == "share" else "",
            "data": [number_of(value) for value in table.values(head.name)],
        }
        for head in heads
    ]
    return {"type": chart.type, "x": [line.label for line in table.lines], "series": series}


def meters_of(figure: Figure, table: Table) -> tuple[list[str], str]:
    """Return the length of each line's bar, and where the whole stands among them; nothing where no bars are drawn.

    A share is its own length; of counts the largest is the whole length.
    """
    nothing = [""] * len(table.lines)
    if figure.chart is None or figure.chart.type not in {"meters", "tiles"}:
        return nothing, ""
    values = table.values(figure.chart.series[0])
    if all(isinstance(value, Share) for value in values):
        total = table.total.cells[table.column(figure.chart.series[0])].value if table.total else None
        mark = f"{100 * total.rate:.1f}%" if isinstance(total, Share) and total.rate is not None else ""
        return [f"{100 * (value.rate or 0):.1f}%" for value in values], mark
    most = max(values, default=0) or 1
    return [f"{100 * value / most:.1f}%" for value in values], ""


def tiles_of(shown: Shown, labels: Labels) -> list[dict[str, Any]]:
    """Return the districts where they lie, each with its number; nothing where the figure is not drawn as tiles."""
    chart = shown.figure.chart
    if chart is None or chart.type != "tiles":
        return []
    place = shown.table.column(chart.series[0])
    found = []
    for row in shown.rows:
        unit = labels.units.get(int(row.line.key)) if row.line.key.isdecimal() else None
        if unit is None or unit.code not in TILES:
            continue
        column, line = TILES[unit.code]
        rate = row.numbers[place].value.rate
        shade = "" if rate is None else "k1" if rate < PALE else "k2" if rate < DARK else "k3"
        found.append({"row": row, "name": row.line.label, "rate": rate, "column": column, "line": line, "shade": shade})
    return sorted(found, key=lambda tile: (tile["line"], tile["column"]))
