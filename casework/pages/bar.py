"""What the bar of every page counts: 轮到我 and 知悉, in one question whose text is remembered.

Writing it costs the ORM five times what the database takes to answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connections, router

from casework import kinds
from casework.models import Case, Notice
from casework.workflow.recusals import Person, person_of
from organizations.actor import Actor
from organizations.models import Post
from ui.counting import how_many


@dataclass(frozen=True)
class Asking:
    """Who asks: all that the text depends on.

    The queue's conditions know of the actor nothing but this (casework.workflow.recusals.Person).
    """

    post: int
    unit: int
    role: str
    person: Person
    today: date
    kinds: tuple[str, ...]
    actor: Actor = field(compare=False)


def counts(actor: Actor) -> dict[str, int]:
    """Return how many cases wait for the actor, and how many notices he has not read."""
    names = tuple(spec.name for spec in kinds.all_kinds())
    asking = Asking(actor.post.pk, actor.unit_id, actor.role, person_of(actor), actor.today, names, actor)
    alias = router.db_for_read(Post)
    with connections[alias].cursor() as cursor:
        cursor.execute(*_text(alias, asking))
        waiting, unread = cursor.fetchone()
    return {"waiting": waiting, "unread": unread}


@lru_cache(maxsize=512)
def _text(alias: str, asking: Asking) -> tuple[str, tuple[Any, ...]]:
    actor = asking.actor
    waiting, unread = Case.objects.awaiting(actor), Notice.objects.visible_to(actor).unread()
    counted = {"waiting": how_many(waiting), "unread": how_many(unread)}
    rows = Post.objects.order_by().filter(pk=asking.post).values(**counted)
    sql, params = rows.query.get_compiler(alias).as_sql()
    return sql, tuple(params)
