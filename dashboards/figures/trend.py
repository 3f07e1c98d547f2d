"""每月反馈与销号, and the closure rate at each month's end."""

from dashboards.cube import row_sets
from dashboards.cube.dimensions import BEGUN, ENDED, OPENED, UNTIL
from dashboards.cube.measures import CLOSURE
from dashboards.cube.periods import bounds, month_named, month_number
from dashboards.cube.ratios import Share
from dashboards.cube.reading import NO_CLOCK_SOURCE, Cube, Wanted, first_month
from dashboards.cube.selection import Selection
from dashboards.cube.sources import CARDS
from dashboards.declared.figure import Cell, Chart, Counted, Figure, Head, Line, Table
from rectification.enums import OUTSIDE


def wants(selection: Selection) -> list[Wanted]:
    """What was fed back and what ended in each of the last months.

    With the stretches without a clock that touch them.
    """
    since = first_month(selection)
    return [
        Wanted(CARDS, (OPENED,), since=since),
        Wanted(CARDS, (ENDED,), since=since),
        Wanted(NO_CLOCK_SOURCE, (BEGUN, UNTIL), since=since),
    ]


def closure_by_month(cube: Cube, counted: Counted) -> dict[int, tuple[int, int, Share]]:
    """Return by month what was fed back, what was closed, and the closure rate at its end.

    Of the last one: the rate on the day.

    The rate is counted back from the day's own: less what was fed back and ended since.
    """
    opened, ended = (cube.by(one, counted.labels) for one in (OPENED, ENDED))
    apart = cube.groups[Wanted(NO_CLOCK_SOURCE, (BEGUN, UNTIL)).name]
    whole, last = counted.whole, month_number(cube.selection.on)
    total, closed, outside = whole.total, row_sets.CLOSED.count(whole), whole.among(OUTSIDE)
    found = {}
    for month in range(last, first_month(cube.selection) - 1, -1):
        fed, over = (one.get(month) for one in (opened, ended))
        now_closed = row_sets.CLOSED.count(over) if over else 0
        without = sum(one.total for (begun, until), one in apart.items() if int(begun) <= month < int(until))
        share = CLOSURE.value(whole) if month == last else Share(closed, total - outside - without)
        found[month] = (fed.total if fed else 0, now_closed, share)
        # where a fact of ended cards is asked for, a card is among them from its end on
        total -= (over.total if over else 0) if cube.selection.is_of_ended else found[month][0]
        closed -= now_closed
        outside -= over.among(OUTSIDE) if over else 0
    return dict(sorted(found.items()))


def table(counted: Counted) -> Table:
    last = month_number(counted.cube.selection.on)
    lines = []
    for month, (fed, closed, share) in closure_by_month(counted.cube, counted).items():
        name = month_named(month)
        end = {} if month == last else {"on": bounds(name)[1].isoformat()}
        cells = (
            Cell(fed, row_sets.TOTAL, where={"opened": name}),
            Cell(closed, row_sets.CLOSED, where={"ended": name}),
            Cell(share, CLOSURE.opens, CLOSURE.of, end),
        )
        note = "" if month // 12 == last // 12 else f"{month // 12} 年"
        lines.append(Line(name, f"{month % 12 + 1} 月", cells, end, note))
    heads = (
        Head("opened", "反馈"),
        Head("closed", "销号"),
        Head("closure", "月末累计销号率", "share", fraction="已销/应改"),
    )
    return Table(heads, tuple(lines), label="月份")


FIGURE = Figure(
    name="trend",
    title="每月反馈与销号",
    definition="反馈按反馈日期、销号按销号日期归月；累计销号率为当月末（本月为截至日）的销号率，口径同“销号率”。",
    order=60,
    table=table,
    wants=wants,
    chart=Chart("bars_and_line", ("opened", "closed", "closure")),
)
