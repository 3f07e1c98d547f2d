"""维护: looks over the whole store and rebuildings.

One definition for the terminal (management/chore_command.py) and for the page, where the worker does it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from organizations.actor import Actor
from organizations.enums import Role

CHECKS, REBUILDS = (
    frozenset({Role.AUDIT_ADMIN, Role.OFFICE_DIRECTOR}),
    frozenset({Role.SYSTEM_ADMIN}),
)  # who may ask on a page
Progress = Callable[[int, int], None]


class Found(NamedTuple):
    """What came of a chore: a sentence; what is wrong, a sentence each; how to mend that; whether it saw everything.

    A look that saw a share, or only what is recent, does not clear what an earlier one found.
    """

    said: str
    wrong: Sequence[str] = ()
    mend: str = ""
    is_whole: bool = True


@dataclass(frozen=True)
class Chore:
    """Something done to or asked of the whole store.

    `run(progress, **options)` tells `progress(done, of)` between pieces that are transactions of their own, so that it
    may be interrupted anywhere.
    `to`: who may ask for it on a page.
    """

    name: str
    title: str
    purpose: str
    unit: str
    to: frozenset[Role]
    run: Callable[..., Found]


_chores: dict[str, Chore] = {}


def register(*chores: Chore) -> None:
    """Add chores; higher floors do so in AppConfig.ready()."""
    _chores.update({chore.name: chore for chore in chores})


def chore(name: str) -> Chore:
    """Return a chore.

    Raises:
        KeyError: there is none of that name.
    """
    return _chores[name]


def chores_of(actor: Actor) -> list[Chore]:
    """Return what the actor may ask for, in the order of registration."""
    return [chore for chore in _chores.values() if actor.role in chore.to]


def checks() -> list[Chore]:
    """Return those that only look, in the order of registration."""
    return [chore for chore in _chores.values() if chore.to == CHECKS]
