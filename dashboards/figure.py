"""What a figure is: a title, its definition, a table whose every number knows its rows. Chart, table, sheet and drill-down are drawn from it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, NamedTuple

from dashboards.names import Names
from dashboards.sets import SETS
from dashboards.shares import Share
from dashboards.sums import Sums
from dashboards.tally import Tally

Kind = Literal["count", "share", "days", "text"]


class Head(NamedTuple):
    """A column of a figure's table."""

    label: str
    kind: Kind = "count"
    wide: bool = False
    fraction: str = ""  # of a share: the label of its two numbers


class Cell(NamedTuple):
    """One number.

    Attributes:
        opens: name of the set of rows behind it (dashboards.rows); of a share, behind its upper number. Empty: it is not a count.
        opens_of: of a share, the set behind its lower number.
        where: what the line adds to the range of the page, such as {"unit": "17"}.
    """

    value: Any
    opens: str = ""
    opens_of: str = ""
    where: Mapping[str, str] = {}
    is_late: bool = False


class Line(NamedTuple):
    """A row of a figure's table."""

    label: str
    cells: tuple[Cell, ...]
    where: Mapping[str, str] = {}
    note: str = ""


class Table(NamedTuple):
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    total: Line | None = None
    label: str = ""


@dataclass(frozen=True)
class Counted:
    """What a figure is made from."""

    sums: Sums
    names: Names
    before: Sums | None = None  # at the end of the month before
    is_expanded: bool = False  # by itself: every unit, topic and campaign has its line, every column is there

    @property
    def whole(self) -> Tally:
        return self.sums.whole


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        definition: shown below it; the words of docs/domain/results.md 11.
        parts, groups: what is to be counted (dashboards.sums.PARTS, GROUPS).
        table: its lines.
        chart: data of a chart drawn beside the table from the same lines, by name of the chart in static/charts.js.
    """

    name: str
    title: str
    definition: str
    order: int
    parts: frozenset[str]
    table: Callable[[Counted], Table]
    groups: frozenset[str] = frozenset()
    chart: Callable[[Table], dict[str, Any]] | None = None
    facts: Callable[[Counted], dict[str, Any]] = field(default=lambda counted: {})


def count_cell(name: str, tally: Tally, where: Mapping[str, str] = {}) -> Cell:
    """Return the size of a set as a cell that opens it."""
    return Cell(SETS[name].count(tally), name, where=where, is_late=name == "overdue")


def share_cell(share: Share, part: str, of: str, where: Mapping[str, str] = {}) -> Cell:
    return Cell(share, part, of, where)


def set_lines(tally: Tally, names: Iterable[str]) -> tuple[Line, ...]:
    """Return one line a set: its words and its size."""
    return tuple(Line(SETS[name].label, (count_cell(name, tally),)) for name in names)


@cache
def figures() -> dict[str, Figure]:
    """Return every figure by name, in order: one file each in dashboards/figures/, found at start.

    Raises:
        ValueError: a file has no FIGURE of its own name, or two share a place in the order.
    """
    import dashboards.figures as package

    found: dict[str, Figure] = {}
    for module in pkgutil.iter_modules(package.__path__):
        figure: Figure = importlib.import_module(f"{package.__name__}.{module.name}").FIGURE
        if figure.name != module.name:
            raise ValueError(f"figures/{module.name}.py holds the figure {figure.name}")
        if any(figure.order == other.order for other in found.values()):
            raise ValueError(f"figure {figure.name} has the order of another")
        found[figure.name] = figure
    return dict(sorted(found.items(), key=lambda pair: pair[1].order))
