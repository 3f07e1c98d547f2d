"""What a page has read of a case already.

Guards, which are asked again and again, look there before they ask the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Model, Prefetch, prefetch_related_objects

from casework.models import Event
from casework.workflow.circuits import circuit_of

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


def events_of(case: Case) -> list[Event]:
    """Return the trail of a case, oldest first, from what was read already or anew."""
    if has_read(case, "events"):
        return list(case.events.all())
    return list(Event.objects.filter(case=case).select_related("post__user", "post__unit").order_by("seq"))


def unchanged_since(case: Case, returns: frozenset[str]) -> str | None:
    """Refuse what was sent back to be sent again as it is; nothing when it was not sent back, or was changed.

    Whatever was written since is a change: the steps that carry it to and fro are none.
    """
    lines = circuit_of(case).by_name.values()
    steps = {"withdraw", *(t.name for t in lines if t.target is not None or t.holder is not None)}
    since: list[Event] = []
    for event in reversed(events_of(case)):
        if event.name in returns:
            unchanged = not any(later.name not in steps for later in since)
            return f"{event.day:%m-%d} “{event.label}”以后还没有改动，请先按退回的原因修改" if unchanged else None
        since.append(event)
    return None
