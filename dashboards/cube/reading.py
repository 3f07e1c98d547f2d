"""All counts of a page in one statement: each part is a small grouped count, and the database joins them end to end.

Rows that several parts count are read once. Open cards are counted live (or, for a past day, from what was held on
it); ended ones from the fewest valid seals and the gaps they leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connections, router
from django.db.models import BigIntegerField, Count, F, Q, QuerySet, Sum, Value

from casework.models import Case
from dashboards.cube.counts import ENDED_SUMS, ONE, OPEN_SUMS, SEALED_SUMS, Ask, Tally, Window, open_sums, together
from dashboards.cube.counts import Count as Counted
from dashboards.cube.dimensions import BEGUN, DAYS, UNIT, UNTIL, Dimension, Key, MonthDimension
from dashboards.cube.labels import Labels
from dashboards.cube.periods import month_number
from dashboards.cube.seals import NO_SEALS, Cover, axis_for, cover, sealed_key, valid_seals
from dashboards.cube.selection import Selection
from dashboards.cube.sources import CARDS, Source
from dashboards.cube.statement import AXES, Part, texts
from dashboards.models import SealedCell
from rectification.enums import NO_CLOCK, State

TREND = 12  # months
FOREVER = 99_999
NO_CLOCK_SOURCE = Source("no_clock", "没有时限的时段", "")


class Wanted(NamedTuple):
    """Counts of a source by so many dimensions (none: the whole).

    Attributes:
        sums: which of dashboards.cube.counts.SUMS are wanted.
        since: of months, the first that is wanted.
    """

    source: Source
    by: tuple[Dimension, ...] = ()
    sums: frozenset[str] = frozenset()
    since: int = 0

    @property
    def name(self) -> str:
        return " ".join((self.source.name, *(dimension.name for dimension in self.by)))


@dataclass
class Cube:
    """What was counted for a selection, ready for every figure."""

    selection: Selection
    ask: Ask
    groups: dict[str, dict[tuple[Key, ...], Counted]]  # by name of what was wanted; what was not has no entry
    wholes: dict[str, str]  # source -> the group whose total is the whole
    totals: dict[str, Counted] = field(default_factory=dict)

    def whole(self, source: Source = CARDS) -> Counted:
        """Return all of it, with the histogram of days where that was asked for; added up once."""
        if source.name not in self.totals:
            found = together(self.groups[self.wholes[source.name]].values())
            histogram = self.groups.get(Wanted(source, (DAYS,)).name, {})
            found.days = Tally({int(key[0]): one.total for key, one in histogram.items()})
            self.totals[source.name] = found
        return self.totals[source.name]

    def by(self, dimension: Dimension, labels: Labels, source: Source = CARDS) -> dict[Key, Counted]:
        """Return the counts by key as it is shown.

        Those of a merged unit under its successor, of a unit under its category.
        """
        found: dict[Key, Counted] = defaultdict(Counted)
        for (key, *_), count in self.groups[Wanted(source, (dimension.counted,)).name].items():
            found[dimension.fold(labels, key) if dimension.fold else key].take(count)
        pairs = self.groups.get(Wanted(source, (dimension.counted, DAYS)).name, {})
        if dimension is DAYS:
            pairs = {(key, key): count for key, count in found.items()}
        histograms: dict[Key, Tally] = defaultdict(Tally)
        for (key, days), count in pairs.items():
            histograms[dimension.fold(labels, key) if dimension.fold else key][int(days)] += count.total
        for key, histogram in histograms.items():
            found[key].days = histogram
        return {key: count for key, count in found.items() if count.total}


def plan_of(wanted: Iterable[Wanted]) -> tuple[tuple[Wanted, ...], dict[str, str]]:
    """Return what is to be counted, each group once with all its sums, and which group is the whole of its source.

    The whole is the total of the units where these are counted anyway, so that no card is counted twice.
    """
    groups: dict[str, Wanted] = {}
    for one in wanted:
        before = groups.get(one.name)
        groups[one.name] = (
            one._replace(sums=one.sums | before.sums, since=min(one.since, before.since)) if before else one
        )
    wholes = {}
    for name, one in [(name, one) for name, one in groups.items() if not one.by]:
        units = groups.get(Wanted(one.source, (UNIT,)).name)
        wholes[one.source.name] = units.name if units else name
        if units:
            groups[units.name] = units._replace(sums=units.sums | one.sums)
            del groups[name]
    return tuple(groups[name] for name in sorted(groups)), wholes


def read(selection: Selection, wanted: Iterable[Wanted], *, soon: date, seals: frozenset[str] | None = None) -> Cube:
    """Count a selection.

    Args:
        soon: last day of what is due soon.
        seals: the sealed periods, when they are known already; none of them counts every closed card live: the same
            numbers, slower.
    """
    groups, wholes = plan_of(wanted)
    cube = Cube(selection, Ask(selection.on, soon), {one.name: defaultdict(Counted) for one in groups}, wholes)
    needs_seals = any(axis_for(one.by, selection.filters) for one in groups if one.source is CARDS)
    sealed = cover(selection.on, (valid_seals() if seals is None else seals) if needs_seals else NO_SEALS)
    alias = router.db_for_read(Case)
    for names, sql, params in _statements(alias, selection, cube.ask, sealed, groups):
        with connections[alias].cursor() as cursor:
            cursor.execute(sql, params)
            _take(cube, {one.name: one for one in groups}, names, cursor)
    if selection.is_past and selection.is_narrow and not selection.is_of_ended:
        _take_one_by_one(cube, groups)
    return cube


# ---------- the statement ----------


@lru_cache(maxsize=256)
def _statements(
    alias: str, selection: Selection, ask: Ask, sealed: Cover, groups: tuple[Wanted, ...]
) -> tuple[tuple[tuple[str, ...], str, tuple[Any, ...]], ...]:
    """Return the statement that counts these groups, with the names of its columns.

    More than one only where seals leave gaps without end.

    Its text is remembered: writing two dozen queries costs the ORM longer than the database answers. Every part says
    its columns by name.
    """
    names = (*AXES, *sorted(frozenset().union(*(one.sums for one in groups))))
    parts = [part for one in groups for part in _parts(one, selection, ask, sealed)]
    return tuple((names, sql, params) for sql, params in texts(alias, names, parts))


def _parts(wanted: Wanted, selection: Selection, ask: Ask, sealed: Cover) -> Iterator[Part]:
    """Yield the parts of one group."""
    if wanted.source is NO_CLOCK_SOURCE:
        yield from _without_clock(wanted, selection)
    elif wanted.source is not CARDS:
        for one in wanted.source.slices(selection):
            keys = tuple(dimension.key(wanted.source.card) for dimension in wanted.by)
            yield Part(wanted, one.rows, keys, one.word)
    else:
        if not selection.is_of_ended and not any(dimension.of_ended for dimension in wanted.by):
            yield from _open(wanted, selection, ask)
        yield from _ended(wanted, selection, ask, sealed)


def _keys(wanted: Wanted, prefix: str = "") -> tuple[Any, ...]:
    return tuple(dimension.key(prefix) for dimension in wanted.by)


def _since(wanted: Wanted, prefix: str = "") -> Q:
    """Leave out months before the first that is wanted."""
    found = Q()
    for dimension in wanted.by:
        if wanted.since and isinstance(dimension, MonthDimension):
            found &= dimension.since(wanted.since, prefix)
    return found


def _open(wanted: Wanted, selection: Selection, ask: Ask) -> Iterator[Part]:
    """Open cards by state, with what their deadlines say."""
    if selection.is_past and selection.is_narrow:
        return
    still = Part(wanted, selection.open_still(), _keys(wanted), "state", which=_since(wanted), shared="open_still")
    yield _with_clock(still, "due_on", "original_due_on", ask)
    if selection.is_past:
        keys, since = _keys(wanted, "case__"), _since(wanted, "case__")
        held = Part(wanted, selection.stretches(), keys, "held_state", which=since, shared="held")
        yield _with_clock(held, "held_due_on", "case__original_due_on", ask)


def _with_clock(part: Part, due: str, original: str, ask: Ask) -> Part:
    def counted(window: Window) -> Any:
        column = {"due": due, "original": original}[window.clock]
        return Count(ONE, filter=window.holds(ask, column) & _ticking(part.state))

    return part._replace(sums={name: counted(OPEN_SUMS[name]) for name in sorted(part.wanted.sums & set(OPEN_SUMS))})


def _ticking(state: str) -> Any:
    """长期坚持 and 中止 have no clock."""
    return ~Q(**{f"{state}__in": NO_CLOCK})


def _ended(wanted: Wanted, selection: Selection, ask: Ask, sealed: Cover) -> Iterator[Part]:
    """Ended cards by state, with what their closing days say: from the seals, and live from the gaps they leave."""
    axis = axis_for(wanted.by, selection.filters)
    # days to closure are of what was closed, not voided
    closed = Q(state=State.CLOSED) if DAYS in wanted.by else Q()
    if axis is None:
        sealed = cover(selection.on, NO_SEALS)
    elif sealed.periods:
        rows: QuerySet[Any] = SealedCell.objects.filter(period__in=sealed.periods, axis=axis.name)
        for dimension, meant in selection.filters.items():
            rows = rows.filter(**{f"{sealed_key(axis, dimension)}__in": meant})
        if wanted.since:
            months = [dimension for dimension in wanted.by if isinstance(dimension, MonthDimension)]
            rows = rows.filter(**{f"{sealed_key(axis, dimension)}__gte": wanted.since for dimension in months})
        keys = tuple(one.key() if one.is_label else F(sealed_key(axis, one)) for one in wanted.by)
        sums = {name: Sum(name) for name in SEALED_SUMS if name in wanted.sums}
        yield Part(wanted, rows.filter(closed), keys, "state", Sum("n"), sums)
    sums = {name: one.value(ask) for name, one in ENDED_SUMS.items() if name in wanted.sums}
    for n, gap in enumerate(sealed.gaps):
        # all that ever ended is too much to keep beside the count, and each group reads less of it by itself
        shared = f"gap_{n}" if sealed.periods else ""
        rows, which = selection.ended().filter(gap), _since(wanted) & closed
        yield Part(wanted, rows, _keys(wanted), "state", None, sums, which, shared)


def _without_clock(wanted: Wanted, selection: Selection) -> Iterator[Part]:
    """Stretches without a clock that touch the months from the first one wanted on: from which month, until which."""
    if selection.is_of_ended:
        return
    start = date(wanted.since // 12, wanted.since % 12 + 1, 1)
    still = selection.open_still().filter(state__in=NO_CLOCK)
    yield Part(wanted, still, (BEGUN.key(), Value(FOREVER, BigIntegerField())), "state")
    held = selection.stretches_in(NO_CLOCK, start)
    yield Part(wanted, held, (BEGUN.transform("held_since"), UNTIL.transform("day")), "held_state")


# ---------- taking the rows in ----------


def _take(cube: Cube, wanted: dict[str, Wanted], names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    at = {name: n for n, name in enumerate(names)}
    part, state, n = at["part"], at["state"], at["n"]
    keys = {one.name: _places(one, at) for one in wanted.values()}
    sums = {one.name: [(name, at[name]) for name in one.sums] for one in wanted.values()}
    for row in rows:
        name = row[part]
        count = cube.groups[name][tuple(row[place] or nothing for place, nothing in keys[name])]
        count.states[row[state]] += row[n]
        for sum_name, place in sums[name]:
            count.sums[sum_name] += row[place] or 0


def _places(wanted: Wanted, at: dict[str, int]) -> list[tuple[int, Key]]:
    """Return in which columns the keys stand, each with what stands for none."""
    numbers = iter((at["key"], at["other"]))
    return [(at["word"], "") if dimension.is_text else (next(numbers), 0) for dimension in wanted.by]


def _take_one_by_one(cube: Cube, groups: tuple[Wanted, ...]) -> None:
    """The open set of a past day for a narrow selection: few cards, each as its last event by then left it."""
    groups = tuple(one for one in groups if one.source is CARDS and not any(dimension.of_ended for dimension in one.by))
    dimensions = {dimension.name: dimension for one in groups for dimension in one.by}
    rows = cube.selection.open_on_the_day().annotate(**{f"s_{name}": one.key() for name, one in dimensions.items()})
    sums = tuple(frozenset().union(*(one.sums for one in groups)))
    for state, due, original, *values in rows.values_list(
        "then", "due_then", "original_due_on", *(f"s_{name}" for name in dimensions)
    ):
        keys, late = dict(zip(dimensions, values, strict=True)), open_sums(state, due, original, cube.ask, sums)
        for one in groups:
            key = tuple(
                keys[dimension.name] if dimension.is_text else keys[dimension.name] or 0 for dimension in one.by
            )
            if _is_before(one, key):
                continue
            count = cube.groups[one.name][key]
            count.states[state] += 1
            for name in one.sums & late.keys():
                count.sums[name] += late[name]


def _is_before(wanted: Wanted, key: tuple[Any, ...]) -> bool:
    return bool(wanted.since) and any(
        isinstance(dimension, MonthDimension) and value < wanted.since
        for dimension, value in zip(wanted.by, key, strict=True)
    )


def first_month(selection: Selection) -> int:
    """Return the first month of the trend."""
    return month_number(selection.on) - TREND + 1
