"""The only fetch: what is not yours is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.html import format_html
from django.utils.safestring import SafeString

from organizations.actor import Actor
from organizations.enums import READS_UNITS
from ui.addresses import address
from ui.badges import link

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


def opens_unit(actor: Actor, unit_id: int) -> bool:
    """Say whether a mention of a unit leads to its page: for those who read every unit, and an inspected unit its own.

    Never more than Unit.objects.visible_to lets open; no query that the scope of an inspected unit does not ask anyway.
    """
    return actor.role in READS_UNITS or (actor.is_inspected and unit_id in actor.unit_ids)


def unit_link(unit_id: int, name: str, actor: Actor) -> SafeString:
    """Draw a mention of a unit: a link to its page where the reader may open it."""
    if not opens_unit(actor, unit_id):
        return format_html("{}", name)
    return link(f"{address('organizations:units')}{unit_id}/", name)


def has_in_menu(url_name: str) -> Callable[[Actor], bool]:
    """Return the claim that a person's role has an item in its bar (organizations.enums.STANDINGS): for the item and
    for its page.
    """
    return lambda actor: url_name in actor.standing.menu
