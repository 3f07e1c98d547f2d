"""Every number is the size of a named set of cards. The set says how it is counted from the sums and which rows it is: one line, so that they agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from casework.deadlines.limits import SOON_LABEL
from dashboards.selection import Selection
from dashboards.tally import APART, BANDS, Tally, band_dates
from rectification.enums import NO_CLOCK, OUTSIDE, REPORTED_DONE, TERMINAL, State


@dataclass(frozen=True)
class Ask:
    """What a set is asked about: the day, and the last day of the 15 working days after it."""

    on: date
    soon: date


@dataclass(frozen=True)
class CardSet:
    """A set of cards.

    Attributes:
        count: from the sums of a group.
        which: the condition on `then`, `due_then`, `closed_on` (Selection.as_of).
        is_open: only cards open at the end of the day are among them (Selection.open_on_the_day): one in twenty.
    """

    name: str
    label: str
    count: Callable[[Tally], int]
    which: Callable[[Ask], Q]
    is_open: bool = False

    def rows(self, selection: Selection, ask: Ask) -> QuerySet[Any]:
        cards = selection.open_on_the_day() if self.is_open else selection.as_of()
        return cards.filter(self.which(ask))


CLOSED = Q(then=State.CLOSED)
WITH_CLOCK = ~Q(then__in=TERMINAL | NO_CLOCK)


def _overdue(ask: Ask) -> Q:
    return WITH_CLOCK & Q(due_then__lt=ask.on)


def _overdue_original(ask: Ask) -> Q:
    return WITH_CLOCK & Q(original_due_on__lt=ask.on)


def _band(name: str, first: int, last: int | None) -> CardSet:
    label = f"逾期 {first} 至 {last} 日" if last else f"逾期 {first - 1} 日以上"

    def which(ask: Ask) -> Q:
        since, until = band_dates(first, last, ask.on)
        return WITH_CLOCK & Q(due_then__lte=until) & (Q(due_then__gte=since) if since else Q())

    return CardSet(name, label, lambda tally: tally.sums[name], which, is_open=True)


def _all(*sets: CardSet) -> dict[str, CardSet]:
    found = {one.name: one for one in sets}
    if len(found) < len(sets):
        raise ValueError("a set of cards is named twice")
    return found


SETS = _all(
    CardSet("total", "反馈", lambda t: t.total, lambda ask: Q()),
    CardSet("base", "应整改", lambda t: t.base, lambda ask: ~Q(then__in=APART)),
    CardSet("closed", "已销号", lambda t: t.closed, lambda ask: CLOSED),
    CardSet("unclosed", "未销号", lambda t: t.base - t.closed, lambda ask: WITH_CLOCK, is_open=True),
    CardSet(
        "completed", "已完成（含已销号）", lambda t: t.completed, lambda ask: Q(then__in={State.CLOSED, *REPORTED_DONE})
    ),
    CardSet(
        "reported", "单位已报完成、尚未销号", lambda t: t.completed - t.closed, lambda ask: Q(then__in=REPORTED_DONE)
    ),
    CardSet("overdue", "逾期未销号", lambda t: t.overdue, _overdue, is_open=True),
    *(_band(*band) for band in BANDS),
    CardSet("overdue_original", "过原时限未销号", lambda t: t.sums["late_original"], _overdue_original, is_open=True),
    CardSet(
        "soon",
        SOON_LABEL,
        lambda t: t.sums["soon"],
        lambda ask: WITH_CLOCK & Q(due_then__gte=ask.on, due_then__lte=ask.soon),
        is_open=True,
    ),
    CardSet(
        "on_time", "批准时限内销号", lambda t: t.sums["on_time"], lambda ask: CLOSED & Q(closed_on__lte=F("due_on"))
    ),
    CardSet(
        "on_time_original",
        "原时限内销号",
        lambda t: t.sums["on_time_original"],
        lambda ask: CLOSED & Q(closed_on__lte=F("original_due_on")),
    ),
    CardSet("settled", "已销号和逾期未销号", lambda t: t.settled, lambda ask: CLOSED | _overdue(ask)),
    CardSet(
        "settled_original",
        "已销号和过原时限未销号",
        lambda t: t.settled_original,
        lambda ask: CLOSED | _overdue_original(ask),
    ),
    CardSet("long_term", "长期坚持", lambda t: t.states[State.LONG_TERM], lambda ask: Q(then=State.LONG_TERM)),
    CardSet("suspended", "中止", lambda t: t.states[State.SUSPENDED], lambda ask: Q(then=State.SUSPENDED)),
    CardSet(
        "outside", "撤销、改派", lambda t: sum(t.states[state] for state in OUTSIDE), lambda ask: Q(then__in=OUTSIDE)
    ),
)
