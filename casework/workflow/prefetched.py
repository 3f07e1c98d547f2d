"""What a page has read of a case already.

Guards, which are asked again and again, look there before they ask the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Model, Prefetch, prefetch_related_objects

from casework.models import Event

if TYPE_CHECKING:
    from casework.models import Case


def has_read(row: Model, name: str) -> bool:
    """Say whether the rows behind this relation are there already."""
    return name in getattr(row, "_prefetched_objects_cache", {})


def read_events(case: Case) -> list[Event]:
    """Read the trail of a case, oldest first, with who acted."""
    prefetch_related_objects(
        [case], Prefetch("events", Event.objects.select_related("post__user", "post__unit").order_by("seq"))
    )
    return list(case.events.all())


def last_event(case: Case, name: str) -> Event | None:
    """Return the newest event of this name, with its post, or None."""
    if has_read(case, "events"):
        return next((event for event in reversed(case.events.all()) if event.name == name), None)
    return Event.objects.filter(case=case, name=name).select_related("post").order_by("-seq").first()
