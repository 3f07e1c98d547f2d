"""Every number is the size of a named set of rows.

The set says how it is counted from the sums and which rows it is: one line, so that they agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from casework.deadlines.limits import OVERDUE_BANDS, SOON_LABEL
from casework.models import Case
from dashboards.cube.counts import ENDED_SUMS, OPEN_SUMS, Ask, Count, in_time
from dashboards.cube.selection import Selection
from dashboards.cube.sources import CARDS, Source
from organizations.actor import Actor
from rectification.enums import NO_CLOCK, OUTSIDE, REPORTED_DONE, TERMINAL, State

# 长期坚持 and 中止 stand apart, 已改派 and 已撤销 are void: none is in the denominator (docs/domain/results.md 11)
APART = NO_CLOCK | OUTSIDE
CLOSED_THEN = Q(then=State.CLOSED)
WITH_CLOCK = ~Q(then__in=TERMINAL | NO_CLOCK)


@dataclass(frozen=True, eq=False)
class RowSet:
    """A set of rows.

    Attributes:
        name: also in the address of its list, so no two sets share one.
        count: from the sums of a group.
        rows: all rows of a selection that are in it.
        sums: the sums it is counted from, besides the states (dashboards.cube.counts.SUMS).
        is_late: written in the colour of what is late.
        columns: which columns its list has, beside those of its source (dashboards.columns).
    """

    name: str
    label: str
    count: Callable[[Count], int]
    rows: Callable[[Selection, Ask], QuerySet[Any]]
    sums: tuple[str, ...] = ()
    source: Source = CARDS
    is_late: bool = False
    columns: str = ""


def of_states(name: str, label: str, states: frozenset[Any], *, besides: bool = False) -> RowSet:
    """Return the cards that stood in one of these states, or in none of them."""
    which = ~Q(then__in=states) if besides else Q(then__in=states)
    if besides:
        return RowSet(name, label, lambda c: c.total - c.among(states), lambda sel, ask: sel.as_of().filter(which))
    return RowSet(name, label, lambda c: c.among(states), lambda sel, ask: sel.as_of().filter(which))


def of_open_sum(name: str, label: str, **options: Any) -> RowSet:
    """Return the open cards with a clock that a window of deadlines counts."""
    window, column = OPEN_SUMS[name], {"due": "due_then", "original": "original_due_on"}[OPEN_SUMS[name].clock]
    return RowSet(
        name,
        label,
        lambda c: c.sums[name],
        lambda sel, ask: sel.open_on_the_day().filter(WITH_CLOCK & window.holds(ask, column)),
        (name,),
        **options,
    )


def of_ended_sum(name: str, label: str, which: Callable[[Ask], Q]) -> RowSet:
    """Return the closed cards that a sum counts; by the day they were closed, which is theirs alone."""
    if name not in ENDED_SUMS:
        raise KeyError(name)
    return RowSet(
        name, label, lambda c: c.sums[name], lambda sel, ask: sel.as_of().filter(CLOSED_THEN & which(ask)), (name,)
    )


def both(name: str, label: str, one: RowSet, other: RowSet, which: Callable[[Ask], Q]) -> RowSet:
    """Return what is in one set or in the other; they have no row in common."""
    return RowSet(
        name,
        label,
        lambda c: one.count(c) + other.count(c),
        lambda sel, ask: sel.as_of().filter(CLOSED_THEN | WITH_CLOCK & which(ask)),
        (*one.sums, *other.sums),
    )


def _in_time(due: str) -> Callable[[Ask], Q]:
    return lambda ask: in_time(due)


TOTAL = RowSet("total", "反馈", lambda c: c.total, lambda sel, ask: sel.as_of())
BASE = of_states("base", "应整改", APART, besides=True)
CLOSED = of_states("closed", "已销号", frozenset({State.CLOSED}))
UNCLOSED = RowSet(
    "unclosed", "未销号", lambda c: BASE.count(c) - CLOSED.count(c),
    lambda sel, ask: sel.open_on_the_day().filter(WITH_CLOCK),
)  # fmt: skip
COMPLETED = of_states("completed", "已完成（含已销号）", frozenset({State.CLOSED, *REPORTED_DONE}))
REPORTED = of_states("reported", "单位已报完成、尚未销号", REPORTED_DONE)
LONG_TERM = of_states("long_term", "长期坚持", frozenset({State.LONG_TERM}))
SUSPENDED = of_states("suspended", "中止", frozenset({State.SUSPENDED}))
VOID = of_states("outside", "撤销、改派", OUTSIDE)
OVERDUE = of_open_sum("overdue", "整改逾期未销号", is_late=True, columns="late")
LATE_BANDS = tuple(of_open_sum(band.name, f"整改逾期 {band.label}", columns="late") for band in OVERDUE_BANDS)
OVERDUE_ORIGINAL = of_open_sum("overdue_original", "过原时限未销号")
SOON = of_open_sum("soon", SOON_LABEL)
ON_TIME = of_ended_sum("on_time", "批准时限内销号", _in_time("due_on"))
ON_TIME_ORIGINAL = of_ended_sum("on_time_original", "原时限内销号", _in_time("original_due_on"))
CLOSED_THIS_MONTH = of_ended_sum(
    "closed_this_month", "本月销号", lambda ask: Q(closed_on__range=(ask.first_of_month, ask.on))
)
SETTLED = both(
    "settled", "已销号和整改逾期未销号", CLOSED, OVERDUE, lambda ask: OPEN_SUMS["overdue"].holds(ask, "due_then")
)
SETTLED_ORIGINAL = both(
    "settled_original", "已销号和过原时限未销号", CLOSED, OVERDUE_ORIGINAL,
    lambda ask: OPEN_SUMS["overdue_original"].holds(ask, "original_due_on"),
)  # fmt: skip

CARD_SETS = (
    TOTAL, BASE, CLOSED, UNCLOSED, COMPLETED, REPORTED, OVERDUE, *LATE_BANDS, OVERDUE_ORIGINAL, SOON,
    ON_TIME, ON_TIME_ORIGINAL, CLOSED_THIS_MONTH, SETTLED, SETTLED_ORIGINAL, LONG_TERM, SUSPENDED, VOID,
)  # fmt: skip


def by_its_rows(name: str, label: str, rows: Callable[[Selection, Ask], QuerySet[Any]], **options: Any) -> RowSet:
    """Return a set that no sums of a group count: whoever shows it counts it himself."""

    def count(_: Count) -> int:
        raise ValueError(f"the set of rows {name} is not counted from sums")

    return RowSet(name, label, count, rows, **options)


def of_source(source: Source, name: str, label: str, states: frozenset[Any] | None = None) -> RowSet:
    """Return the rows of another source with one of these words (verdicts, states), or all of them."""
    if states is None:
        return RowSet(name, label, lambda c: c.total, lambda sel, ask: source.rows(sel), source=source)
    return RowSet(
        name, label, lambda c: c.among(states), lambda sel, ask: source.with_word(sel, states), source=source
    )  # fmt: skip


def in_scope(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Return the rows the actor may see.

    All of them, because the selection was made in his scope. The last door, should a selection ever be made wrongly.
    """
    if rows.model is Case:
        return rows.filter(pk__in=Case.objects.visible_to(actor).values("pk"))
    return rows.filter(pk__in=rows.model._default_manager.visible_to(actor).values("pk"))
