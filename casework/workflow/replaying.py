"""What a trail says by itself: the card is not asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from casework.workflow.values import plain

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
        stretches.append((event.day, {k: now.get(k) for k in TIMED}))
    return stretches, now


def folded(changes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Fold what the events say the card became into the columns of the card as they must stand now.

    Trails begun before every column was recorded say of the deadline of the step only what some steps remembered: of
    those it is not asked.
    """
    now: dict[str, Any] = {}
    whole = None
    for change in changes:
        whole = "holder_role" in change if whole is None else whole
        now.update(change)
    if not whole:
        now.pop("step_due_on", None)
    return now


def straying(card: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    """Return a phrase for every column of a card that is not what its trail says, in the order of the card."""
    return [
        f"{name} 卡片为 {value}、经过为 {said[name]}"
        for name, value in card.items()
        if name in said and plain(value) != said[name]
    ]


def width(since: date, day: date) -> int:
    """Return the least k with day - since <= 2**k days."""
    return ((day - since).days - 1).bit_length()
