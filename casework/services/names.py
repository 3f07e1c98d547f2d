"""The name that a card bears is that of its unit on the day it was opened; a rename from an earlier day corrects it."""

from __future__ import annotations

from datetime import date

from casework.kinds import spec_of
from casework.models import Case
from casework.querysets import key_pieces
from casework.workflow import engine
from organizations.models import Unit


def named_since(unit: Unit, on: date) -> list[str]:
    """Return the cards of the unit that were opened on the day or later, each by kind and number."""
    cards = Case.objects.filter(unit=unit, opened_on__gte=on).order_by("opened_on", "pk")
    return [f"{spec_of(kind).label} {number or '未编号'}" for kind, number in cards.values_list("kind", "number")]


def correct(unit: Unit, on: date, reason: str) -> None:
    """Give each of them the name of its day, with a line in its trail."""
    cards = Case.objects.filter(unit=unit, opened_on__gte=on)
    for keys in key_pieces(cards):
        for case in cards.filter(pk__in=keys).order_by("pk"):
            engine.amend(case, None, {"unit_name": unit.name_on(case.opened_on)}, reason=reason)
