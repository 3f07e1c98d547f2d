"""What stands on the line of time of a rectification that no event of its own tells: its finding, the rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.models import Case, Event
from casework.pages.timeline import Line, who_did

if TYPE_CHECKING:
    from organizations.actor import Actor


def history(case: Case, actor: Actor) -> tuple[Case | None, list[Line]]:
    """Return the finding, for whoever may see it, and the rounds of progress that asked about the case.

    A unit does not read how its finding was found and confirmed (docs/domain/process.md 1.4, P07; rounds: P11).
    """
    finding: Case = case.content.finding.case
    opened = Event.objects.filter(name="open", case__progresscall__items__rectification=case)
    opened = opened.filter(case__in=Case.objects.visible_to(actor)).select_related("case", "post__user", "post__unit")
    calls = [
        Line(event, who_did(event, actor), "进展调度", str(event.case.title), "", [], [])
        for event in opened.order_by("at", "pk")
    ]
    return finding if case.shows_finding else None, calls  # type: ignore[attr-defined]  # with_surroundings brings it
