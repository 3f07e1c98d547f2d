"""What is counted of one group of cards: how many in each state, and sums that hang on deadlines.

Every ratio is made at the end (docs/data.md A).

A sum is declared once, here; the database, the plain reading of few cards, the rows behind the number and the sealed
cells follow the same line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count as Number
from django.db.models import F, Q, Sum, Value

from casework.deadlines.limits import OVERDUE_BANDS, OverdueBand
from casework.deadlines.sql_days import Days
from rectification.enums import NO_CLOCK, TERMINAL, State

LATE = OverdueBand("overdue", 1, None)  # calendar days, from the day after the deadline (docs/domain/results.md 11)
ONE = Value(1)  # what is counted: with the key, PostgreSQL would have to look into the table


@dataclass(frozen=True)
class Ask:
    """What a set or a sum is asked about: the day, and the last day of the 15 working days after it.

    `since`: an earlier day, where two are compared.
    """

    on: date
    soon: date
    since: date | None = None

    @property
    def first_of_month(self) -> date:
        return self.on.replace(day=1)


@dataclass(frozen=True)
class Window:
    """A sum of open cards with a clock: those whose deadline lies within these days, both included.

    None leaves an end open.

    Attributes:
        clock: "due" for the approved deadline, "original" for the original one.
    """

    clock: str
    bounds: Callable[[Ask], tuple[date | None, date]]

    def holds(self, ask: Ask, column: str) -> Q:
        since, until = self.bounds(ask)
        among = Q(**{f"{column}__lte": until})
        return among & Q(**{f"{column}__gte": since}) if since else among

    def counts(self, ask: Ask, due: date | None) -> bool:
        since, until = self.bounds(ask)
        return due is not None and due <= until and (since is None or due >= since)


@dataclass(frozen=True)
class EndedSum:
    """A sum of ended cards.

    `is_sealed`: a column of the sealed cells of the same name, otherwise finished months have none of it.
    """

    value: Callable[[Ask], Any]
    is_sealed: bool = True


def _late(band: OverdueBand) -> Callable[[Ask], tuple[date | None, date]]:
    return lambda ask: band.deadlines(ask.on)


def in_time(due: str) -> Q:
    """Closed (not voided) on or before the deadline."""
    return Q(state=State.CLOSED, closed_on__lte=F(due))


OPEN_SUMS: dict[str, Window] = {
    "overdue": Window("due", _late(LATE)),
    **{band.name: Window("due", _late(band)) for band in OVERDUE_BANDS},
    "overdue_original": Window("original", _late(LATE)),
    "soon": Window("due", lambda ask: (ask.on, ask.soon)),
}
ENDED_SUMS: dict[str, EndedSum] = {
    "on_time": EndedSum(lambda ask: Number(ONE, filter=in_time("due_on"))),
    "on_time_original": EndedSum(lambda ask: Number(ONE, filter=in_time("original_due_on"))),
    "days": EndedSum(lambda ask: Sum(Days("closed_on", "opened_on"), filter=Q(state=State.CLOSED), default=0)),
    "closed_this_month": EndedSum(
        lambda ask: Number(ONE, filter=Q(state=State.CLOSED, closed_on__gte=ask.first_of_month)), is_sealed=False
    ),
}
SUMS = (*OPEN_SUMS, *ENDED_SUMS)
SEALED_SUMS = tuple(name for name, one in ENDED_SUMS.items() if one.is_sealed)


def open_sums(state: str, due: date | None, original: date | None, ask: Ask, names: tuple[str, ...]) -> dict[str, int]:
    """Return the sums of one open card, as the database counts them of many."""
    if state in NO_CLOCK or state in TERMINAL:
        return {}
    clocks = {"due": due, "original": original}
    return {name: int(window.counts(ask, clocks[window.clock])) for name, window in OPEN_SUMS.items() if name in names}


def together(counts: Iterable[Count]) -> Count:
    """Return several groups as one."""
    found = Count()
    for one in counts:
        found.take(one)
    return found


class Tally(dict[Any, int]):
    """Numbers by name, 0 for what is not there. A page makes two thousand, and a Counter takes thrice the time."""

    def __missing__(self, name: Any) -> int:
        return 0


@dataclass(slots=True)
class Count:
    """What was counted of one group."""

    states: Tally = field(default_factory=Tally)
    sums: Tally = field(default_factory=Tally)
    days: Tally = field(default_factory=Tally)  # days to closure -> how many, where that was asked for

    def take(self, other: Count) -> None:
        """Take another group in."""
        for mine, theirs in ((self.states, other.states), (self.sums, other.sums), (self.days, other.days)):
            for name, n in theirs.items():
                mine[name] += n

    @property
    def total(self) -> int:
        return sum(self.states.values())

    def among(self, states: frozenset[Any]) -> int:
        return sum(self.states[state] for state in states)
