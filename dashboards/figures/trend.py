"""每月反馈与销号, and the closure rate at each month's end."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from dashboards.cube import row_sets
from dashboards.cube.counts import Ask
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


def _new_year(selection: Selection) -> date:
    return selection.on.replace(month=1, day=1)


def _closed_this_year(selection: Selection, ask: Ask) -> QuerySet[Any]:
    return selection.as_of().filter(row_sets.CLOSED_THEN, closed_on__gte=_new_year(selection))


def _base_this_year(selection: Selection, ask: Ask) -> QuerySet[Any]:
    rows = selection.as_of().exclude(then__in=row_sets.APART)
    return rows.exclude(row_sets.CLOSED_THEN, closed_on__lt=_new_year(selection))


CLOSED_THIS_YEAR = row_sets.by_its_rows("closed_this_year", "当年销号", _closed_this_year)
BASE_THIS_YEAR = row_sets.by_its_rows("base_this_year", "年初未销号和当年反馈", _base_this_year)


def this_year(by_month: dict[int, tuple[int, int, Share]]) -> dict[int, Share]:
    """Return the closure rate at each month's end without what was closed before the year began.

    A year begins with what is left over, not with last year's 100 %; the months of another year have none.
    """
    last = max(by_month)
    months = [month for month in by_month if month // 12 == last // 12]
    before = by_month[last][2].n - sum(by_month[month][1] for month in months)
    rates = {month: by_month[month][2] for month in months}
    return {month: Share(share.n - before, share.of - before) for month, share in rates.items()}


def table(counted: Counted) -> Table:
    last = month_number(counted.cube.selection.on)
    lines = []
    by_month = closure_by_month(counted.cube, counted)
    rates = this_year(by_month)
    for month, (fed, closed, _) in by_month.items():
        name = month_named(month)
        end = {} if month == last else {"on": bounds(name)[1].isoformat()}
        cells = (
            Cell(fed, row_sets.TOTAL, where={"opened": name}),
            Cell(closed, row_sets.CLOSED, where={"ended": name}),
            Cell(rates.get(month, Share(0, 0)), CLOSED_THIS_YEAR, BASE_THIS_YEAR, end),
        )
        note = "" if month // 12 == last // 12 else f"{month // 12} 年"
        full = f"{month // 12} 年 {month % 12 + 1} 月"
        lines.append(Line(name, f"{month % 12 + 1} 月", cells, end, note, "dashboard" if end else "", full))
    heads = (
        Head("opened", "反馈"),
        Head("closed", "销号"),
        Head("closure", "当年累计销号率", "share", fraction="已销/应改"),
    )
    return Table(heads, tuple(lines), label="月份")


FIGURE = Figure(
    name="trend",
    title="每月反馈与销号",
    definition=(
        "反馈按反馈日期、销号按销号日期归月。当年累计销号率：当年 1 月 1 日至月末（本月至截至日）销号的 ÷"
        "（年初未销号的和当年反馈的），长期坚持、中止和撤销、改派的不计；上一年销号的不在内，上一年各月不列。"
    ),
    order=60,
    table=table,
    wants=wants,
    sets=(CLOSED_THIS_YEAR, BASE_THIS_YEAR),
    chart=Chart("bars_and_line", ("opened", "closed", "closure")),
)
