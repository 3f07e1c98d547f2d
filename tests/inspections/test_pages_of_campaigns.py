"""The pages of plans and campaigns: items, units, teams and feeding back, each on one page."""

from __future__ import annotations

from typing import Any

import pytest

from casework.models import Case
from inspections import services
from inspections.enums import FindingState
from inspections.models import AnnualPlan
from tests.factories import UnitFactory, a_campaign, a_finding
from tests.inspections.people import a_draft_campaign, a_group, a_person, a_team_of, days, staff

pytestmark = pytest.mark.django_db


def test_units_and_teams_are_arranged_on_one_page(signed_in: Any) -> None:
    campaign, one, two = a_draft_campaign(), UnitFactory(), UnitFactory()
    team = a_team_of(campaign, one)
    seen = Case.objects.get(pk=campaign.pk).last_seq

    answer = signed_in(staff()).post(
        f"/campaigns/{campaign.pk}/units/",
        {"seen": seen, f"in-{two.pk}": "on", f"team-{two.pk}": team.pk, "do": "save"},
    )

    assert answer.status_code == 302
    assert [(placed.unit, placed.team) for placed in campaign.units.all()] == [(two, team)]


def test_a_team_of_another_campaign_is_no_choice(signed_in: Any) -> None:
    campaign, unit = a_draft_campaign(), UnitFactory()
    a_team_of(campaign, unit)
    foreign = a_team_of(a_draft_campaign(), UnitFactory())
    seen = Case.objects.get(pk=campaign.pk).last_seq

    answer = signed_in(staff()).post(
        f"/campaigns/{campaign.pk}/units/", {"seen": seen, f"in-{unit.pk}": "on", f"team-{unit.pk}": foreign.pk}
    )

    assert (answer.status_code, campaign.units.get().team.campaign_id) == (422, campaign.pk)


def test_all_units_and_four_teams_by_two_buttons(signed_in: Any) -> None:
    for name in ("立法", "执法", "司法", "守法普法"):
        a_group(f"{name}协调小组")
    campaign, units = a_draft_campaign(), [UnitFactory() for _ in range(8)]
    client = signed_in(staff())

    for button in ("all", "four"):
        sent = {"seen": Case.objects.get(pk=campaign.pk).last_seq, "do": button} | {
            f"in-{unit.pk}": "on" for unit in units
        }
        client.post(f"/campaigns/{campaign.pk}/units/", sent)

    assert [team.units.count() for team in campaign.teams.all()] == [2, 2, 2, 2]


def test_members_are_named_and_an_unknown_name_is_said(signed_in: Any) -> None:
    campaign, person = a_draft_campaign(), a_person(UnitFactory(short_name="市司法局"))
    seen = Case.objects.get(pk=campaign.pk).last_seq
    sent = {
        "seen": seen,
        "name": "第一督察组",
        "group": "",
        "seats-TOTAL_FORMS": "1",
        "seats-INITIAL_FORMS": "0",
        "seats-0-duty": "leader",
        "seats-0-from_unit": "",
    }
    client = signed_in(staff())

    refused = client.post(f"/campaigns/{campaign.pk}/teams/new/", sent | {"seats-0-user": "查无此人"})
    taken = client.post(f"/campaigns/{campaign.pk}/teams/new/", sent | {"seats-0-user": f"{person.name}（市司法局）"})

    assert "没有找到“查无此人”，请从列表中选" in refused.content.decode()
    assert (taken.status_code, [member.post.user for member in campaign.teams.get().members.all()]) == (302, [person])


def test_a_recusal_is_said_on_the_form_and_what_was_chosen_comes_back(signed_in: Any) -> None:
    campaign, unit = a_draft_campaign(), UnitFactory(short_name="环县")
    team = services.form_team(staff(), campaign, "第一督察组", seats=[services.Seat(a_person(unit), "leader")])
    seen = Case.objects.get(pk=campaign.pk).last_seq

    answer = signed_in(staff()).post(
        f"/campaigns/{campaign.pk}/units/", {"seen": seen, f"in-{unit.pk}": "on", f"team-{unit.pk}": team.pk}
    )

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "应当回避环县" in body
    assert f'<option value="{team.pk}" selected>' in body


def test_a_plan_with_two_items_in_one_form(signed_in: Any) -> None:
    items = {
        f"items-{n}-{name}": value
        for n, title in enumerate(("甲督察", "乙督察"))
        for name, value in {
            "title": title,
            "kind": "ZX",
            "from_on": days(0).isoformat(),
            "to_on": days(0).isoformat(),
        }.items()
    }
    client = signed_in(staff())

    answer = client.post(
        "/plans/new/",
        {
            "year": days(0).year,
            "purpose": "",
            "items-TOTAL_FORMS": "3",
            "items-INITIAL_FORMS": "0",
            "items-2-kind": "ZX",
        }
        | items,
    )

    plan = AnnualPlan.objects.get()
    assert (answer.url, [item.title for item in plan.items.all()]) == (plan.get_absolute_url(), ["甲督察", "乙督察"])


def test_findings_are_fed_back_by_unit_on_one_page(signed_in: Any) -> None:
    one, two = UnitFactory(), UnitFactory()
    campaign = a_campaign(units=[one, two])
    for unit in (one, two):
        a_finding(FindingState.CONFIRMED, campaign=campaign, unit=unit)

    signed_in(staff()).post(f"/campaigns/{campaign.pk}/feed-back/", {"units": [one.pk]})

    assert dict(Case.objects.of_kind("finding").values_list("unit", "state")) == {
        one.pk: "fed_back",
        two.pk: "confirmed",
    }


def test_feeding_back_nothing_is_said(signed_in: Any) -> None:
    finding = a_finding(FindingState.CONFIRMED)

    answer = signed_in(staff()).post(f"/campaigns/{finding.case.within_id}/feed-back/", {})

    assert (answer.status_code, "还没有选单位" in answer.content.decode()) == (422, True)
