"""What the page shows, put together from the figures: all from one snapshot, all from the same sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from casework.deadlines.limits import soon_until
from casework.models import Case
from dashboards.figure import Cell, Counted, Figure, Head, Line, Table, figures
from dashboards.forms import SelectionForm
from dashboards.names import Names
from dashboards.periods import last_month_end
from dashboards.rows import rows_behind
from dashboards.seals import valid_seals
from dashboards.selection import Selection
from dashboards.shares import Share
from dashboards.sums import GROUPS, PARTS, read
from dashboards.tally import Tally
from organizations.actor import Actor
from rectification.enums import NO_CLOCK

LONGEST = 5
# 方位示意: where the eight districts lie to one another, by code: (column, row). Not a map: a drawn map needs an approved map number.
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


def may_read(actor: Actor) -> bool:
    """Office and leaders see all, a unit its own figures; nobody else sees figures (docs/domain/dictionaries.md 9.13)."""
    return "dashboard" in actor.standing.menu


class Number(NamedTuple):
    """A cell with the addresses of its rows."""

    cell: Cell
    head: Head
    url: str = ""
    url_of: str = ""

    @property
    def value(self) -> Any:
        return self.cell.value

    @property
    def shape(self) -> str:
        """How it is written: a share, days, a word, or a count."""
        return (
            "share"
            if isinstance(self.cell.value, Share)
            else self.head.kind
            if self.head.kind in {"days", "text"}
            else "count"
        )

    @property
    def width(self) -> str:
        """A share as a length for a drawing: 69.1%."""
        return _percent(self.cell.value.rate)

    @property
    def points(self) -> str:
        """A share without its sign, for a row that says it once: 69.1."""
        rate = self.cell.value.rate
        return "—" if rate is None else f"{100 * rate:.1f}"

    @property
    def gauge(self) -> tuple[str, str]:
        """The interval of a share as two lengths for a drawing: where it begins, how long it is."""
        low, high = self.cell.value.interval or (0.0, 0.0)
        return _percent(low), _percent(high - low)


class Row(NamedTuple):
    line: Line
    url: str
    numbers: list[Number]


class Shown(NamedTuple):
    """A figure's table with its addresses."""

    figure: Figure
    table: Table
    rows: list[Row]
    total: Row | None
    url: str
    sheet_url: str


@cache
def _path(name: str, *args: str) -> str:
    """Return an address: a page has two hundred, of two dozen kinds."""
    return reverse(name, args=args)


@dataclass(frozen=True)
class Range:
    """What was asked, as a selection and as an address."""

    form: SelectionForm
    selection: Selection
    soon: date
    params: Mapping[str, str]

    def url(self, name: str, *args: str, **more: str) -> str:
        """Return an address of the figures with the range of the page, changed by `more`."""
        query = urlencode({**self.params, **more})
        return _path(name, *args) + (f"?{query}" if query else "")

    def number(self, cell: Cell, head: Head = Head("")) -> Number:  # noqa: B008 (immutable)
        url, url_of = (
            self.url("figure_rows", name, **cell.where) if name else "" for name in (cell.opens, cell.opens_of)
        )
        return Number(cell, head, url, url_of)

    def row(self, line: Line, table: Table) -> Row:
        return Row(
            line,
            self.url("dashboard", **line.where) if line.where else "",
            [self.number(cell, head) for cell, head in zip(line.cells, table.heads, strict=False)],
        )

    def show(self, figure: Figure, table: Table) -> Shown:
        """Return a table with the addresses of its numbers."""
        rows, total = (
            [self.row(line, table) for line in table.lines],
            self.row(table.total, table) if table.total else None,
        )
        return Shown(
            figure, table, rows, total, self.url("figure", figure.name), self.url("figure", figure.name, export="xlsx")
        )


def asked(request: Any) -> Range:
    """Read the range from the address, within the reader's scope."""
    form = SelectionForm(request.GET, Names(request.actor))
    selection = form.selection()
    return Range(form, selection, soon_until(selection.on), form.params)


def count(
    found: Range, wanted: list[Figure], *, is_expanded: bool = False, seals: frozenset[str] | None = None
) -> Counted:
    """Count what these figures need."""
    parts = {part for figure in wanted for part in figure.parts}
    groups = {group for figure in wanted for group in figure.groups}
    sums = read(found.selection, soon=found.soon, parts=parts & set(PARTS), groups=groups & set(GROUPS), seals=seals)
    return Counted(sums, found.form.names, None, is_expanded)


def page_of(request: Any) -> dict[str, Any]:
    """Return the context of the page."""
    found = asked(request)
    sealed = valid_seals()
    counted = count(found, list(figures().values()), seals=sealed)
    month_end = last_month_end(found.selection.on)
    before = read(
        found.selection.at(month_end),
        soon=found.soon,
        parts=("open", "closed"),
        groups=(),
        columns=("overdue",),
        seals=sealed,
    ).whole
    shown = {name: found.show(figure, figure.table(counted)) for name, figure in figures().items()}
    whole = counted.whole
    context = {
        "form": found.form, "on": found.selection.on, "is_past": found.selection.is_past, "chips": _chips(found), "shown": shown, "whole": whole, "month_end": month_end,
        "sentence": sentence(found, whole), "change": _change(whole.closure, before.closure),
        "late_change": whole.overdue - before.overdue if before.total else None, "late_drop": before.overdue - whole.overdue,
        "city": _percent(whole.closure.rate), "longest": longest(found.selection, found.soon),
    }  # fmt: skip
    return context | _heads(shown) | _pictures(found, shown)


