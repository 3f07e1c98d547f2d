"""提醒: whoever has not answered is reminded once (docs/domain/process.md 1.7, L0)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from casework.models import Case, Event
from casework.workflow import engine
from organizations.actor import Actor


def unreminded(cards: QuerySet[Case]) -> list[Case]:
    """Return those that were not reminded of, in the order of the units."""
    reminded = Event.objects.filter(case=OuterRef("pk"), name="remind").order_by()
    return list(cards.filter(~Exists(reminded)).order_by("unit__place", "pk"))


def remind_each(cards: list[Case], actor: Actor) -> int:
    """Remind of every card by its own step; return how many there were."""
    for card in cards:
        engine.perform(card, "remind", actor)
    return len(cards)
