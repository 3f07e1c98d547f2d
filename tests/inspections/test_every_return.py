"""The steps back and out of plan, campaign, finding: where they lead, and never without a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from casework.errors import ConflictError, NotPermittedError, RefusedError
from casework.models import Case
from casework.workflow import engine
from inspections.enums import CampaignState, FindingState, PlanState
from inspections.services import amend_plan, draft_plan
from organizations.actor import Actor
from organizations.enums import Role
from rectification.enums import State
from tests.factories import Cast, a_campaign, a_finding, a_post, a_rectification, acting, an_actor, prepare
from tests.inspections.test_plans_and_campaigns import an_item

pytestmark = pytest.mark.django_db
WHY = {"reason": "依据写得不完整"}
STAFF, DIRECTOR = Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR


def leader_of(case: Case) -> Actor:
    return acting(case.content.team.members.get(duty="leader").post)


FINDINGS = [
    (FindingState.TEAM_REVIEW, "return", leader_of, FindingState.DRAFT),
    (FindingState.OFFICE_REVIEW, "return_to_team", lambda case: an_actor(STAFF), FindingState.DRAFT),
    (FindingState.OFFICE_REVIEW, "drop", lambda case: an_actor(DIRECTOR), FindingState.DROPPED),
    (FindingState.CONFIRMED, "drop", lambda case: an_actor(DIRECTOR), FindingState.DROPPED),
    (
        FindingState.DRAFT,
        "discard",
        lambda case: acting(case.content.team.members.get(duty="member").post),
        FindingState.DROPPED,
    ),
]
CAMPAIGNS = [
    (CampaignState.APPROVAL, "return", DIRECTOR, CampaignState.PREPARING),
    (CampaignState.PREPARING, "cancel", DIRECTOR, CampaignState.CANCELLED),
    (CampaignState.APPROVAL, "cancel", DIRECTOR, CampaignState.CANCELLED),
    (CampaignState.FEEDBACK, "resume_fieldwork", DIRECTOR, CampaignState.FIELDWORK),
]


@pytest.mark.parametrize(("start", "name", "who", "to"), FINDINGS, ids=[f"{row[1]} from {row[0]}" for row in FINDINGS])
def test_a_finding_goes_back_or_out_with_a_reason(start: FindingState, name: str, who: Any, to: FindingState) -> None:
    case = a_finding(start).case
    with pytest.raises(RefusedError):
        engine.perform(case, name, who(case))

    assert engine.perform(case, name, who(case), **WHY).state == to


@pytest.mark.parametrize(
    ("start", "name", "role", "to"), CAMPAIGNS, ids=[f"{row[1]} from {row[0]}" for row in CAMPAIGNS]
)
def test_a_campaign_goes_back_or_out_with_a_reason_by_the_director(
    start: CampaignState, name: str, role: Role, to: CampaignState
) -> None:
    case = a_campaign(start).case
    for actor in (an_actor(STAFF), an_actor(Role.UNIT_HEAD)):
        with pytest.raises((NotPermittedError, ConflictError)):
            engine.perform(case, name, actor, **WHY)
    with pytest.raises(RefusedError):
        engine.perform(case, name, an_actor(role))

    assert engine.perform(case, name, an_actor(role), **WHY).state == to


def test_a_campaign_ends_when_everything_in_it_is_settled() -> None:
    case = a_rectification(State.FINAL_REVIEW)
    campaign = case.within
    engine.perform(campaign, "begin_feedback", an_actor(STAFF))
    with pytest.raises(RefusedError, match="还有 1 件整改或线索未办结"):
        engine.perform(campaign, "end", an_actor(DIRECTOR), opinion="全部办结")

    people = Cast(case)
    for name, role in (("verify", STAFF), ("close", DIRECTOR)):
        prepare(case, name, people(role))
        engine.perform(case, name, people(role), opinion="佐证齐全")

    assert (
        engine.perform(Case.objects.get(pk=campaign.pk), "end", an_actor(DIRECTOR), opinion="全部办结").state
        == CampaignState.ENDED
    )


def test_a_campaign_with_a_finding_in_hand_does_not_end() -> None:
    finding = a_finding(FindingState.OFFICE_REVIEW)
    campaign = finding.case.within
    engine.perform(campaign, "begin_feedback", an_actor(STAFF))

    with pytest.raises(RefusedError, match="还有 1 个问题没有反馈"):
        engine.perform(campaign, "end", an_actor(DIRECTOR), opinion="全部办结")


def test_a_finding_whose_rectification_is_withdrawn_is_dropped() -> None:
    case = a_rectification(State.CLAIM)
    people = Cast(case)
    engine.perform(case, "dispute", people(Role.UNIT_LIAISON), **WHY)
    engine.perform(case, "uphold_dispute", people(DIRECTOR), **WHY)

    assert Case.objects.get(pk=case.content.finding_id).state == FindingState.DROPPED


def test_a_plan_is_returned_with_a_reason_and_ends_with_a_word() -> None:
    staff, director = a_post(STAFF), a_post(DIRECTOR)
    plan = draft_plan(acting(staff), timezone.localdate().year, items=[an_item()])
    engine.perform(plan.case, "submit", acting(staff))
    with pytest.raises(RefusedError):
        engine.perform(plan.case, "return", acting(director))
    assert engine.perform(plan.case, "return", acting(director), **WHY).state == PlanState.DRAFT

    amend_plan(acting(staff), plan, "按退回的意见改写", [an_item()])
    engine.perform(plan.case, "submit", acting(staff))
    engine.perform(plan.case, "approve", acting(director))

    assert engine.perform(plan.case, "end", acting(director), opinion="七项督察全部完成").state == PlanState.ENDED
