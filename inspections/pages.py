"""What the pages of plans, campaigns and findings show beyond any case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.models import Case
from casework.workflow.circuits import circuit_of
from inspections import services
from inspections.enums import CampaignState, PlanState
from inspections.models import Campaign, Finding
from inspections.querysets import finding_cards, rectifications_of, states_of, to_feed_back
from inspections.workflow import FINDING
from organizations.actor import Actor
from organizations.enums import Role


def read_plan(card: Case, actor: Actor, context: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "items": card.content.items.prefetch_related("campaigns__case"),
        "is_approved": card.state == PlanState.APPROVED,
    }


def read_campaign(card: Case, actor: Actor, context: Mapping[str, Any]) -> dict[str, Any]:
    """The teams and units, how many findings stand where, and what may be done next."""
    states = dict(states_of(finding_cards(actor).filter(within=card.pk)))
    return grouping(card.content) | {
        "campaign": card.content,
        "states": [(FINDING.word(state), states[state]) for state in FINDING.looks if state in states],
        "n_findings": sum(states.values()),
        "waiting_units": to_feed_back(card.pk, actor) if actor.is_office else (),
        "can_log": card.state == CampaignState.FIELDWORK and (actor.is_team or actor.role == Role.OFFICE_STAFF),
    }


def grouping(campaign: Campaign) -> dict[str, Any]:
    """Return the teams with their units and members, and the units without a team."""
    units: dict[int | None, list[Any]] = {}
    for placed in campaign.units.select_related("unit"):
        units.setdefault(placed.team_id, []).append(placed.unit)
    people: dict[int, list[Any]] = {}
    for member in services.members_of_campaign(campaign):
        people.setdefault(member.team_id, []).append(member)
    teams = [
        {"team": team, "units": units.get(team.pk, []), "members": people.get(team.pk, [])}
        for team in campaign.teams.select_related("unit", "group")
    ]
    return {"teams": teams, "loose_units": units.get(None, []), "n_units": sum(map(len, units.values()))}


def read_finding(card: Case, actor: Actor, context: Mapping[str, Any]) -> dict[str, Any]:
    row: Finding = card.content
    return {
        "finding": row,
        "citations": row.citations.select_related("basis"),
        "assisting": row.assisting.order_by("place"),
        "rectifications": rectifications_of(row, actor),
        "within": card.within,
        "can_amend": bool(circuit_of(card).editable(card, actor)),
    }
