"""What a figure is: one declaration. Its table, chart, sheet, drill-down, headline and day are drawn from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from dashboards.cube.counts import Count
from dashboards.cube.dimensions import DAYS, Dimension, Key
from dashboards.cube.labels import Labels
from dashboards.cube.measures import Kind, Measure
from dashboards.cube.reading import Cube, Wanted
from dashboards.cube.row_sets import RowSet
from dashboards.cube.selection import Selection
from dashboards.cube.sources import CARDS, Source
from organizations.actor import Actor

ChartType = Literal["bar", "line", "stacked", "bars_and_line", "meters", "tiles"]


class Head(NamedTuple):
    """A column of a figure's table: the name its chart calls it by, and its label."""

    name: str
    label: str
    kind: Kind = "count"
    wide: bool = False
    fraction: str = ""  # of a share: the label of its two numbers


class Cell(NamedTuple):
    """One number.

    Attributes:
        opens: the set of rows behind it; of a share, behind its upper number. None: it has none.
        opens_of: of a share, the set behind its lower number.
        size: how many rows it opens, where that is not the number itself (of a mean: how many it is the mean of).
        where: what the line adds to the range of the page, such as {"unit": "17"}.
    """

    value: Any
    opens: RowSet | None = None
    opens_of: RowSet | None = None
    where: Mapping[str, str] = {}
    size: int | None = None

    @property
    def is_late(self) -> bool:
        return self.opens is not None and self.opens.is_late


class Line(NamedTuple):
    """A row of a figure's table.

    Attributes:
        key: names it in the markup.
        where: what it narrows the page to that it leads to.
        page: to which it leads: the board, the figure's own page (`figure`), or none.
        full: its label where it stands alone, in a sheet: a month with its year.
    """

    key: str
    label: str
    cells: tuple[Cell, ...]
    where: Mapping[str, str] = {}
    note: str = ""
    page: Literal["dashboard", "figure", ""] = ""
    full: str = ""


class Table(NamedTuple):
    """What a figure shows. `mark` is a line to compare with in a drawing: the share of the whole."""

    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    total: Line | None = None
    label: str = ""

    def column(self, name: str) -> int:
        """Return the place of a column; charts and pages ask by name, never by place."""
        return [head.name for head in self.heads].index(name)

    def values(self, name: str) -> list[Any]:
        place = self.column(name)
        return [line.cells[place].value for line in self.lines]


@dataclass(frozen=True)
class Counted:
    """What a figure is made from."""

    cube: Cube
    labels: Labels
    is_expanded: bool = False  # by itself: every unit, topic and campaign has its line, every column is there

    @property
    def whole(self) -> Count:
        return self.cube.whole()


@dataclass(frozen=True)
class Group:
    """What one line of a table counts.

    A gathered line stands for several that have their own on the figure's page: it leads there. Without `opens` its
    numbers open there only.
    """

    key: str
    label: str
    count: Count
    where: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    opens: bool = True
    is_gathered: bool = False


class Listed(NamedTuple):
    """A line of a figure that is divided by nothing: measures of the whole, and words beside them."""

    measures: tuple[Measure, ...]
    label: str = ""  # otherwise that of its first measure
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A drawing of a figure's table, beside it: by which column of words, which columns of numbers, each by name.

    Types bar, line, stacked and bars_and_line are drawn by ECharts (static/charts.js) from the numbers of the table;
    meters and tiles are drawn with the page (templates/dashboards/charts/).
    """

    type: ChartType
    series: tuple[str, ...]
    x: Literal["label"] = "label"


Arrange = Callable[["Counted", dict[Key, Count]], list[Group]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure.

    It is divided by a dimension (`by`: one line a key), or lists measures of the whole (`lines`), or makes its table
    itself.

    Attributes:
        definition: shown below it; the words of docs/domain/results.md 11.
        order: among the figures.
        source: whose rows are counted.
        measures: its columns, when it is divided by a dimension. `more`: columns on its own page only. `last`: after
            those, not on a phone.
        words: what a column is called here, by name of its measure, where that is shorter.
        on_board: so many lines on the board, the first of them, or (`worst_first`) those with most overdue; the others
            are one line there.
        arrange: which lines, where the keys of the dimension are not simply one line each.
        never_by: columns by which its lines are never put in order: units are not ranked by how much was found
            (docs/domain/results.md 5.2).
        table, wants, sets: a table made by hand, what is counted for it beside its measures, and the sets of rows that
            only its numbers open.
        is_of_late: its bars are drawn in the colour of what is late.
        below: what else its readers should know, said below its table.
        about: the name of the page of what a line is about, taking its key, and what the link to it is called.
        seals: pairs of dimensions by which finished periods are sealed for it.
        to: who may see it, of those who see figures at all; to others it is not there, nor are its rows.
    """

    name: str
    title: str
    definition: str
    order: int
    source: Source = CARDS
    by: Dimension | None = None
    measures: tuple[Measure, ...] = ()
    more: tuple[Measure, ...] = ()
    last: tuple[Measure, ...] = ()
    lines: tuple[Listed, ...] = ()
    heads: tuple[Head, ...] = ()
    total: Listed | None = None
    label: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    on_board: int = 0
    worst_first: bool = False
    rest: str = ""
    arrange: Arrange | None = None
    note: Callable[[Labels, Any], str] = lambda labels, key: ""
    chart: Chart | None = None
    is_of_late: bool = False
    below: str = ""
    table: Callable[[Counted], Table] | None = None
    wants: Callable[[Selection], Iterable[Wanted]] = lambda selection: ()
    sets: tuple[RowSet, ...] = ()
    seals: tuple[tuple[Dimension, ...], ...] = ()
    never_by: tuple[str, ...] = ()
    about: tuple[str, str] | None = None
    to: Callable[[Actor], bool] = lambda actor: True

    def orders_by(self, head: Head) -> bool:
        """Say whether its lines can be put in order by a column."""
        return self.by is not None and head.kind != "text" and head.name not in self.never_by

    def all_measures(self) -> tuple[Measure, ...]:
        listed = [*self.lines, *([self.total] if self.total else [])]
        return (*self.measures, *self.more, *self.last, *(measure for line in listed for measure in line.measures))

    def wanted(self, selection: Selection) -> list[Wanted]:
        """Return what must be counted for it."""
        measures = self.all_measures()
        sums = frozenset(name for measure in measures for name in measure.sums)
        by = [self.by.counted] if self.by else []
        found = [Wanted(self.source, (), sums), *(Wanted(self.source, (one,), sums) for one in by)]
        if any(measure.needs_days for measure in measures):
            found += [Wanted(self.source, (DAYS,)), *(Wanted(self.source, (one, DAYS)) for one in by)]
        return [*found, *self.wants(selection)]

    def row_sets(self) -> list[RowSet]:
        """Return the sets of rows that its numbers open."""
        of_measures = (one for measure in self.all_measures() for one in (measure.opens, measure.of))
        return [*(one for one in of_measures if one is not None), *self.sets]


def cell(measure: Measure, count: Count, where: Mapping[str, str] = {}, *, opens: bool = True) -> Cell:
    """Return a measure of a group as a cell that opens its rows."""
    value = measure.value(count)
    if not opens:
        return Cell(value, where=where)
    size = measure.opens.count(count) if measure.kind == "days" and measure.opens else None
    return Cell(value, measure.opens, measure.of, where, size)


def head(measure: Measure, label: str = "", *, wide: bool = False) -> Head:
    return Head(measure.name, label or measure.label, measure.kind, wide, measure.fraction)
