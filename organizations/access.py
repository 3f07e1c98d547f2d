"""The only fetch: what is not yours is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from organizations.actor import Actor

M = TypeVar("M", bound=Model)


class Scoped(Protocol):
    """A queryset that knows who may see its rows."""

    def visible_to(self, actor: Actor) -> QuerySet[Any]: ...


def get_or_404(rows: Any, actor: Actor | None, **lookup: Any) -> Any:
    """Return the one row of `rows` (a manager or queryset with `visible_to`) that the actor may see.

    Raises:
        Http404: it does not exist, or it is not the actor's: the same words for both.
    """
    if actor is None:
        raise Http404
    queryset = rows.visible_to(actor)
    try:
        return queryset.get(**lookup)
    except (queryset.model.DoesNotExist, ValueError, OverflowError) as missing:
        raise Http404 from missing


def has_in_menu(url_name: str) -> Callable[[Actor], bool]:
    """Return the claim that a person's role has an item in its bar (organizations.enums.STANDINGS): for the item and
    for its page.
    """
    return lambda actor: url_name in actor.standing.menu
