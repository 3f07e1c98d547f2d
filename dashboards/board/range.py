"""What was asked, as a selection and as an address; a figure's table with the addresses of its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from casework.deadlines.limits import soon_until
from dashboards.board import cells, drawing
from dashboards.cube.labels import Labels
from dashboards.cube.measures import Measure
from dashboards.cube.periods import last_month_end, last_quarter_end, last_year_end
from dashboards.cube.ratios import Share
from dashboards.cube.reading import Cube, Wanted, read
from dashboards.cube.row_sets import RowSet
from dashboards.cube.selection import Selection
from dashboards.declared.figure import Cell, Counted, Figure, Head, Line, Table, cell, head
from dashboards.declared.tables import in_order, table_of
from dashboards.forms import SelectionForm
from organizations.actor import Actor
from organizations.requests import ActorRequest
from ui.addresses import address


def may_read(actor: Actor) -> bool:
    """Office and leaders see all, a unit its own figures.

    Nobody else sees figures (docs/domain/dictionaries.md 9.13).
    """
    return "dashboard" in actor.standing.menu


def percent(rate: float | None) -> str:
    """Return a share as a length for a drawing: 69.1%."""
    return f"{100 * (rate or 0):.1f}%"


class Number(NamedTuple):
    """A cell with the addresses of its rows. Figure, line and column name it in the markup."""

    cell: Cell
    head: Head
    url: str = ""
    url_of: str = ""
    figure: str = ""
    line: str = ""

    @property
    def value(self) -> Any:
        return self.cell.value

    @property
    def shape(self) -> str:
        """How it is written: a share, days, a word, or a count."""
        if isinstance(self.cell.value, Share):
            return "share"
        return self.head.kind if self.head.kind in {"days", "text"} else "count"

    @property
    def width(self) -> str:
        return percent(self.cell.value.rate)

    @property
    def points(self) -> str:
        """A share without its sign, for a row that says it once: 69.1."""
        rate = self.cell.value.rate
        return "—" if rate is None else f"{100 * rate:.1f}"

    @property
    def drawn(self) -> SafeString:
        return cells.drawn(self)

    @property
    def fraction(self) -> SafeString:
        return cells.fraction(self)


class Row(NamedTuple):
    """A line with its address.

    `meter` is the length of its bar, where the figure is drawn as meters; `about` the page of what it is about.
    """

    line: Line
    url: str
    numbers: list[Number]
    meter: str = ""
    about: str = ""


@dataclass(frozen=True)
class Shown:
    """A figure's table with its addresses, and what is drawn of it."""

    figure: Figure
    table: Table
    rows: list[Row]
    total: Row | None
    url: str
    sheet_url: str
    mark: str = ""  # where the whole stands among its meters
    orders: Mapping[str, str] = field(default_factory=dict)  # column -> the address that puts the lines in its order
    order: str = ""

    @property
    def chart(self) -> dict[str, Any] | None:
        """What ECharts is to draw; None where the figure has no such chart."""
        return drawing.chart_of(self.figure, self.table)

    @property
    def is_of_late(self) -> bool:
        """Say whether its bars are drawn in the colour of what is late."""
        return self.figure.is_of_late

    @property
    def has_meters(self) -> bool:
        return any(row.meter for row in self.rows)

    @property
    def has_few(self) -> bool:
        """Say whether some line has a rate of so few that it does not compare."""
        numbers = (number.value for row in self.rows for number in row.numbers)
        return self.figure.by is not None and any(isinstance(value, Share) and value.is_few for value in numbers)

    @property
    def heads(self) -> SafeString:
        return cells.heads(self)

    @property
    def body(self) -> SafeString:
        return cells.body(self)

    @property
    def foot(self) -> SafeString:
        return cells.foot(self)

    @property
    def sideways(self) -> list[tuple[Head, SafeString]]:
        """The table on its side: one row a column, where its lines are months."""
        heads = enumerate(self.table.heads)
        return [(head, cells.sideways(head, (row.numbers[n] for row in self.rows))) for n, head in heads]


