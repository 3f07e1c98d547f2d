"""What the bar of every page counts: 轮到我 and 知悉, in one question that is written once (ui.remembered)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from django.db.models import QuerySet

from casework.models import Case, Notice
from casework.workflow.recusals import queue_of
from organizations.actor import Actor
from organizations.models import Post
from ui import remembered
from ui.counting import how_many


def counts(actor: Actor) -> dict[str, int]:
    """Return how many cases wait for the actor, and how many notices he has not read."""
    waiting, unread = counted(
        actor,
        ("bar", queue_of(actor)),
        lambda: (Case.objects.awaiting(actor), Notice.objects.visible_to(actor).unread()),
    )
    return {"waiting": waiting, "unread": unread}


def counted(actor: Actor, key: Hashable, make: Callable[[], Sequence[QuerySet[Any]]]) -> list[int]:
    """Return how many rows each of several sets has, in one question."""

    def rows() -> QuerySet[Any]:
        return Post.objects.order_by().filter(pk=actor.post.pk).values_list(*map(how_many, make()))

    (found,) = remembered.tuples_of(key, rows)
    return [n or 0 for n in found]
