"""The table of a figure, drawn from its declaration."""

from __future__ import annotations

from typing import Any

from dashboards.cube.counts import Count, together
from dashboards.cube.dimensions import Dimension, Key
from dashboards.cube.measures import Measure
from dashboards.cube.ratios import Share
from dashboards.cube.row_sets import OVERDUE
from dashboards.declared.figure import Cell, Counted, Figure, Group, Line, Listed, Table, cell, head


def table_of(figure: Figure, counted: Counted) -> Table:
    """Return the table of a figure."""
    if figure.table:
        return figure.table(counted)
    return _divided(figure, figure.by, counted) if figure.by else _listed(figure, counted)


def _listed(figure: Figure, counted: Counted) -> Table:
    """One line for each measure of the whole, or for each pair of measures."""

    def whole(measure: Measure) -> Count:
        return counted.cube.whole(measure.opens.source if measure.opens else figure.source)

    def line(listed: Listed, key: str) -> Line:
        first = listed.measures[0]
        cells = (*(cell(one, whole(one)) for one in listed.measures), *(Cell(word) for word in listed.words))
        return Line(key, listed.label or first.label, cells)

    lines = tuple(line(one, one.measures[0].name) for one in figure.lines)
    return Table(figure.heads, lines, line(figure.total, "total") if figure.total else None, figure.label)


def _divided(figure: Figure, by: Dimension, counted: Counted) -> Table:
    """One line for each key of a dimension, and the whole as the last.

    The whole is counted by itself, not the sum of what is shown.
    """
    measures = (*figure.measures, *(figure.more if counted.is_expanded else ()), *figure.last)
    said = figure.words
    heads = tuple(head(one, said.get(one.name, ""), wide=one not in figure.measures) for one in measures)

    def line(group: Group) -> Line:
        cells = tuple(cell(one, group.count, group.where, opens=group.opens) for one in measures)
        page: Any = "figure" if group.is_gathered else "dashboard" if group.where else ""
        return Line(group.key, group.label, cells, group.where, group.note, page)

    found = counted.cube.by(by, counted.labels, figure.source)
    groups = figure.arrange(counted, found) if figure.arrange else each(figure, by, counted, found)
    total = Group("total", "合计", counted.cube.whole(figure.source))
    return Table(heads, tuple(map(line, groups)), line(total), figure.label or by.label)


def each(figure: Figure, by: Dimension, counted: Counted, found: dict[Key, Count]) -> list[Group]:
    """Return one group a key, in the order of the dimension.

    On the board the first of them, or those with most overdue, and the rest together.
    """
    labels = counted.labels
    keys = by.order(labels, found)
    shown = keys
    if figure.on_board and not counted.is_expanded and len(keys) > figure.on_board + 1:
        among = sorted(keys, key=lambda key: _weight(found[key])) if figure.worst_first else keys
        shown = [key for key in keys if key in among[: figure.on_board]]
    by.prepare(labels, shown)
    groups = [
        Group(str(key), by.say(labels, key), found[key], by.narrows(key), figure.note(labels, key)) for key in shown
    ]
    others = [found[key] for key in keys if key not in shown]
    if others:
        where = {"sort": "-overdue"} if figure.worst_first else {}
        rest = Group("rest", figure.rest.format(len(others)), together(others), where, opens=False, is_gathered=True)
        groups.append(rest)
    return groups


def _weight(count: Count) -> tuple[int, int]:
    return -OVERDUE.count(count), -count.total


def in_order(figure: Figure, table: Table, asked: str) -> Table:
    """Return a table with its lines in the order of a column: `overdue`, or `-overdue` for the largest first.

    Lines of the same number keep their places; what has no rate comes last. A column that is none changes nothing.
    """
    name, descending = asked.removeprefix("-"), asked.startswith("-")
    if not any(head.name == name and figure.orders_by(head) for head in table.heads):
        return table
    place = table.column(name)

    def number(line: Line) -> float | None:
        value = line.cells[place].value
        return value.rate if isinstance(value, Share) else value

    known = [line for line in table.lines if number(line) is not None]
    known.sort(key=lambda line: (-1 if descending else 1) * (number(line) or 0))
    return table._replace(lines=(*known, *(line for line in table.lines if number(line) is None)))
