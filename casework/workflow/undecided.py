"""What is not read by the inspected units before it is decided: the office's verdicts and opinion on a closure.

A case under review can still come out otherwise; what one clerk wrote is not yet the office's word. The office may let
the units read along (`UNITS_READ_ALONG`). docs/decisions/0026-evidence-stays-what-was-judged.md
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings

from casework.workflow.circuits import circuit_of
from organizations.enums import INSPECTED

if TYPE_CHECKING:
    from casework.models import Case, Event
    from organizations.actor import Actor


def is_kept_from(case: Case, actor: Actor) -> bool:
    """Say whether this person must wait for the decision that is being made on the case now."""
    return actor.role in INSPECTED and case.state in circuit_of(case).until_decided and not settings.UNITS_READ_ALONG


def readable(case: Case, events: Sequence[Event], actor: Actor) -> list[Event]:
    """Return those of the events, oldest first, that this person may read now.

    What is kept back is what was judged since the case came into the state it is in, and that it was taken back.
    """
    if not is_kept_from(case, actor):
        return list(events)
    names, found, kept_back = circuit_of(case).until_decided[case.state], [], set()
    since = next((n for n in range(len(events), 0, -1) if events[n - 1].state != case.state), 0)
    for event in events[since:]:
        if event.name in names or event.note.get("withdraws") in kept_back:
            kept_back.add(event.seq)
        else:
            found.append(event)
    return [*events[:since], *found]
