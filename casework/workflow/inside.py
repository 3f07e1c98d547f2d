"""What happens inside the transaction of every event, in a declared order (settings.INSIDE_EVERY_STEP).

Floors above casework put their functions here by name in AppConfig.ready(). The order is written down once, by whom
knows everybody, and not left to the order in which apps are loaded: the search words of a case must be there before its
seals drop, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from casework.models import Case, Event
from organizations.actor import Actor


class Recorded(NamedTuple):
    """What a hook inside the transaction is told."""

    case: Case
    event: Event
    actor: Actor | None
    given: dict[str, Any]
    closings: frozenset[date]  # closing days, old and new, whose periods are no longer what they were


Hook = Callable[[Recorded], None]
_hooks: dict[str, Hook] = {}
INSIDE: list[Hook] = []  # in the declared order; what the engine runs


def put_inside(name: str, hook: Hook) -> None:
    """Have a function run inside every event, at the place its name has in the declared order.

    Raises:
        ImproperlyConfigured: the order does not know the name, or it is taken.
    """
    order: Sequence[str] = settings.INSIDE_EVERY_STEP
    if name not in order or name in _hooks:
        raise ImproperlyConfigured(f"{name!r} is not in INSIDE_EVERY_STEP, or was put inside twice")
    _hooks[name] = hook
    INSIDE[:] = [_hooks[known] for known in order if known in _hooks]


def missing() -> list[str]:
    """Return the names of the declared order that nobody has put inside.

    With one of them, a step would leave something undone without a word.
    """
    return [name for name in settings.INSIDE_EVERY_STEP if name not in _hooks]


def refuse_missing() -> None:
    """Stop a server that would leave something undone at every step.

    Raises:
        ImproperlyConfigured: a name of the declared order was put inside by nobody.
    """
    if names := missing():
        raise ImproperlyConfigured(f"nobody has put {', '.join(names)} inside every step")
