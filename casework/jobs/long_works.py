"""Long works (后台任务): what somebody asks for on a page and does not wait for.

A kind of long work is declared in one place, `LongWork`, and registered in AppConfig.ready(). From it come the queue
and its limit, the run and its taking up again after a worker that died (worker.py), the page that shows how far it is,
stops it and shows what came of it (views/long_works.py), and its place on the page of the worker. What may be seen of
it, and by whom, its rows answer: `visible_to(actor)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework.models.background import BackgroundWork
from organizations.actor import Actor
from organizations.models import User
from ui.errors import DomainError

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class LongWork:
    """A kind of long work.

    Attributes:
        name: its word in addresses.
        model: its rows; `visible_to(actor)` says whose they are, its own fields hold what was asked for and the result.
        title: what it is called.
        do: does one row, telling `tell(done, of)` between pieces that are transactions of their own; returns the fields
            of the result. `tell` raises where it is to stop: nothing half done is left then, or only what may stay.
        at_once: how many of one person may be under way.
        leads: the pages above a row, as (word, address).
        ended: template of what came of a row: `work`.
        leaves: what is said while it runs; `stopped`: when it was stopped; `failed`: when it broke.
        undo: takes away what `do` made, when it was stopped or taken over at the last moment.
        sweep: takes away what dead workers left; asked whenever a worker starts.
        needs_its_post: it is not done for somebody who has left his post meanwhile; what the machine does by itself
            when somebody acted is done all the same.
    """

    name: str
    model: type[BackgroundWork]
    title: str
    do: Callable[[Any, Tell], dict[str, Any]]
    leads: Callable[[Any, Actor], Sequence[tuple[str, str]]]
    ended: str
    leaves: str
    stopped: str
    failed: str
    at_once: int
    undo: Callable[[dict[str, Any]], None] = lambda result: None
    sweep: Callable[[], None] = lambda: None
    needs_its_post: bool = True


_kinds: dict[str, LongWork] = {}


def register(*kinds: LongWork) -> None:
    """Add kinds of long work; each app does so in AppConfig.ready()."""
    _kinds.update({kind.name: kind for kind in kinds})


def all_kinds() -> list[LongWork]:
    return list(_kinds.values())


def named(name: str) -> LongWork | None:
    return _kinds.get(name)


def kind_of(work: BackgroundWork | type[BackgroundWork]) -> LongWork:
    """Return the declaration of a row, or of a model of rows."""
    return next(kind for kind in _kinds.values() if kind.model._meta.label == work._meta.label)


@transaction.atomic
def ask(model: type[BackgroundWork], actor: Actor, **fields: Any) -> Any:
    """Put a row into the queue and return it.

    Raises:
        DomainError: as many of one's own are under way already; two askings at once count one another.
    """
    kind, now = kind_of(model), timezone.now()
    User.objects.select_for_update().get(pk=actor.user_id)
    own: Any = model._default_manager.filter(post__user_id=actor.user_id)
    if own.under_way().count() >= kind.at_once:
        raise DomainError(f"您已有 {kind.at_once} 项“{kind.title}”正在进行，请等其中一项完成，或者停止一项再提出")
    return model._default_manager.create(post=actor.post, asked_at=now, moved_at=now, **fields)
