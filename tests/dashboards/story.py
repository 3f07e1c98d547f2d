"""One history in which every fault planted in the cube shows (tests/dashboards/test_property_bites.py).

It is put together from what the random search of tests/dashboards/test_property.py found, so that a fault is caught in
a second; the search for what nobody thought of goes on there.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from rectification.enums import State
from tests.dashboards.histories import FIRST, LAST, TODAY

N = len(State)
STORY: list[tuple[Any, ...]] = [
    # a card for each state, a week after one another; 32 days later it comes into that state: a held stretch of 2^5
    *(("open", FIRST + timedelta(7 * n), n % 3, n // 2 % 3, n // 3 % 3 + 1, n % 2 == 0, n // 4 % 3) for n in range(N)),
    *(("move", n, 32, str(state)) for n, state in enumerate(State)),
    *(("open", TODAY - timedelta(50), n, n, n + 1, True, n) for n in range(3)),
    ("open", TODAY - timedelta(70), 0, 0, 1, True, 0),
    ("move", N + 3, 60, str(State.CLOSED)),
    ("open", TODAY - timedelta(200), 1, 1, 2, False, 0),  # an assisting unit's, closed in a month that nothing touches
    ("move", N + 4, 30, str(State.CLOSED)),
    ("move", 8, 18, str(State.CLOSED)),  # on the first of March 2025
    ("close_by_deadline", 2, 0),
    ("seal_all",),
    # then years that are sealed are touched
    ("extend", 3, 64, 90),
    ("correct", N - 3, 16, "severity", ((N - 3) // 3 + 2) % 3),
    ("correct", 3, 16, "topic_id", 2),
    ("move", 4, 32, str(State.CLOSED)),
]
MOVED = FIRST + timedelta(7 * 6 + 32)  # the seventh card, 整改中 from that day on
DUE = FIRST + timedelta(7 * 6 + 60)  # and its deadline
ASKED: tuple[tuple[date, dict[str, Any]], ...] = (
    (LAST, {}),
    (MOVED, {}),
    (MOVED - timedelta(1), {}),
    (DUE, {}),  # also 61 days after another's
    *((DUE + timedelta(n), {}) for n in (15, 30, 60)),
    (date(2025, 3, 10), {}),
    (TODAY, {}),
    (TODAY, {"lead": (0,)}),
    (LAST, {"unit": (0, 1, 2)}),
    (LAST - timedelta(5), {"ended": (2025 * 12 + 2,)}),
)
