"""Which units a text names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from organizations.models import Unit

SHORTEST = 3  # 环县, 宁县 stand in the names of places and of other units; the full names say who is meant


def named_in(text: str) -> dict[str, int]:
    """Return how often each inspected unit is named, by its key: of names one in another, the longer is meant."""
    bearers = _bearers()
    if not text or not bearers:
        return {}
    pattern = re.compile("|".join(re.escape(name) for name in sorted(bearers, key=lambda name: (-len(name), name))))
    return dict(Counter(str(bearers[name]) for name in pattern.findall(text)))


def names_of(units: Iterable[int]) -> set[str]:
    """Return every name of some units, former ones too, however short."""
    found: set[str] = set()
    for unit in Unit.objects.filter(pk__in=list(units)).order_by("pk"):
        found |= {unit.name, unit.short_name, *(name for _, name in unit.past_names)}
    return found


def _bearers() -> dict[str, int]:
    found: dict[str, int] = {}
    for unit in Unit.objects.inspected().order_by("pk"):
        for name in (unit.name, unit.short_name, *(name for _, name in unit.past_names)):
            if len(name) >= SHORTEST:
                found.setdefault(name, unit.pk)
    return found
