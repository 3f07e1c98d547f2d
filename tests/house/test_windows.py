"""What each role has before it: pages with something for it, no working papers of others, sheets of its own alone.

Who may is written here a second time, from docs/domain/dictionaries.md 9.13.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from casework import kinds
from casework.enums import Capacity
from casework.models import Case, Grant
from inspections.enums import CampaignState, FindingState
from organizations.enums import BUSINESS, Role
from tests.factories import a_campaign, a_finding, acting
from tests.house.world import TODAY, World, signed_in

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
TAKE_SHEETS = {Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF, Role.UNIT_HEAD, Role.UNIT_LIAISON}
READ_DRAFTS = {Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF, Role.TEAM_LEADER, Role.TEAM_MEMBER}
BARS = {
    Role.INDUSTRY_REVIEWER: ["首页", "反馈", "整改台账"],
    Role.GROUP_MEMBER: ["首页", "督察", "问题", "整改台账"],
    Role.EXPERT: ["首页", "问题", "整改台账"],
    Role.DISCIPLINE_CONTACT: ["首页", "反馈"],
    Role.HOTLINE_CLERK: ["首页"],
}
OWN_WORDS = {
    Role.GROUP_MEMBER: "征求本小组意见时",
    Role.EXPERT: "请您出具意见时",
    Role.DISCIPLINE_CONTACT: "抄告市纪委监委的督察反馈",
    Role.HOTLINE_CLERK: "12345 热线工单",
}
CONFIRMED = {FindingState.CONFIRMED, FindingState.FED_BACK}


def lists() -> list[str]:
    return ["awaiting", "not_yet", "waiting", "search", *(spec.listing.url_name for spec in kinds.all_kinds())]


@pytest.mark.once(reason="who may is a set of roles in Python; sheets are written on both by test_exports.py")
def test_sheets_are_made_for_the_office_and_the_units_alone(world: World) -> None:
    wrong = []
    for role in sorted(BUSINESS):
        client = world.clients[role]
        for name in lists():
            page = client.get(reverse(name))
            if page.status_code == 404:
                continue
            for asked in ("xlsx",) if role in TAKE_SHEETS else ("xlsx", "print", "blank"):
                answer = client.get(reverse(name), {"export": asked})
                is_sheet = "spreadsheet" in answer["Content-Type"]
                if role not in TAKE_SHEETS and (is_sheet or answer.status_code != 409):
                    wrong.append(f"{role} {name} {asked}: {answer.status_code}")
                if role in TAKE_SHEETS and not is_sheet:
                    wrong.append(f"{role} {name}: no sheet")
            if role not in TAKE_SHEETS and "export=" in page.content.decode():
                wrong.append(f"{role} {name}: offers a sheet")

    assert wrong == []


@pytest.mark.parametrize("state", [state for state in FindingState if state not in {"closed", "dropped"}])
def test_a_working_paper_is_read_by_those_who_write_and_confirm_it_alone(world: World, state: FindingState) -> None:
    case = a_finding(state, campaign=world.own.campaign, unit=world.own.unit).case
    for unit in {world.posts[role].unit for role in BUSINESS - READ_DRAFTS}:
        Grant.objects.create(case=case, unit=unit, capacity=Capacity.ADVISE, from_on=TODAY())

    reading = {r for r in BUSINESS if Case.objects.visible_to(acting(world.posts[r])).filter(pk=case.pk).exists()}
    opening = {r for r in BUSINESS if world.clients[r].get(case.get_absolute_url()).status_code == 200}

    assert reading == opening == (set(BUSINESS) if state in CONFIRMED else READ_DRAFTS)


@pytest.mark.parametrize("state", [state for state in CampaignState if state != "cancelled"])
def test_a_campaign_is_read_by_outsiders_from_its_approval_on(world: World, state: CampaignState) -> None:
    """The group that leads a team, a lawyer who helps it: whom it inspects is told when it is approved."""
    case = a_campaign(state).case
    outsiders = {Role.GROUP_MEMBER, Role.EXPERT}
    for role in outsiders:
        Grant.objects.create(case=case, unit=world.posts[role].unit, capacity=Capacity.ADVISE, from_on=TODAY())

    reading = {r for r in outsiders if Case.objects.visible_to(acting(world.posts[r])).filter(pk=case.pk).exists()}

    assert reading == (set() if state in {CampaignState.PREPARING, CampaignState.APPROVAL} else outsiders)


@pytest.mark.parametrize("role", sorted(BARS))
def test_the_bar_of_an_outsider_leads_to_pages_with_something_for_him(world: World, role: Role) -> None:
    home = world.clients[role].get("/")

    assert [item["label"] for item in home.context["nav"]] == BARS[role]
    for item in home.context["nav"]:
        assert world.clients[role].get(item["url"]).status_code == 200


@pytest.mark.parametrize("role", sorted(OWN_WORDS))
def test_an_empty_first_page_speaks_to_its_reader(world: World, role: Role) -> None:
    page = signed_in(world.posts[role]).get("/").content.decode()

    assert OWN_WORDS[role] in page
    for others in set(OWN_WORDS.values()) - {OWN_WORDS[role]}:
        assert others not in page
    assert "组建督察组" not in page


def test_whoever_has_no_page_of_cases_is_offered_none(world: World) -> None:
    page = world.clients[Role.HOTLINE_CLERK].get("/").content.decode()

    for name in ("search", "notices", "waiting", "feedbacks", "rectifications", "documents"):
        assert f'"{reverse(name)}' not in page
