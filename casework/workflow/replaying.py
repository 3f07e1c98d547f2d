"""What a trail says by itself: the card is not asked."""

from __future__ import annotations

from datetime import date
from typing import Any

TIMED = ("state", "due_on")  # facts that hold from a day on


def replay(events: Any) -> tuple[list[tuple[date, dict[str, Any]]], dict[str, Any]]:
    """Fold a trail into ([(from day, state and due date)], facts now).

    It knows nothing of cards, held columns or seals.
    """
    stretches: list[tuple[date, dict[str, Any]]] = []
    now: dict[str, Any] = {}
    for event in events:
        now = now | event.after
        if stretches and stretches[-1][0] == event.day:
            stretches.pop()
        stretches.append((event.day, {k: now[k] for k in TIMED}))
    return stretches, now


def width(since: date, day: date) -> int:
    """Return the least k with day - since <= 2**k days."""
    return ((day - since).days - 1).bit_length()
