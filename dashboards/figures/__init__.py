"""Figures: one file a figure, discovered at start. A figure says what it is, how it is counted, and which rows stand behind it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery

from casework.models import Event
from dashboards.selection import Selection
from dashboards.sums import Sums

FEW = 30  # below this the fraction comes first and the interval is said (look/LOOK.md, principle 7)


class Value(NamedTuple):
    """A share, or a plain number when there is nothing to divide by."""

    part: float | None
    whole: int | None = None
    unit: str = ""

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole and self.part is not None else None

    @property
    def is_share(self) -> bool:
        return self.whole is not None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval for a share of few cases."""
        if not self.whole or self.part is None or self.whole >= FEW:
            return None
        z, n, p = 1.96, self.whole, self.part / self.whole
        middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        definition: shown below the figure, in the office's words.
        value: from the sums of a selection to the value.
        rows: from a selection to the cards behind the number (of a share: its part).
        whole_rows: the cards behind the denominator.
        is_on_top: one of the four on top of the page.
    """

    name: str
    title: str
    definition: str
    order: int
    value: Callable[[Sums], Value]
    rows: Callable[[Selection], QuerySet[Any]]
    whole_rows: Callable[[Selection], QuerySet[Any]] | None = None
    is_on_top: bool = False


def rows_in(sel: Selection, states: Any = None, *, without: Any = (), due: Callable[[str], Q] | None = None) -> QuerySet[Any]:
    """Return the cards of a selection that stood in these states on its day (all states when None), under a condition on their deadline then."""
    state, due_column, rows = "state", "due_on", sel.cards()
    if sel.on is not None:
        last = Event.objects.filter(case=OuterRef("pk"), day__lte=sel.on).order_by("-seq")
        rows = rows.filter(opened_on__lte=sel.on).annotate(then=Subquery(last.values("state")[:1]), due_then=Subquery(last.values("due_on")[:1]))
        state, due_column = "then", "due_then"
    if states is not None:
        rows = rows.filter(**{f"{state}__in": list(states)})
    if without:
        rows = rows.exclude(**{f"{state}__in": list(without)})
    return rows.filter(due(due_column)) if due else rows


@cache
def all_figures() -> dict[str, Figure]:
    """Discover the figures: every module of this package has one `FIGURE`.

    Raises:
        ValueError: two bear the same name.
    """
    found: dict[str, Figure] = {}
    for module in pkgutil.iter_modules(__path__):
        figure: Figure = importlib.import_module(f"{__name__}.{module.name}").FIGURE
        if figure.name in found:
            raise ValueError(f"two figures bear the name {figure.name}")
        found[figure.name] = figure
    return dict(sorted(found.items(), key=lambda item: item[1].order))
