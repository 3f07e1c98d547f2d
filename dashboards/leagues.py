"""Tables by unit, topic and campaign: the same columns, never ordered by the number of findings (domain/results.md 5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboards.figure import Cell, Head, Line, count_cell, share_cell
from dashboards.tally import Tally

HEADS = (Head("销号率", "share", fraction="已销/应改"), Head("逾期"), Head("长期坚持", wide=True), Head("反馈", wide=True))


def league_line(label: str, tally: Tally, where: Mapping[str, str] = {}, *extra: Cell, note: str = "", css: str = "") -> Line:
    """Return one line: closure rate, overdue, long-term, fed back, and what a table adds."""
    cells = (share_cell(tally.closure, "closed", "base", where), count_cell("overdue", tally, where), count_cell("long_term", tally, where), count_cell("total", tally, where))
    return Line(label, (*cells, *extra), where, note, css)


def total(tallies: Mapping[int | None, Tally]) -> Tally:
    return sum(tallies.values(), Tally())


def rest_line(label: str, tallies: Iterable[Tally]) -> Line:
    """Return what is not shown by itself as one line, so that the parts still add up; it opens on the figure's own page."""
    line = league_line(label, sum(tallies, Tally()))
    return line._replace(cells=tuple(cell._replace(opens="", opens_of="") for cell in line.cells), css="rest")
