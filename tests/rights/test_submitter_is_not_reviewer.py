"""提交人≠审核人 (docs/domain/process.md 2.4).

Who handed it in and has meanwhile come to the office leaves it to another, and reads why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from casework.errors import RefusedError
from casework.models import Case
from casework.workflow import engine
from clues.services import register_clue
from inspections.enums import CampaignState
from inspections.services import draft_plan
from organizations.enums import Role
from organizations.models import Post
from rectification.enums import State
from tests.factories import Cast, UnitFactory, a_campaign, a_post, a_rectification, acting, prepare
from tests.inspections.test_plans_and_campaigns import an_item
from tests.rectification.scenes import in_days

pytestmark = pytest.mark.django_db
L, H, S, D = Role.UNIT_LIAISON, Role.UNIT_HEAD, Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR
Submitted = tuple[Case, Post]


def disputed() -> Submitted:
    case = a_rectification(State.CLAIM)
    people = Cast(case)
    return engine.perform(case, "dispute", people(L), reason="非本单位职责"), people.posts[L]


def plan_signed() -> Submitted:
    case = a_rectification(State.PLAN)
    people = Cast(case)
    prepare(case, "submit_plan", people(H))
    return engine.perform(case, "submit_plan", people(H), commitment=True), people.posts[H]


def extension_asked() -> Submitted:
    case = a_rectification(State.REMEDYING)
    people = Cast(case)
    case = engine.perform(case, "ask_extension", people(L), asked_due_on=in_days(100), reason="汛期停工")
    return engine.perform(case, "sign_extension", people(H), commitment=True), people.posts[L]


def clue_reported() -> Submitted:
    campaign, staff = a_campaign(), a_post(S)
    unit = campaign.units.get().unit
    clue = register_clue(
        acting(staff), campaign=campaign, unit=unit, title="占道", content="占道施工", source="hotline"
    )
    engine.perform(clue.case, "transfer", acting(staff))
    liaison = a_post(L, unit)
    return engine.perform(clue.case, "report", acting(liaison), handling="已整改"), liaison


def plan_submitted() -> Submitted:
    staff = a_post(S)
    plan = draft_plan(acting(staff), timezone.localdate().year, items=[an_item()])
    return engine.perform(plan.case, "submit", acting(staff)), staff


def campaign_submitted() -> Submitted:
    staff = a_post(S)
    return engine.perform(a_campaign(CampaignState.PREPARING).case, "submit", acting(staff)), staff


DISPUTE = "异议由您提出，须由其他人员裁决"
ROWS: list[tuple[str, Callable[[], Submitted], Role, dict[str, Any], str]] = [
    ("uphold_dispute", disputed, D, {"reason": "确非其职责"}, DISPUTE),
    ("reassign", disputed, D, {"reason": "应由县局办", "new_due_on": in_days(60), "new_unit": None}, DISPUTE),
    ("approve_plan", plan_signed, S, {}, "本方案由您签字报送，须由其他人员审核"),
    ("grant_extension", extension_asked, D, {"granted_due_on": in_days(100)}, "本次延期由您申请，须由其他人员审批"),
    ("verify", clue_reported, S, {"opinion": "属实"}, "本件由您报送办结，须由其他人员核查"),
    ("approve", plan_submitted, D, {}, "本件由您报请审定，须由其他人员审定"),
    ("approve", campaign_submitted, D, {}, "本件由您报请审定，须由其他人员审定"),
]


@pytest.mark.parametrize(
    ("name", "submitted", "role", "given", "sentence"), ROWS, ids=[f"{r[0]}-{r[1].__name__}" for r in ROWS]
)
def test_who_handed_it_in_leaves_it_to_another(
    name: str, submitted: Callable[[], Submitted], role: Role, given: dict[str, Any], sentence: str
) -> None:
    case, submitter = submitted()
    if "new_unit" in given:
        given = given | {"new_unit": UnitFactory()}
    Post.objects.filter(user=submitter.user).update(to_on=in_days(-1))  # gone from the unit: nothing else is in his way
    in_office = a_post(role, user=submitter.user)

    with pytest.raises(RefusedError) as refused:
        engine.perform(case, name, acting(in_office), **given)
    assert refused.value.reasons == [sentence]
    assert Case.objects.get(pk=case.pk).last_seq == case.last_seq

    assert engine.perform(case, name, acting(a_post(role)), **given).last_seq == case.last_seq + 1
