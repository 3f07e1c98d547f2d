"""每月反馈与销号, and the closure rate at each month's end."""

from typing import Any

from dashboards.figure import Cell, Counted, Figure, Head, Line, Table, share_cell
from dashboards.periods import bounds, month_named, month_number
from dashboards.shares import Share
from dashboards.sums import Sums
from rectification.enums import OUTSIDE, State


def closure_by_month(sums: Sums) -> dict[int, Share]:
    """Return the closure rate at the end of each month (of the last one: on the day), counted back from the day's own."""
    whole, last = sums.whole, month_number(sums.selection.on)
    total, closed, outside = whole.total, whole.closed, sum(whole.states[state] for state in OUTSIDE)
    found = {last: whole.closure}
    for month in range(last - 1, sums.first_month - 1, -1):
        total -= sums.opened[month + 1]
        closed -= sums.ended[month + 1, State.CLOSED]
        outside -= sum(sums.ended[month + 1, state] for state in OUTSIDE)
        apart = sum(n for (begun, ended, _), n in sums.apart.items() if begun <= month < ended)
        found[month] = Share(closed, total - outside - apart)
    return dict(sorted(found.items()))


def table(counted: Counted) -> Table:
    sums = counted.sums
    last = month_number(sums.selection.on)
    lines = []
    for month, share in closure_by_month(sums).items():
        name = month_named(month)
        end = {} if month == last else {"on": bounds(name)[1].isoformat()}
        cells = (
            Cell(sums.opened[month], "opened_in", where={"month": name}),
            Cell(sums.ended[month, State.CLOSED], "closed_in", where={"month": name}),
            share_cell(share, "closed", "base", end),
        )
        lines.append(Line(f"{month % 12 + 1} 月", cells, end, "" if month // 12 == last // 12 else f"{month // 12} 年"))
    return Table(
        (Head("反馈"), Head("销号"), Head("月末累计销号率", "share", fraction="已销/应改")), tuple(lines), label="月份"
    )


def chart(table: Table) -> dict[str, Any]:
    return {
        "months": [line.label for line in table.lines],
        "fed": [line.cells[0].value for line in table.lines],
        "closed": [line.cells[1].value for line in table.lines],
        "rate": [
            round(rate * 100, 1) if (rate := line.cells[2].value.rate) is not None else None for line in table.lines
        ],
    }


FIGURE = Figure(
    "trend", "每月反馈与销号", "反馈按立案日期、销号按销号日期归月；累计销号率为当月末（本月为截至日）的销号率，口径同“销号率”。", 60,
    frozenset({"open", "closed", "months"}), table, chart=chart,
)  # fmt: skip
