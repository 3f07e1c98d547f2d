"""Two days side by side, and what changed between them; every number opens its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from dashboards.board.range import Range, Shown
from dashboards.board.scope import above, counting, days, scope, shortened, title
from dashboards.cube.changes import CHANGES
from dashboards.cube.counts import Ask, Count
from dashboards.cube.measures import CLOSURE, COMPLETION, COUNTS, ON_TIME, ON_TIME_ORIGINAL, Measure
from dashboards.cube.periods import last_month_end, last_quarter_end, last_year_end, year_before
from dashboards.cube.ratios import Share, in_words, points
from dashboards.cube.reading import Wanted, read
from dashboards.cube.sources import CARDS
from dashboards.declared.figure import Cell, Figure, Head, Line, Table, cell
from ui.sheets import Above

PARTS = ("total", "base", "closed", "unclosed", "overdue", "long_term", "suspended", "outside")
MEASURES: tuple[Measure, ...] = (*(COUNTS[name] for name in PARTS), CLOSURE, COMPLETION, ON_TIME, ON_TIME_ORIGINAL)
DEFINITION = (
    "两个日期各按当日的情况计算，口径与看板相同。新增整改逾期、不再整改逾期：一个日期整改逾期、另一个日期没有整改逾期的；"
    "时限延后：批准时限比前一日期晚的，含批准延期和恢复整改顺延。"
)
COMPARED = Figure(name="compare", title="两日对比", definition=DEFINITION, order=0, label="项目")
CHANGED = Figure(name="changed", title="其间的变化", definition=DEFINITION, order=0, label="变化")
EARLIER: tuple[tuple[str, Callable[[date], date]], ...] = (
    ("比上月末", last_month_end),
    ("比上季末", last_quarter_end),
    ("比去年末", last_year_end),
    ("同比（去年同日）", year_before),
)


class Compared(NamedTuple):
    """The two tables, and the sheet of both."""

    numbers: Shown
    changes: Shown
    sentence: str
    sheet: Table
    above: Above


def compare(found: Range) -> Compared:
    """Count both days and what lies between them."""
    since, on = found.since, found.selection.on
    wanted = [Wanted(CARDS, (), frozenset(name for one in MEASURES for name in one.sums))]
    now, then = (read(found.selection.at(day), wanted, soon=found.soon).whole() for day in (on, since))
    lines = [_line(one, then, now, since) for one in MEASURES]
    heads = (Head("then", f"{since:%Y-%m-%d}"), Head("now", f"{on:%Y-%m-%d}"), Head("change", "变化", "text"))
    ask = Ask(on, found.soon, since)
    sizes = {name: rows.rows(found.selection, ask).order_by().count() for name, rows in CHANGES.items()}
    where = {"since": since.isoformat()}
    changes = [Line(name, rows.label, (Cell(sizes[name], rows, where=where),)) for name, rows in CHANGES.items()]
    only = tuple(
        line._replace(label=f"其间{line.label}", cells=(Cell(None), *line.cells, Cell(""))) for line in changes
    )
    return Compared(
        found.show(COMPARED, Table(heads, tuple(lines), label="项目")),
        found.show(CHANGED, Table((Head("n", "个"),), tuple(changes), label="变化")),
        _sentence(found, CLOSURE.value(now), CLOSURE.value(then), sizes),
        Table(heads, (*lines, *only), label="项目"),
        above(found, DEFINITION, since=True),
    )


def _line(measure: Measure, then: Count, now: Count, since: date) -> Line:
    before, after = cell(measure, then, {"on": since.isoformat()}), cell(measure, now)
    return Line(measure.name, measure.label, (before, after, Cell(_difference(after.value, before.value))))


def _difference(now: Any, then: Any) -> str:
    """Say in words by how much a number has changed."""
    if isinstance(now, Share):
        change = points(now, then)
        return "—" if change is None else in_words(change)
    return f"多 {now - then}" if now > then else f"少 {then - now}" if now < then else "没有变化"


def _sentence(found: Range, now: Share, then: Share, sizes: dict[str, int]) -> str:
    change = points(now, then)
    moved = f"反馈 {sizes['newly_fed']} 个、销号 {sizes['newly_closed']} 个"
    rate = "" if change is None else f"销号率{in_words(change)}："
    return f"{shortened(scope(found))}：{days(found)}，{rate}{moved}"


def context_of(found: Range) -> dict[str, Any]:
    """Return the context of the page."""
    on = found.selection.on
    return {
        "compared": compare(found),
        "form": found.form,
        "on": on,
        "since": found.since,
        "scope": scope(found),
        "counting": counting(found),
        "definition": DEFINITION,
        "earlier": [(words, day(on), found.url("compare", since=day(on).isoformat())) for words, day in EARLIER],
        "sheet_url": found.url("compare", since=found.since.isoformat(), export="xlsx"),
        "back": found.url("dashboard"),
    }


def sheet_title(found: Range) -> str:
    return title(found, f"{found.since:%Y-%m-%d} 以来的变化")
