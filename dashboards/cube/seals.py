"""Seal finished periods; drop the seal that a late entry touches, inside its own transaction (docs/data.md A)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import BigIntegerField, Count, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from casework.models import Case
from casework.workflow.engine import Recorded
from dashboards.cube.counts import ENDED_SUMS, SEALED_SUMS, Ask
from dashboards.cube.dimensions import LABELS, STANDARD, Dimension
from dashboards.cube.periods import ONE, UNTIL, bounds, finished, periods_of
from dashboards.models import Seal, SealedCell
from ui import remembered

NO_SEALS: frozenset[str] = frozenset()
EXTRA: list[
    tuple[Dimension, ...]
] = []  # axes and pairs that figures declare in their own files, beside those of the standard dimensions


class Axis(NamedTuple):
    """By what the cells of a finished period are kept, besides the labels and the state: one dimension, or a pair."""

    by: tuple[Dimension, ...]

    @property
    def name(self) -> str:
        return " ".join(dimension.name for dimension in self.by)


@cache
def axes() -> tuple[Axis, ...]:
    """Return every axis that is sealed, in order of their names.

    Of each dimension that says so, and what figures ask for besides.
    """
    found = {(one,) for one in STANDARD if one.is_sealed} | set(EXTRA)
    return tuple(sorted(map(Axis, found), key=lambda axis: axis.name))


@cache
def layout() -> str:
    """Return what names the present axes, labels and sums: cells that were counted by others do not answer for them."""
    said = ",".join((*(axis.name for axis in axes()), *(label.name for label in LABELS), *SEALED_SUMS))
    return sha256(said.encode()).hexdigest()[:16]


def axis_for(by: Iterable[Dimension], filters: Iterable[Dimension]) -> Axis | None:
    """Return the axis whose cells can answer for these dimensions and filters; None: they are counted live."""
    asked = {one.name for one in (*by, *filters) if not one.is_label}
    if any(one.base for one in (*by, *filters)):
        raise ValueError("a dimension with a base is counted by its base")
    fitting = [axis for axis in axes() if asked <= {one.name for one in axis.by}]
    return min(fitting, key=lambda axis: (len(axis.by), AXIS_SIZE.get(axis.name, 99)), default=None)


AXIS_SIZE = {
    "ended": 0,
    "opened": 1,
    "topic": 2,
    "within": 3,
    "unit": 4,
    "days": 5,
}  # the whole is read from the smallest


def sealed_key(axis: Axis, dimension: Dimension) -> str:
    """Return the column of a cell in which the key of a dimension stands."""
    if dimension.is_label:
        return dimension.column
    return ("key", "other")[[one.name for one in axis.by].index(dimension.name)]


def unseal(recorded: Recorded) -> None:
    """Drop the seals of the finished periods in which a closed card enters, leaves or changes.

    A hook of the engine.
    """
    if recorded.case.counted:
        drop(recorded.closings)


def drop(closings: Iterable[date]) -> None:
    """Drop the seals of the finished periods of these days.

    This month has none, so ordinary work asks nothing.
    """
    now = timezone.localdate()
    stale = {period for day in closings for period in periods_of(day, now)}
    if not stale:
        return
    with transaction.atomic():
        valid = [seal.period for seal in _locked(stale) if seal.valid]
        if valid:
            _clear(valid)


def _locked(periods: Iterable[str]) -> list[Seal]:
    """Lock the rows of these periods, always in order of the key; make those that are missing.

    The row is there from the first late entry on, sealed or not: without it a count begun meanwhile would not wait for
    this transaction.
    """
    wanted = sorted(set(periods))
    rows = Seal.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    found = list(rows)
    if len(found) < len(wanted):
        Seal.objects.bulk_create([Seal(period=period) for period in wanted], ignore_conflicts=True)
        found = list(rows.all())
    return found


def _clear(periods: list[str]) -> None:
    SealedCell.objects.filter(period__in=periods).delete()
    Seal.objects.filter(pk__in=periods).update(valid=False)


def seal(period: str, *, again: bool = False) -> bool:
    """Count a finished period once; return whether it was counted now.

    `again` counts it anew although it is sealed.

    Raises:
        ValueError: `period` is none.
    """
    if bounds(period)[1] >= timezone.localdate() - ONE:
        return False
    with transaction.atomic():
        (row,) = _locked([period])
        if row.valid and row.layout == layout() and not again:
            return False
        _clear([period])
        SealedCell.objects.bulk_create(
            (SealedCell(period=period, **cell) for cell in live_cells(period)), batch_size=500
        )
        Seal.objects.filter(pk=period).update(valid=True, layout=layout())
    return True


def closed_in(period: str) -> QuerySet[Any]:
    """Return the counted cards that ended in a period, closed or otherwise."""
    return Case.objects.filter(counted=True, is_open=False, closed_on__range=bounds(period))


def live_cells(period: str) -> Iterator[dict[str, Any]]:
    """Yield the cells that a period should hold, counted from the cards: of every axis, by label and state."""
    ask = Ask(bounds(period)[1], bounds(period)[1])
    sums = {name: ENDED_SUMS[name].value(ask) for name in SEALED_SUMS}
    labels = [label.column for label in LABELS]
    nothing = Value(0, BigIntegerField())
    for axis in axes():
        keys = {
            f"s_{name}": Coalesce(axis.by[n].key(), 0) if n < len(axis.by) else nothing
            for n, name in enumerate(("key", "other"))
        }
        rows = closed_in(period).order_by().annotate(**keys).values(*keys, *labels, "state")
        for cell in rows.annotate(s_n=Count("*"), **{f"s_{name}": value for name, value in sums.items()}):
            yield {"axis": axis.name} | {name.removeprefix("s_"): value for name, value in cell.items()}


class Cover(NamedTuple):
    """The fewest valid seals wholly before or on a day, and the gaps they leave.

    Gaps are ranges of `closed_on` to be counted live.
    """

    periods: tuple[str, ...]
    gaps: tuple[Q, ...]


def valid_seals() -> frozenset[str]:
    """Return the periods that are sealed now."""
    rows = remembered.tuples_of(
        ("seals", layout()), lambda: Seal.objects.filter(valid=True, layout=layout()).order_by("pk").values_list("pk")
    )
    return frozenset(period for (period,) in rows)


def cover(day: date, have: frozenset[str]) -> Cover:
    """Return which of these seals answer for the closed cards up to a day.

    The month of the day itself is always counted live.

    One range a query, with one bound at each end: SQLite scans the wrong index for ranges joined by OR, for a range
    open at one end, and for two upper bounds.
    """
    ended = sorted(period for period in have if bounds(period)[1] < day.replace(day=1))
    used = [period for period in ended if period.startswith(UNTIL)][-1:]
    since = bounds(used[0])[1] if used else date.min
    later = [period for period in ended if bounds(period)[0] > since]
    used += [period for period in later if period[:4] == period or period[:4] not in later]
    gaps, start = [], date.min
    for first, last in map(bounds, used):
        if first > start:
            gaps.append(Q(closed_on__gte=start, closed_on__lt=first))
        start = last + ONE
    return Cover(tuple(used), (*gaps, Q(closed_on__gte=start, closed_on__lte=day)))


def periods_to_seal() -> list[str]:
    """Return every finished period since the first closure, oldest first."""
    first = Case.objects.filter(counted=True, is_open=False).aggregate(first=Min("closed_on"))["first"]
    return finished(first, timezone.localdate()) if first else []
