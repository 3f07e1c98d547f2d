"""Whose turn a card is not, as conditions on cards: what the queues leave out, of all kinds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from casework import kinds

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from casework.workflow.circuits import Transition
    from organizations.actor import Actor


class HeldUp(NamedTuple):
    """Conditions on cards: asked only from a later day on, to be left to another, asked with another card."""

    early: Q
    barred: Q
    together: Q


def held_up(actor: Actor) -> HeldUp:
    """Return which of the cards in a person's hands are not his turn.

    What is not on the card is looked up for those cards alone whose state asks for it: joined, it would be read of all.
    """
    early = barred = together = Q(pk__in=())
    cards = apps.get_model("casework", "Case").objects
    for spec in kinds.all_kinds():
        lines: dict[str, tuple[Transition, set[str]]] = {}
        for state, line in spec.table.whole.asked_lines(actor.role):
            lines.setdefault(line.name, (line, set()))[1].add(state)
        for line, states in lines.values():
            there = Q(kind=spec.name, state__in=sorted(states))
            if line.not_yet is not None and (early_in := line.not_yet.rests_in(states)):
                later = cards.filter(line.not_yet.later(actor.today), pk=OuterRef("pk")).order_by()
                early |= Q(kind=spec.name, state__in=early_in) & Q(Exists(later))
            for holds in line.bars:
                barred |= there & holds(actor)
            if line.together is not None:
                together |= there & Q(Exists(cards.filter(line.together.where, pk=OuterRef("pk")).order_by()))
    return HeldUp(early, barred, together)


def not_yet(today: date) -> Q:
    """Return which cards their holders, whoever they are, are asked for only from a later day on."""
    found, resting = Q(pk__in=()), Q(pk__in=())
    for spec in kinds.all_kinds():
        for role in spec.table.whole.asked_roles:
            for state, line in spec.table.whole.asked_lines(role):
                if line.not_yet is not None and line.not_yet.rests_in([state]):
                    found |= Q(kind=spec.name, state=state, holder_role=role) & line.not_yet.later(today)
                    resting |= Q(kind=spec.name, state=state)
    return resting & found  # said apart, of the card alone: the database finds these few before it joins


def may_rest() -> QuerySet[Any]:
    """Return the keys of the cards in states in which one may be asked for only from a later day on.

    A list for each state: of so many pairs of kind and state joined by OR, SQLite reads every card.
    """
    cards = apps.get_model("casework", "Case").objects.order_by()
    pairs = {
        (spec.name, state)
        for spec in kinds.all_kinds()
        for role in spec.table.whole.asked_roles
        for state, line in spec.table.whole.asked_lines(role)
        if line.not_yet is not None and line.not_yet.rests_in([state])
    }
    each = [cards.filter(kind=kind, state=state).values("pk") for kind, state in sorted(pairs)]
    found: QuerySet[Any] = each[0].union(*each[1:], all=True) if each else cards.none()
    return found
