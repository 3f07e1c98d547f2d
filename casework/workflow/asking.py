"""What makes the queue ask for a step otherwise than at once and by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

if TYPE_CHECKING:
    from casework.models import Case


class NotYet(NamedTuple):
    """What makes the queue ask for a step from a day on: it lies in somebody's hands, but it is not his turn yet.

    `since`: the first day on which the step is asked, or nothing where it is asked at once. `later`: the same as a
    condition on cards, from the day on which it is asked about. `only_in`: the states in which it is so, unless in all
    from which the step is taken.
    """

    since: Callable[[Case], date | None]
    later: Callable[[date], Q]
    only_in: frozenset[str] = frozenset()

    def rests_in(self, states: Iterable[str]) -> list[str]:
        """Return in which of these states it may be too early."""
        return sorted(state for state in states if not self.only_in or state in self.only_in)


class Together(NamedTuple):
    """What makes the queue ask for a step with another `card` and not by itself; `where`: the same, of cards."""

    card: Callable[[Case], Case | None]
    where: Q
