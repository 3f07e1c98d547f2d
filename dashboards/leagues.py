"""Tables by unit, topic and campaign: the same columns, never ordered by the number of findings (docs/domain/results.md 5.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboards.figure import Cell, Head, Line, count_cell, share_cell
from dashboards.tally import Tally

ON_PAGE = (Head("销号率", "share", fraction="已销/应改"), Head("逾期"))
BY_ITSELF = (*ON_PAGE, Head("长期坚持", wide=True), Head("反馈", wide=True))


def heads(*, is_expanded: bool) -> tuple[Head, ...]:
    """Return the columns: on the page closure rate and overdue, on the figure's own page long-term and fed back as well."""
    return BY_ITSELF if is_expanded else ON_PAGE


def league_line(
    label: str, tally: Tally, where: Mapping[str, str] = {}, *extra: Cell, is_expanded: bool, note: str = ""
) -> Line:
    """Return one line: closure rate, overdue, what a table adds, and by itself long-term and fed back."""
    more = tuple(count_cell(name, tally, where) for name in ("long_term", "total")) if is_expanded else ()
    return Line(
        label,
        (share_cell(tally.closure, "closed", "base", where), count_cell("overdue", tally, where), *more, *extra),
        where,
        note,
    )


def total(tallies: Mapping[int | None, Tally]) -> Tally:
    return sum(tallies.values(), Tally())


def rest_line(label: str, tallies: Iterable[Tally]) -> Line:
    """Return what is not shown by itself as one line, so that the parts still add up; its numbers open on the figure's own page."""
    line = league_line(label, sum(tallies, Tally()), is_expanded=False)
    return line._replace(cells=tuple(cell._replace(opens="", opens_of="") for cell in line.cells))
