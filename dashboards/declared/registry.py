"""Every figure by name, found at start: one file each in dashboards/figures/."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from typing import TypeVar

from dashboards.cube import seals
from dashboards.cube.dimensions import STANDARD, Dimension
from dashboards.cube.measures import MEASURES, Measure
from dashboards.cube.row_sets import CARD_SETS, RowSet
from dashboards.cube.sources import CARDS
from dashboards.declared.figure import Figure
from organizations.actor import Actor

T = TypeVar("T", Dimension, Measure, RowSet)


@cache
def figures() -> dict[str, Figure]:
    """Return every figure by name, in order.

    Raises:
        ValueError: a file has no FIGURE of its own name, two share a place in the order, or a chart draws a column that
            is not there.
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
    seals.EXTRA[:] = sorted({pair for figure in found.values() for pair in _sealed(figure)}, key=str)
    return dict(sorted(found.items(), key=lambda pair: pair[1].order))


def _sealed(figure: Figure) -> list[tuple[Dimension, ...]]:
    own = [(figure.by,)] if figure.by and figure.by.is_sealed and figure.by not in STANDARD else []
    return [*own, *figure.seals]


@cache
def dimensions() -> dict[str, Dimension]:
    """Return every dimension by name: the standard ones, and those that figures declare in their own files."""
    return _named([*STANDARD, *(figure.by for figure in figures().values() if figure.by)], "dimension")


@cache
def measures() -> dict[str, Measure]:
    """Return every measure of the figures' own cards by name."""
    found = (one for figure in figures().values() if figure.source is CARDS for one in figure.all_measures())
    return _named([*MEASURES, *(one for one in found if one.opens is None or one.opens.source is CARDS)], "measure")


@cache
def row_sets() -> dict[str, RowSet]:
    """Return every set of rows that a number can open, by the name in the address."""
    return _named([*CARD_SETS, *(one for figure in figures().values() for one in figure.row_sets())], "set of rows")


def figures_for(actor: Actor) -> dict[str, Figure]:
    """Return the figures that a reader of figures may see."""
    return {name: figure for name, figure in figures().items() if figure.to(actor)}


def row_sets_for(actor: Actor) -> dict[str, RowSet]:
    """Return the sets of rows that may be opened by this reader: those of his figures, and those of the cards."""
    own = {one.name for figure in figures_for(actor).values() for one in figure.row_sets()}
    return {name: one for name, one in row_sets().items() if one.source is CARDS or name in own}


def definition_of(rows: RowSet) -> str:
    """Return how a set of rows is counted: the definition of the figure of its name, or of the first that counts it."""
    counting = [figure for figure in figures().values() if rows in figure.row_sets()]
    return next((figure for figure in counting if figure.title == rows.label), counting[0]).definition


def _named(rows: Iterable[T], what: str) -> dict[str, T]:
    found: dict[str, T] = {}
    for one in rows:
        if found.setdefault(one.name, one) is not one:
            raise ValueError(f"a {what} is named twice: {one.name}")
    return found
