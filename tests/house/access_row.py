"""A row of the table of who may open what (tests/house/access.py tells its columns)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from organizations.enums import Role
from tests.house.world import Side

NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Row:
    name: str
    own: frozenset[Role]
    at: Callable[[Side], tuple[Any, ...]] = lambda side: ()
    other: frozenset[Role] | None = None  # None: the URL has no object, so there is no other one
    writes: frozenset[Role] = NOBODY
    sends: Callable[[Side], dict[str, Any]] = lambda side: {}
    told: frozenset[Role] = NOBODY
