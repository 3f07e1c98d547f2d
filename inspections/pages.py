"""What the pages of plans, campaigns and findings show beyond any case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

from casework.kinds import Mend
from casework.models import Attachment, Case
from casework.workflow.circuits import circuit_of
from inspections import services
from inspections.enums import CampaignState, PlanState
from inspections.models import Campaign, Citation, Finding
from inspections.querysets import finding_cards, rectifications_of, states_of, to_feed_back, unsigned_feedback
from inspections.workflow import FINDING, finding, plan
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
        "unsigned": unsigned_feedback(card.pk, actor) if actor.is_office else (),
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
        "citations": cited_by(row),
        "assisting": row.assisting.order_by("place"),
        "rectifications": rectifications_of(row, actor),
        "within": card.within,
        "can_amend": bool(circuit_of(card).editable(card, actor)),
    }


def cited_by(finding: Finding) -> list[Citation]:
    """Return what a finding cites, each with the warning that its version was not in force (`warned`, or "")."""
    rows = list(finding.citations.select_related("basis", "cites"))
    wrong = services.out_of_force(rows, finding)
    for row in rows:
        row.warned = wrong.get(row.pk)  # for the page
    return rows


def brief_of_finding(card: Case, actor: Actor) -> dict[str, Any]:
    return {
        "citations": cited_by(card.content),
        "files": Attachment.objects.standing().filter(case=card).order_by("pk"),
    }


def brief_of_campaign(card: Case, actor: Actor) -> dict[str, Any]:
    return grouping(card.content)


def brief_of_plan(card: Case, actor: Actor) -> dict[str, Any]:
    return {"items": card.content.items.order_by("pk")}


def _to(label: str, url_name: str, field: str) -> Mend:
    """A page where what is lacking is filled in, by whoever may correct this field now."""

    def mend(card: Case, actor: Actor) -> tuple[str, str] | None:
        may = field in circuit_of(card).editable(card, actor)
        return (label, reverse(f"inspections:{url_name}", args=[card.pk])) if may else None

    return mend


def _attach(card: Case, actor: Actor) -> tuple[str, str] | None:
    return "上传证据", reverse("attach", args=[card.pk])


COMPLETE = _to("补全问题底稿", "amend_finding", "statement")
FINDING_MENDS: dict[Callable[..., Any], Mend] = {
    finding.has_topic: COMPLETE,
    finding.has_basis: COMPLETE,
    finding.has_evidence: _attach,
    finding.changed_since_return: _to("修改问题底稿", "amend_finding", "statement"),
    finding.deadline_lies_ahead: _to("修改整改时限", "amend_finding", "rectify_by"),
}
GROUPING = _to("定对象、组督察组", "units", "units")
CAMPAIGN_MENDS: dict[Callable[..., Any], Mend] = {
    plan.says_why_outside_plan: _to("写计划外事由", "amend_campaign", "outside_reason"),
    plan.has_units: GROUPING,
    plan.every_unit_has_team: GROUPING,
    plan.every_team_has_leader: GROUPING,
    plan.changed_since_return: _to("修改督察方案", "amend_campaign", "content"),
}
WRITE_PLAN = _to("填写计划项目", "amend_plan", "items")
PLAN_MENDS: dict[Callable[..., Any], Mend] = {plan.has_items: WRITE_PLAN, plan.changed_since_return: WRITE_PLAN}