def sentence(found: Range, whole: Tally) -> list[str]:
    """Return the clauses of the title, computed from the numbers (docs/look.md, principle 1)."""
    within = found.form.asked.get("within", [])
    year = str(within[0]) if len(within) == 1 else ""
    when = "" if year[:1] != "y" else "今年" if year == f"y{found.selection.today.year}" else f"{year[1:]} 年"
    if not whole.total:
        return [f"{when}还没有反馈的问题"]
    late = f"还有 {whole.overdue} 个逾期" if whole.overdue else "没有逾期的"
    return [f"{when}应整改 {whole.base} 个问题，", f"已销号 {whole.closed} 个，", late]


def longest(selection: Selection, soon: date) -> list[tuple[Case, int]]:
    """Return the cards longest overdue, each with its days."""
    facts = ("pk", "kind", "number", "title", "unit_name")
    rows: QuerySet[Any, Any]
    if (
        selection.is_past and not selection.is_narrow
    ):  # what is still so, and what was held on the day: the last event of each of thousands would be dear
        still = selection.open_still().exclude(state__in=NO_CLOCK).filter(due_on__lt=selection.on)
        held = selection.stretches().exclude(held_state__in=NO_CLOCK).filter(held_due_on__lt=selection.on)
        rows = (
            still.order_by()
            .values_list("due_on", *facts)
            .union(held.order_by().values_list("held_due_on", *(f"case__{name}" for name in facts)), all=True)
        )
        rows = rows.order_by("due_on", "id")
    else:
        rows = rows_behind("overdue", selection, soon).order_by("due_then", "pk").values_list("due_then", *facts)
    return [(Case(**dict(zip(facts, known, strict=True))), (selection.on - due).days) for due, *known in rows[:LONGEST]]


def _heads(shown: Mapping[str, Shown]) -> dict[str, Number]:
    """Return the numbers that stand on top, taken from the tables below them."""

    def line(name: str, n: int) -> Number:
        return shown[name].rows[n].numbers[0]

    return {
        "closure": line("closure_rate", -1), "completion": line("completion_rate", -1), "on_time": line("on_time_rate", 0), "on_time_original": line("on_time_rate", 1),
        "overdue": _total(shown["overdue_by_age"]).numbers[0], "soon": line("due_in_15_days", 0), "held": line("look_back", -2), "relapsed": line("look_back", -1),
        "median": line("days_to_closure", 0), "mean": line("days_to_closure", 1), "clues": _total(shown["clues_done"]).numbers[0],
    }  # fmt: skip


def _total(shown: Shown) -> Row:
    if shown.total is None:
        raise ValueError(f"{shown.figure.name} has no total")
    return shown.total


def _pictures(found: Range, shown: Mapping[str, Shown]) -> dict[str, Any]:
    """Return what is drawn: the months, the bands, the districts where they lie; each from the rows of its table."""
    trend, bands = shown["trend"], shown["overdue_by_age"].rows
    most = max((row.numbers[0].value for row in bands), default=0) or 1
    units = found.form.names.units
    counties = [
        (units[int(row.line.where["unit"])].code, row)
        for row in shown["by_unit"].rows
        if "unit" in row.line.where and units[int(row.line.where["unit"])].is_county
    ]
    tiles = [_tile(code, row) for code, row in counties if code in TILES]
    late, in_counties = _total(shown["by_unit"]).numbers[1].value, sum(row.numbers[1].value for _, row in counties)
    return {
        "chart": trend.figure.chart(trend.table) if trend.figure.chart else {},
        "bands": [(row, f"{100 * row.numbers[0].value / most:.1f}%") for row in bands],
        "tiles": sorted(tiles, key=lambda tile: (tile["row"], tile["column"])),
        "in_counties": in_counties,
        "in_departments": late - in_counties,
    }


def _tile(code: str, row: Row) -> dict[str, Any]:
    column, place = TILES[code]
    rate = row.numbers[0].value.rate
    shade = "" if rate is None else "k1" if rate < PALE else "k2" if rate < DARK else "k3"
    return {"name": row.line.label, "rate": rate, "url": row.url, "column": column, "row": place, "shade": shade}


def _percent(rate: float | None) -> str:
    return f"{100 * (rate or 0):.1f}%"


def _change(now: Share, before: Share) -> float | None:
    """Return the change in percentage points, of the rates as they are shown."""
    if now.rate is None or before.rate is None:
        return None
    return round(100 * now.rate, 1) - round(100 * before.rate, 1)


def _chips(found: Range) -> list[tuple[str, str]]:
    """Return what narrows the page, each with the address without it."""
    without = {
        name: urlencode({key: value for key, value in found.params.items() if key != name}) for name in found.params
    }
    return [(said, f"?{without.get(name, '')}") for name, said in found.form.chips()]


def words(found: Range, month: tuple[date, date] | None = None) -> str:
    """Say the range in words, above a list of rows."""
    asked = found.form.asked
    told = [f"截至 {found.selection.on:%Y-%m-%d}"]
    told += [f"{month[0]:%Y-%m}"] if month else []
    told += (
        ["、".join(str(dict(found.form.fields["within"].choices)[name]) for name in asked["within"])]  # type: ignore[attr-defined]
        if "within" in asked
        else []
    )
    told += [chip for _, chip in found.form.chips()]
    return "，".join(told) + ("" if "lead" in asked else "，只计牵头单位")
