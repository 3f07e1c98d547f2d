"""After a step one reads whose turn it is: one's own with its task, another's by name, or nobody's."""

from __future__ import annotations

import pytest

from casework.models import Case
from casework.views.steps import comes_next
from inspections.enums import CampaignState
from organizations.enums import Role
from rectification.enums import State
from tests.factories import Cast, a_campaign, a_post, a_rectification, acting

pytestmark = pytest.mark.django_db


def test_ones_own_turn_names_the_task() -> None:
    case = a_rectification(State.PLAN)

    assert comes_next(case, Cast(case)(Role.UNIT_LIAISON)) == "接着由您办：编制整改方案并送签。"


def test_anothers_turn_names_the_hands() -> None:
    case = a_rectification(State.PLAN)

    assert comes_next(case, acting(a_post(Role.OFFICE_STAFF))) == f"现在在{case.unit} · 单位联络员手上。"


def test_what_has_ended_is_in_nobodys_hands() -> None:
    case = a_rectification(State.CLOSED)

    assert comes_next(case, acting(a_post(Role.OFFICE_STAFF))) == "本件已办结。"


def test_who_is_at_work_while_nobody_is_asked() -> None:
    finding = Case.objects.get(pk=a_rectification(State.SIGN).content.finding_id)

    assert comes_next(finding, acting(a_post(Role.OFFICE_STAFF))) == "现在各责任单位正在整改。"


@pytest.mark.parametrize("state", [CampaignState.PREPARING, CampaignState.FIELDWORK, CampaignState.FEEDBACK])
@pytest.mark.parametrize("role", [Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR])
def test_no_sentence_ends_before_it_said_whose_turn_it_is(state: CampaignState, role: Role) -> None:
    case = Case.objects.get(pk=a_campaign(state).pk)

    assert "：。" not in comes_next(case, acting(a_post(role)))
