"""All sums of a page in two statements: each part is a small grouped count with the same columns, and the database joins them end to end.

Open cards are counted live (or, for a past day, from what was held on it); closed ones from the fewest valid seals and the gaps they leave.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import BigIntegerField, CharField, Count, F, IntegerField, Q, QuerySet, Sum, Value

from casework.enums import Kind
from casework.models import Case
from clues.enums import ClueState
from dashboards.models import SealedCount, SealedDays, SealedPart
from dashboards.native import Days, Month
from dashboards.periods import month_number
from dashboards.seals import Cover, cover, in_time, valid_seals
from dashboards.selection import SEALED_BY_PART, SEALED_BY_UNIT, Selection
from dashboards.tally import BANDS, SUMS, Tally, band_dates
from rectification.enums import NO_CLOCK, State
from rectification.models import LookBack

OPEN, CLOSED, THIS_MONTH, DAYS, MONTHS, LOOK_BACKS, CLUES = PARTS = (
    "open",
    "closed",
    "this_month",
    "days",
    "months",
    "look_backs",
    "clues",
)
GROUPS = ("unit", "topic", "within")
AXES = ("s_what", "s_key", "s_until", "s_state")
TREND = 12  # months
NO_SEALS: frozenset[str] = frozenset()
ONE = Value(1)  # what is counted: with the key, PostgreSQL would have to look into the table


@dataclass
class Sums:
    """What was counted for a selection, ready for every figure."""

    selection: Selection
    soon: date
    first_month: int
    groups: dict[str, dict[int | None, Tally]] = field(
        default_factory=lambda: {name: defaultdict(Tally) for name in GROUPS}
    )
    days: Counter[int] = field(default_factory=Counter)  # days to closure -> how many
    opened: Counter[int] = field(default_factory=Counter)  # month -> how many; likewise ended: (month, state)
    ended: Counter[tuple[int, str]] = field(default_factory=Counter)
    apart: Counter[tuple[int, int, str]] = field(
        default_factory=Counter
    )  # (from month, until month, state): stretches without a clock
    this_month: Counter[int] = field(default_factory=Counter)  # unit -> closed since the first of the month
    look_backs: Counter[str] = field(default_factory=Counter)  # verdict -> how many
    clues: dict[int | None, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )  # campaign -> state -> how many

    @cached_property
    def whole(self) -> Tally:
        """All of it; asked for when everything is read."""
        return sum(self.groups["unit"].values(), Tally())


def read(
    selection: Selection,
    *,
    soon: date,
    parts: Iterable[str] = PARTS,
    groups: Iterable[str] = GROUPS,
    columns: tuple[str, ...] = SUMS,
    seals: frozenset[str] | None = None,
    first_month: int = 0,
) -> Sums:
    """Count a selection.

    Args:
        soon: last day of what is due soon.
        parts: which of PARTS are wanted; groups: by which of GROUPS the open and closed cards are wanted besides the unit; columns: which of SUMS.
        seals: the sealed periods, when they are known already; none of them counts every closed card live: the same numbers, slower.
        first_month: the first month of the trend (periods.month_number); 0 for the last TREND months.
    """
    first_month = first_month or month_number(selection.on) - TREND + 1
    sums = Sums(selection, soon, first_month)
    can_be_sealed = set(selection.filters) <= SEALED_BY_UNIT and {CLOSED, DAYS} & set(parts)
    sealed = cover(selection.on, (valid_seals() if seals is None else seals) if can_be_sealed else NO_SEALS)
    alias = router.db_for_read(Case)
    for names, sql, params in _statements(
        alias, selection, soon, first_month, sealed, frozenset(parts), frozenset(groups), columns
    ):
        with connections[alias].cursor() as cursor:
            cursor.execute(sql, params)
            for what, key, until, state, n, *more in cursor:
                _take(sums, what, key, until, state, n, dict(zip(names, more, strict=True)))
    if OPEN in parts and selection.is_past and selection.is_narrow:
        _take_one_by_one(sums)
    return sums


# ---------- the parts ----------


@lru_cache(maxsize=256)
def _statements(
    alias: str,
    selection: Selection,
    soon: date,
    first_month: int,
    sealed: Cover,
    parts: frozenset[str],
    groups: frozenset[str],
    columns: tuple[str, ...],
) -> tuple[tuple[tuple[str, ...], str, tuple[Any, ...]], ...]:
    """Return the statements that count these parts, each with its sums. Their text is remembered: writing two dozen queries costs the ORM longer than the database answers."""
    sums, found = Sums(selection, soon, first_month), []
    for names, statement in (
        (columns, _by_unit(sums, sealed, parts, columns)),
        (("overdue",), _others(sums, sealed, parts, groups - {"unit"})),
    ):
        rows = list(statement)
        if rows:
            query = rows[0].union(*rows[1:], all=True).query if len(rows) > 1 else rows[0].query
            with suppress(EmptyResultSet):  # a unit without anything to see
                sql, params = query.get_compiler(alias).as_sql()
                found.append((names, sql, tuple(params)))
    return tuple(found)


def _by_unit(sums: Sums, sealed: Cover, parts: frozenset[str], columns: tuple[str, ...]) -> Iterator[QuerySet[Any]]:
    """Open and ended cards by unit: their total is the whole."""
    if OPEN in parts:
        yield from _open(sums, "unit", columns)
    if CLOSED in parts:
        yield from _closed(sums.selection, "unit", sealed, columns)


def _others(sums: Sums, sealed: Cover, parts: frozenset[str], groups: frozenset[str]) -> Iterator[QuerySet[Any]]:
    """Everything else, with one sum at most."""
    selection = sums.selection
    for name in sorted(groups):
        if OPEN in parts:
            yield from _open(sums, name, ("overdue",))
        if CLOSED in parts:
            yield from _closed(selection, name, sealed, ("overdue",))
    if THIS_MONTH in parts:
        yield _part(
            selection.closed().filter(state=State.CLOSED, closed_on__gte=selection.on.replace(day=1)),
            THIS_MONTH,
            "unit_id",
        )
    if DAYS in parts:
        yield from _days(selection, sealed)
    if MONTHS in parts:
        yield from _months(selection, sums.first_month)
    if LOOK_BACKS in parts:
        yield _part(look_backs(selection), LOOK_BACKS, state="verdict")
    if CLUES in parts:
        has_ended = Q(closed_on__lte=selection.on)
        yield _part(clues(selection).filter(has_ended), CLUES, "within_id", state="state")
        yield _part(clues(selection).exclude(has_ended), CLUES, "within_id")


def _part(
    rows: QuerySet[Any],
    what: str,
    key: Any = None,
    *,
    state: str = "",
    until: Any = None,
    n: Any = None,
    columns: tuple[str, ...] = ("overdue",),
    **sums: Any,
) -> QuerySet[Any]:
    """Return one grouped count with the columns all parts of a statement share."""
    axes = {
        "s_what": Value(what, CharField()),
        "s_key": F(key) if isinstance(key, str) else key if key is not None else Value(0, BigIntegerField()),
        "s_until": until if until is not None else Value(0, IntegerField()),
        "s_state": F(state) if state else Value("", CharField()),
    }
    counted = {f"s_{name}": sums.get(name, Value(0, BigIntegerField())) for name in columns}
    grouped = rows.order_by().annotate(**axes).values(*AXES)
    return grouped.annotate(s_n=Count("*") if n is None else n, **counted).values_list(*AXES, "s_n", *counted)


def _open(sums: Sums, name: str, columns: tuple[str, ...]) -> Iterator[QuerySet[Any]]:
    """Open cards of a group by state, with what is overdue by either clock, and what is due soon."""
    selection = sums.selection
    if selection.is_past and selection.is_narrow:
        return
    yield _with_clock(selection.open_still(), name, f"{name}_id", ("state", "due_on", "original_due_on"), sums, columns)
    if selection.is_past:
        yield _with_clock(
            selection.stretches(),
            name,
            f"case__{name}_id",
            ("held_state", "held_due_on", "case__original_due_on"),
            sums,
            columns,
        )


def _with_clock(
    rows: QuerySet[Any], name: str, key: str, facts: tuple[str, str, str], sums: Sums, columns: tuple[str, ...]
) -> QuerySet[Any]:
    (state, due, original), day = facts, sums.selection.on
    ticking = ~Q(**{f"{state}__in": NO_CLOCK})
    which = {
        "overdue": Q(**{f"{due}__lt": day}),
        "late_original": Q(**{f"{original}__lt": day}),
        "soon": Q(**{f"{due}__gte": day, f"{due}__lte": sums.soon}),
    }
    for band, first, last in BANDS:
        since, until = band_dates(first, last, day)
        which[band] = Q(**{f"{due}__lte": until}) & (Q(**{f"{due}__gte": since}) if since else Q())
    counts = {column: Count(ONE, filter=ticking & which[column]) for column in columns if column in which}
    return _part(rows, name, key, state=state, columns=columns, **counts)


def _closed(selection: Selection, name: str, sealed: Cover, columns: tuple[str, ...]) -> Iterator[QuerySet[Any]]:
    """Ended cards of a group by state; of units, how many closed in time by either clock."""
    if name != "unit" and not set(selection.filters) <= SEALED_BY_PART:
        sealed = cover(selection.on, NO_SEALS)
    if sealed.periods and name == "unit":
        rows = SealedCount.objects.filter(period__in=sealed.periods, **selection.filters)
        yield _part(
            rows,
            name,
            "unit_id",
            state="state",
            n=Sum("n"),
            columns=columns,
            on_time=Sum("on_time"),
            on_time_original=Sum("on_time_original"),
        )
    elif sealed.periods:
        yield _part(
            SealedPart.objects.filter(period__in=sealed.periods, dimension=name, **selection.filters),
            name,
            "key",
            state="state",
            n=Sum("n"),
            columns=columns,
        )
    in_times = {
        "on_time": Count(ONE, filter=in_time("due_on")),
        "on_time_original": Count(ONE, filter=in_time("original_due_on")),
    }
    for gap in sealed.gaps:
        yield _part(selection.ended().filter(gap), name, f"{name}_id", state="state", columns=columns, **in_times)


def _days(selection: Selection, sealed: Cover) -> Iterator[QuerySet[Any]]:
    """The histogram of days to closure. The sealed one knows no units: those sets are small, they are counted."""
    if not set(selection.filters) <= SEALED_BY_PART:
        sealed = cover(selection.on, NO_SEALS)
    if sealed.periods:
        yield _part(SealedDays.objects.filter(period__in=sealed.periods, **selection.filters), DAYS, "days", n=Sum("n"))
    for gap in sealed.gaps:
        yield _part(selection.ended().filter(gap, state=State.CLOSED), DAYS, Days("closed_on", "opened_on"))


def _months(selection: Selection, first: int) -> Iterator[QuerySet[Any]]:
    """Opened and ended by month from the first month of the trend on, and the stretches without a clock that touch it."""
    start = date(first // 12, first % 12 + 1, 1)
    yield _part(
        selection.cards().filter(opened_on__gte=start, opened_on__lte=selection.on), "opened", Month("opened_on")
    )
    yield _part(selection.closed().filter(closed_on__gte=start), "ended", Month("closed_on"), state="state")
    yield _part(
        selection.open_still().filter(state__in=NO_CLOCK),
        "apart",
        Month("since"),
        until=Value(_FOREVER, IntegerField()),
        state="state",
    )
    yield _part(
        selection.stretches_in(NO_CLOCK, start), "apart", Month("held_since"), until=Month("day"), state="held_state"
    )


_FOREVER = 99_999


def look_backs(selection: Selection) -> QuerySet[Any]:
    """Return the look-backs done by the day on the selected cards."""
    filters = {f"case__{name}": value for name, value in selection.filters.items()}
    return LookBack.objects.filter(done_on__lte=selection.on, **filters)


def clues(selection: Selection) -> QuerySet[Any]:
    """Return the clues of campaigns taken in by the day that the actor may see, without those not taken up (不予受理)."""
    filters = {name: value for name, value in selection.filters.items() if name in {"unit_id__in", "within_id__in"}}
    rows = Case.objects.filter(
        selection.others, kind=Kind.CLUE, within__isnull=False, opened_on__lte=selection.on, **filters
    )
    return rows.exclude(state=ClueState.DROPPED, closed_on__lte=selection.on)


# ---------- taking the rows in ----------


def _take(sums: Sums, what: str, key: int | None, until: int, state: str, n: int, more: dict[str, int]) -> None:
    if what in sums.groups:
        tally = sums.groups[what][key or None]  # sealed parts write 0 for no topic
        tally.states[state] += n
        tally.sums.update(more)
    elif what == DAYS and key is not None:
        sums.days[key] += n
    elif what == THIS_MONTH and key is not None:
        sums.this_month[key] += n
    elif what == "opened" and key is not None:
        sums.opened[key] += n
    elif what == "ended" and key is not None:
        sums.ended[key, state] += n
    elif what == "apart" and key is not None:
        sums.apart[key, until, state] += n
    elif what == LOOK_BACKS:
        sums.look_backs[state] += n
    elif what == CLUES:
        sums.clues[key][state] += n


def _take_one_by_one(sums: Sums) -> None:
    """The open set of a past day for a narrow selection: few cards, each as its last event by then left it."""
    selection = sums.selection
    for unit, topic, within, state, due, original in selection.open_on_the_day().values_list(
        "unit_id", "topic_id", "within_id", "then", "due_then", "original_due_on"
    ):
        late = _sums_of(state, due, original, sums)
        for name, key in (("unit", unit), ("topic", topic), ("within", within)):
            tally = sums.groups[name][key]
            tally.states[state] += 1
            tally.sums.update(late if name == "unit" else {"overdue": late.get("overdue", 0)})


def _sums_of(state: str, due: date | None, original: date | None, sums: Sums) -> dict[str, int]:
    day = sums.selection.on
    if state in NO_CLOCK:
        return {}
    found = {"overdue": int(due is not None and due < day)}
    for band, first, last in BANDS:
        since, until = band_dates(first, last, day)
        found[band] = int(due is not None and due <= until and (since is None or due >= since))
    found["late_original"] = int(original is not None and original < day)
    found["soon"] = int(due is not None and day <= due <= sums.soon)
    return found
