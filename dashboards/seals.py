"""Seal finished periods; drop the seal that a late entry touches, inside its own transaction (docs/data.md A)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from casework.models import Case
from casework.workflow.engine import Recorded
from dashboards.models import Seal, SealedCount, SealedDays, SealedPart
from dashboards.native import Days
from dashboards.periods import ONE, bounds, finished, month_of
from rectification.enums import State

CELLS = (SealedCount, SealedPart, SealedDays)


def unseal(recorded: Recorded) -> None:
    """Drop the seals of the finished periods in which a closed card enters, leaves or changes (a hook of the engine)."""
    if recorded.case.counted:
        drop(recorded.closings)


def drop(closings: Iterable[date]) -> None:
    """Drop the seals of the finished months and years of these days; this month has none, so ordinary work asks nothing."""
    now = month_of(timezone.localdate())
    stale = {period for day in closings if month_of(day) < now for period in (month_of(day), f"{day:%Y}")}
    if not stale:
        return
    with transaction.atomic():
        valid = [seal.period for seal in _locked(stale) if seal.valid]
        if valid:
            _clear(valid)


def _locked(periods: Iterable[str]) -> list[Seal]:
    """Lock the rows of these periods, always in order of the key; make those that are missing.

    The row is there from the first late entry on, sealed or not: without it a count begun meanwhile would not wait for this transaction.
    """
    wanted = sorted(set(periods))
    rows = Seal.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    found = list(rows)
    if len(found) < len(wanted):
        Seal.objects.bulk_create([Seal(period=period) for period in wanted], ignore_conflicts=True)
        found = list(rows.all())
    return found


def _clear(periods: list[str]) -> None:
    for model in CELLS:
        model.objects.filter(period__in=periods).delete()
    Seal.objects.filter(pk__in=periods).update(valid=False)


def seal(period: str, *, again: bool = False) -> bool:
    """Count a finished month or year once; return whether it was counted now. `again` counts it anew although it is sealed.

    Raises:
        ValueError: `period` is neither a month nor a year.
    """
    if bounds(period)[1] >= timezone.localdate() - ONE:
        return False
    with transaction.atomic():
        (row,) = _locked([period])
        if row.valid and not again:
            return False
        _clear([period])
        for model, cells in live_cells(period):
            model.objects.bulk_create([model(period=period, **cell) for cell in cells], batch_size=500)
        Seal.objects.filter(pk=period).update(valid=True)
    return True


def closed_in(period: str) -> QuerySet[Any]:
    """Return the counted cards that ended in a period, closed or otherwise."""
    return Case.objects.filter(counted=True, is_open=False, closed_on__range=bounds(period))


def live_cells(period: str) -> Iterator[tuple[Any, Iterable[dict[str, Any]]]]:
    """Yield each table of cells with what it should hold, counted from the cards."""
    rows = closed_in(period).order_by()
    labels = ("severity", "is_lead")
    in_times = {
        "on_time": Count("pk", filter=in_time("due_on")),
        "on_time_original": Count("pk", filter=in_time("original_due_on")),
    }
    yield (
        SealedCount,
        rows.values("unit_id", *labels, "state").annotate(
            n=Count("pk"), days=Sum(Days("closed_on", "opened_on")), **in_times
        ),
    )
    grouped = {
        name: rows.values(*labels, "state", key=Coalesce(F(f"{name}_id"), 0)).annotate(n=Count("pk"))
        for name in ("topic", "within")
    }
    yield SealedPart, [cell | {"dimension": name} for name, cells in grouped.items() for cell in cells]
    yield (
        SealedDays,
        rows.filter(state=State.CLOSED).values(*labels, days=Days("closed_on", "opened_on")).annotate(n=Count("pk")),
    )


def in_time(due: str) -> Q:
    """Closed (not voided) on or before the deadline."""
    return Q(state=State.CLOSED, closed_on__lte=F(due))


class Cover(NamedTuple):
    """The fewest valid seals wholly before or on a day, and the gaps they leave: ranges of `closed_on` to be counted live."""

    periods: tuple[str, ...]
    gaps: tuple[Q, ...]


def valid_seals() -> frozenset[str]:
    """Return the periods that are sealed now."""
    return frozenset(Seal.objects.filter(valid=True).order_by("pk").values_list("pk", flat=True))


def cover(day: date, have: frozenset[str]) -> Cover:
    """Return which of these seals answer for the closed cards up to a day.

    One range a query, with one bound at each end: SQLite scans the wrong index for ranges joined by OR, for a range open at one end, and for two upper bounds.
    """
    used: list[str] = []
    for year in sorted({period[:4] for period in have}):
        whole = year in have and bounds(year)[1] <= day
        used += [year] if whole else sorted(p for p in have if len(p) == 7 and p[:4] == year and bounds(p)[1] <= day)
    gaps, start = [], date.min
    for first, last in map(bounds, used):
        if first > start:
            gaps.append(Q(closed_on__gte=start, closed_on__lt=first))
        start = last + ONE
    return Cover(tuple(used), (*gaps, Q(closed_on__gte=start, closed_on__lte=day)))


def periods_to_seal() -> list[str]:
    """Return every finished month and year since the first closure, oldest first."""
    first = Case.objects.filter(counted=True, is_open=False).aggregate(first=Min("closed_on"))["first"]
    return finished(first, timezone.localdate()) if first else []
