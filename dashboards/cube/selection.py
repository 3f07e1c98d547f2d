"""Whose cards, of which kind, on which day. Everything the figures count begins here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Case as Either
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, When

from casework.models import Case, Event
from dashboards.cube.dimensions import Dimension, Key
from dashboards.cube.sql_functions import AnyRange

FEW = frozenset({"unit", "within", "topic"})  # narrowed by one of these, few cards are meant
WIDEST = 15  # stretches of up to 2**15 days; see Event.width


@dataclass(frozen=True)
class Selection:
    """Scope and filters as literals on card columns, and a day.

    Attributes:
        filters: by counted dimension, the keys that are meant; they hold together.
        on: the day; state, deadline, opening and closing count as they stood at its end. Topic, severity, lead and kind
            of rectification count as known now (docs/data.md A).
        others: what else the actor may see, for rows that are not the figures' own cards: a condition on cards.
    """

    on: date
    today: date
    filters: Mapping[Dimension, tuple[Key, ...]] = field(default_factory=dict)
    others: Q = field(default_factory=Q)

    def __hash__(self) -> int:
        return hash((self.on, self.today, frozenset(self.filters.items()), self.others))

    def at(self, day: date) -> Selection:
        """Return the same cards on another day."""
        return replace(self, on=day)

    @property
    def is_past(self) -> bool:
        return self.on < self.today

    @property
    def is_narrow(self) -> bool:
        """Say whether few cards are meant.

        Then each card's last event by the day is read, instead of all stretches in force on it.
        """
        return any(dimension.name in FEW for dimension in self.filters)

    @property
    def is_of_ended(self) -> bool:
        """Say whether a fact is asked for that only ended cards have: then no open card is meant."""
        return any(dimension.of_ended for dimension in self.filters)

    def where(self, prefix: str = "") -> Q:
        """Return the filters as a condition on cards, or on rows that reach one by `prefix`."""
        found = Q(pk__in=()) if () in self.filters.values() else Q()
        for dimension, keys in self.filters.items():
            found &= dimension.holds(keys, prefix)
        return found

    def cards(self) -> QuerySet[Any]:
        """Return the counted cards, of any day."""
        return Case.objects.filter(self.where(), counted=True)

    def ended(self) -> QuerySet[Any]:
        """Return the cards that have ended by now, closed or otherwise."""
        return self.cards().filter(is_open=False)

    def closed(self) -> QuerySet[Any]:
        """Return those that had ended by the day.

        The bound is said today too, it leads SQLite to the index of closures.
        """
        return self.ended().filter(closed_on__lte=self.on)

    def open_still(self) -> QuerySet[Any]:
        """Return the open cards that are since the day, or longer, what they are now."""
        rows = self.cards().filter(is_open=True)
        return rows.filter(since__lte=self.on) if self.is_past else rows

    def stretches(self) -> QuerySet[Any]:
        """Return the events that ended what was in force on the day, straight from the trail."""
        return self._events().filter(_ended_after(self.on))

    def stretches_in(self, states: Iterable[str], since: date) -> QuerySet[Any]:
        """Return the events that ended one of these states, in force on any day from `since` to the day."""
        return self._events().filter(width__isnull=False, held_state__in=states, held_since__lte=self.on, day__gt=since)

    def _events(self) -> QuerySet[Any]:
        return Event.objects.filter(self.where("case__"), case__counted=True)

    def open_on_the_day(self) -> QuerySet[Any]:
        """Return the cards open at the end of the day.

        They have `then` and `due_then` as their last event by then left them.
        """
        if self.is_of_ended:
            return self.as_of().none()
        still = Q(counted=True, is_open=True)
        since = Q(
            counted=True, is_open=False, closed_on__gt=self.on
        )  # each half with what its partial index is made for
        return self.as_of().filter(still | since if self.is_past else still)

    def as_of(self) -> QuerySet[Any]:
        """Return the cards opened by the day, as they stood at its end.

        With `then`, their state, and `due_then`, their approved deadline.
        """
        rows = self.cards().filter(opened_on__lte=self.on)
        if self.is_of_ended:
            rows = rows.filter(closed_on__lte=self.on)
        if not self.is_past:
            return rows.annotate(then=F("state"), due_then=F("due_on"))
        last = Event.objects.filter(case=OuterRef("pk"), day__lte=self.on).order_by("-seq")
        has_ended = Q(closed_on__lte=self.on)
        return rows.annotate(
            then=Either(When(has_ended, then=F("state")), default=Subquery(last.values("state")[:1])),
            due_then=Either(When(has_ended, then=F("due_on")), default=Subquery(last.values("due_on")[:1])),
        )


def _ended_after(day: date) -> Q:
    """Stretches [held_since, day) that hold on a day.

    One short index range per width instead of half the index (docs/data.md A).
    """
    begun = AnyRange(
        "width", "held_since", ranges=[(width, day - timedelta(2**width), day) for width in range(WIDEST + 1)]
    )
    return Q(begun) & Q(day__gt=day)
