"""After a step one reads whose turn it is: one's own with its task, another's by name, or nobody's."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from casework.models import Case
from casework.pages.hands import leads_to
from casework.views.steps import comes_next
from casework.workflow import engine
from casework.workflow.circuits import circuit_of
from inspections.enums import CampaignState, FindingState
from inspections.workflow.holders import the_office
from organizations.enums import Role
from rectification.enums import State
from tests.factories import Cast, a_campaign, a_finding, a_post, a_rectification, acting

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


# ---------- 提交后谁会收到: beside every button, before it is pressed ----------


def test_the_form_says_who_will_hold_it_and_who_is_told() -> None:
    """By hand, from docs/rights.csv (交给) and docs/domain/process.md 2.4; the histories hold all other steps."""
    case = a_rectification(State.FINAL_REVIEW)
    people, unit, office = Cast(case), f"{case.unit}（单位主要负责人、单位联络员）", f"{the_office()}"

    said = {
        (name, role): leads_to(Case.objects.get(pk=case.pk), circuit_of(case).by_name[name], people(role))
        for name, role in (
            ("verify", Role.OFFICE_STAFF), ("send_back", Role.OFFICE_STAFF), ("close", Role.OFFICE_DIRECTOR),
            ("report_progress", Role.UNIT_LIAISON),
        )
    }  # fmt: skip

    assert said == {
        ("verify", Role.OFFICE_STAFF): f"办理后是“待销号审定”，在{office} · 依法治市办负责人手上。",
        ("send_back", Role.OFFICE_STAFF): f"办理后是“退回补充”，在{case.unit} · 单位联络员手上；知悉：{unit}。",
        ("close", Role.OFFICE_DIRECTOR): f"办理后本件“已销号”；知悉：{unit}。",
        ("report_progress", Role.UNIT_LIAISON): f"办理后仍在{office} · 法治督察科经办手上。",
    }


def test_what_a_step_brings_about_is_said_too() -> None:
    finding, disputed = a_finding(FindingState.CONFIRMED).case, a_rectification(State.CLAIM)
    engine.perform(disputed, "dispute", Cast(disputed)(Role.UNIT_LIAISON), reason="文书已补正")
    disputed = Case.objects.get(pk=disputed.pk)
    staff, director = acting(a_post(Role.OFFICE_STAFF)), acting(a_post(Role.OFFICE_DIRECTOR))

    fed_back = leads_to(finding, circuit_of(finding).by_name["feed_back"], staff)
    reassigned = leads_to(disputed, circuit_of(disputed).by_name["reassign"], director)

    assert f"知悉：{finding.unit}（单位主要负责人、单位联络员）；在“抄告”中选定的单位也会收到。" in fed_back
    assert reassigned.endswith("在“改派给”中选定的单位也会收到。")


@pytest.mark.parametrize(
    ("state", "n"),
    [(State.SIGN, 2), (State.CLAIM, 8), (State.PLAN, 0), (State.REMEDYING, 5), (State.FINAL_REVIEW, 2)],
)
def test_every_button_has_it_beside_it_on_the_page_and_on_the_form(state: State, n: int, signed_in: Any) -> None:
    """`n`: how many buttons the four of them together can press."""
    case = a_rectification(state)
    people, pressed = Cast(case), 0

    for role in (Role.UNIT_LIAISON, Role.UNIT_HEAD, Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR):
        window = signed_in(people(role))
        page = window.get(case.get_absolute_url()).content.decode()
        for address, described in re.findall(r'<a class="btn [^>]*?/steps/(\w+)/"[^>]*?="to-(\w+)"', page):
            said = re.search(rf'id="to-{described}">(办理后[^<]+。)<', page)
            assert address == described
            assert said is not None, (state, role, address)
            form = window.get(reverse("step", args=[case.pk, address])).content.decode()
            assert f'id="id-leads">{said[1]}<' in form
            assert 'aria-describedby="id-leads"' in form
            pressed += 1

    assert pressed == n
