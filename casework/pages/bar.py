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
from ui.counting import HowManyOfMost, so_many

MOST = 999  # beyond, the bar says 999+: whose turn it is takes the database a look into each case


def counts(actor: Actor) -> dict[str, int | str]:
    """Return how many cases wait for the actor, and how many notices he has not read."""

    def make() -> tuple[QuerySet[Any], ...]:
        return Case.objects.awaiting(actor), Notice.objects.visible_to(actor).unread()

    waiting, unread = counted(actor, ("bar", MOST, queue_of(actor)), make, most=MOST + 1)
    return {"waiting": so_many(waiting, MOST), "unread": so_many(unread, MOST)}


def counted(actor: Actor, key: Hashable, make: Callable[[], Sequence[QuerySet[Any]]], *, most: int) -> list[int]:
    """Return how many rows each of several sets has, at most so many of each, in one question."""

    def rows() -> QuerySet[Any]:
        sets = [HowManyOfMost(one, most) for one in make()]
        return Post.objects.order_by().filter(pk=actor.post.pk).values_list(*sets)

    (found,) = remembered.tuples_of(key, rows)
    return [n or 0 for n in found]
