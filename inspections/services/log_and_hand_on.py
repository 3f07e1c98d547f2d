"""Log a finding and hand it on in one go: what is missing for that is told, and the draft is kept."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import transaction

from casework.errors import RefusedError
from casework.models import Case
from casework.workflow import engine
from inspections.models import Campaign
from inspections.services.findings import log_finding
from organizations.actor import Actor
from organizations.models import Unit


class Logged(NamedTuple):
    """A finding that was stored: its card, whether it was handed on, and what was missing for that."""

    card: Case
    is_handed_on: bool
    missing: list[str]


def log_and_hand_on(actor: Actor, campaign: Campaign, unit: Unit, *, hands_on: bool, **given: Any) -> Logged:
    """Log a finding (see `log_finding`) and, where that is asked, hand it to the leader or to the office."""
    made = log_finding(actor, campaign, unit, **given)
    if not hands_on:
        return Logged(made.case, False, [])
    try:
        with transaction.atomic():
            after = engine.perform(made.case, "submit" if made.team_id else "submit_to_office", actor)
    except RefusedError as refused:
        return Logged(made.case, False, refused.reasons)
    return Logged(after, True, [])
