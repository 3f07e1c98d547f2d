"""What the page of a unit shows besides the unit itself.

The floors above hang their sections on it in AppConfig.ready(), as they hang their checks on a merger
(services.units.MERGE_CHECKS): a unit has a history in every one of them, and organizations knows none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from organizations.models import Unit
from organizations.requests import ActorRequest


class UnitSection(NamedTuple):
    """A piece of the page: where it stands among the others, its template and what that reads."""

    order: int
    template: str
    context: Mapping[str, Any]


UNIT_SECTIONS: list[Callable[[ActorRequest, Unit], Iterable[UnitSection]]] = []


def sections_of(request: ActorRequest, unit: Unit) -> list[UnitSection]:
    """Return the sections of a unit's page for its reader, in order."""
    found = [section for sections in UNIT_SECTIONS for section in sections(request, unit)]
    return sorted(found, key=lambda section: section.order)