@dataclass(frozen=True)
class Range:
    """What was asked, as a selection and as an address."""

    form: SelectionForm
    selection: Selection
    soon: date
    params: Mapping[str, str]
    order: str = ""  # by which column a figure's own page is put in order; - before it: the other way round

    @property
    def labels(self) -> Labels:
        return self.form.labels

    @property
    def since(self) -> date:
        """The day that is compared with: the end of the month before, unless another is asked for."""
        asked: date | None = self.form.asked.get("since")
        return asked or last_month_end(self.selection.on)

    def url(self, name: str, *args: str, **more: str) -> str:
        """Return an address of the figures with the range of the page, changed by `more`.

        It says its day and how it counts, what holds unasked too: sent to somebody else, or opened tomorrow, it shows
        the same number.
        """
        asked = {"on": self.selection.on.isoformat(), "lead": self.form.counting, **self.params, **more}
        query = urlencode({name: value for name, value in asked.items() if value})
        return address(name, *args) + (f"?{query}" if query else "")

    def rows_url(self, rows: RowSet | None, where: Mapping[str, str] = {}) -> str:
        return self.url("figure_rows", rows.name, **where) if rows else ""

    def number(self, cell: Cell, head: Head, figure: str = "", line: str = "") -> Number:
        opens, opens_of = (self.rows_url(rows, cell.where) for rows in (cell.opens, cell.opens_of))
        return Number(cell, head, opens, opens_of, figure, line)

    def head_number(self, measure: Measure, cube: Cube, figure: Figure) -> Number:
        """Return a measure of the whole."""
        return self.number(cell(measure, cube.whole(figure.source)), head(measure), figure.name)

    def show(self, figure: Figure, table: Table) -> Shown:
        """Return a table with the addresses of its numbers."""
        meters, mark = drawing.meters_of(figure, table)

        def row(line: Line, meter: str = "") -> Row:
            own = [figure.name] if line.page == "figure" else []
            url = self.url(line.page, *own, **line.where) if line.page else ""
            pairs = zip(line.cells, table.heads, strict=False)
            numbers = [self.number(one, top, figure.name, line.key) for one, top in pairs]
            about = reverse(figure.about[0], args=[line.key]) if figure.about and line.key.isdecimal() else ""
            return Row(line, url, numbers, meter, about)

        rows = [row(line, meter) for line, meter in zip(table.lines, meters, strict=True)]
        export = self.url("figure", figure.name, export="xlsx", sort=self.order)
        total = row(table.total) if table.total else None
        orders = {head.name: self._ordered(figure, head) for head in table.heads if figure.orders_by(head)}
        return Shown(figure, table, rows, total, self.url("figure", figure.name), export, mark, orders, self.order)

    def _ordered(self, figure: Figure, head: Head) -> str:
        """Return the address of a figure put in order by a column: what is worst first; chosen again, last."""
        worst = head.name if head.kind == "share" else f"-{head.name}"
        other = head.name if worst.startswith("-") else f"-{head.name}"
        return self.url("figure", figure.name, sort=other if self.order == worst else worst)


def asked(request: ActorRequest) -> Range:
    """Read the range from the address, within the reader's scope."""
    return asked_by(request.actor, request.GET)


def asked_by(actor: Actor, params: QueryDict) -> Range:
    """Read the range that parameters of the board ask for, within the reader's scope."""
    form = SelectionForm(params, Labels(actor))
    selection = form.selection()
    form.labels.on = selection.on
    return Range(form, selection, soon_until(selection.on), form.params, params.get("sort", ""))


DAYS = (("上月末", last_month_end), ("上季末", last_quarter_end), ("去年末", last_year_end))


def days_of(found: Range, url_name: str, *args: str) -> list[tuple[str, str, str]]:
    """Return the days one asks for again and again, each with its address: (words, day, address)."""
    on, today = found.selection.on, found.selection.today
    days = [(words, end(on)) for words, end in DAYS] + ([("今天", today)] if on != today else [])
    asked = [(words, day.isoformat()) for words, day in days]
    return [(words, day, found.url(url_name, *args, on=day, sort=found.order)) for words, day in asked]


def count(
    found: Range, figures: Iterable[Figure], *, is_expanded: bool = False, seals: frozenset[str] | None = None,
    more: Iterable[Wanted] = (),
) -> Counted:  # fmt: skip
    """Count what these figures need, and nothing else."""
    wanted = [*(one for figure in figures for one in figure.wanted(found.selection)), *more]
    return Counted(read(found.selection, wanted, soon=found.soon, seals=seals), found.labels, is_expanded)


def show(found: Range, figure: Figure) -> Shown:
    """Return one figure by itself, with all its lines."""
    table = table_of(figure, count(found, [figure], is_expanded=True))
    return found.show(figure, in_order(figure, table, found.order))
