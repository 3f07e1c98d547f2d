"""What templates ask about a unit, and about a sign-in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django import template

from organizations.models import Unit
from organizations.typed_values import browser_of

register = template.Library()


@register.filter
def browser(agent: str) -> str:
    """Write a browser in words: Chrome 126 · Windows."""
    return browser_of(agent)


@register.filter
def called(unit: Unit | None, day: date | None) -> str:
    """Write the short name that a unit bore on a day; the present one where the day is still to come."""
    return unit.name_on(day) if unit and day else str(unit or "")


@register.filter
def all_called(units: Iterable[Unit], day: date | None) -> list[str]:
    """Write the names that units bore on a day."""
    return [called(unit, day) for unit in units]
