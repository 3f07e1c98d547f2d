"""日常督察: what is found outside every campaign (docs/decisions/0021)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from casework.models import Case
from casework.workflow import engine
from inspections import services
from inspections.enums import CampaignState, FindingState, Kind, Method
from inspections.models import Campaign, Citation
from organizations.enums import Role
from organizations.models import Unit
from rectification.enums import RECTIFICATION
from tests.factories import (
    BasisFactory,
    TopicFactory,
    UnitFactory,
    a_campaign,
    a_finding,
    a_post,
    acting,
    an_actor,
    attach,
    the_office,
)
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
TEXT = "抽查执法案卷 20 份，其中 3 份未经法制审核即作出处罚决定。"


@pytest.fixture(autouse=True)
def _friday() -> Any:
    with time_machine.travel("2026-11-27 09:00:00+08:00", tick=False):
        the_office()
        yield


def logged(unit: Unit, text: str = TEXT, on: date | None = None) -> Case:
    on = on or date(2026, 11, 27)
    staff = an_actor(Role.OFFICE_STAFF)
    made = services.log_finding(
        staff, services.routine_of(on.year), unit, statement=text, method=Method.FILES, discovered_on=on,
        topic=TopicFactory(),
    )  # fmt: skip
    card: Case = made.case
    return card


def test_the_first_finding_opens_the_years_campaign_and_the_next_ones_use_it() -> None:
    one, two = UnitFactory(), UnitFactory()

    cards = [logged(one), logged(two), logged(one, "另一个问题，抽查 5 份。")]

    campaign = Campaign.objects.get(is_routine=True)
    assert (campaign.case.number, campaign.case.title) == ("QYFD-2026-RC01", "2026 年日常督察")
    assert campaign.case.state == CampaignState.FIELDWORK
    assert [card.number for card in cards] == [f"QYFD-2026-RC01-000{n}" for n in (1, 2, 3)]
    assert {card.within_id for card in cards} == {campaign.pk}
    assert set(campaign.units.values_list("unit", flat=True)) == {one.pk, two.pk}
    assert [event.name for event in campaign.case.events.order_by("seq")] == ["open", "units", "keep_routine", "units"]


def test_a_routine_finding_is_fed_back_like_any_other() -> None:
    card = logged(UnitFactory())
    author = acting(card.events.get(seq=1).post)
    Citation.objects.create(finding=card.content, basis=BasisFactory(), article="第五十八条")
    attach(card, author)

    engine.perform(card, "submit_to_office", author)
    engine.perform(card, "confirm", an_actor(Role.OFFICE_STAFF))
    services.feed_back_unit(an_actor(Role.OFFICE_STAFF), card.within.content, card.unit)

    rectification = Case.objects.get(kind=RECTIFICATION)
    assert Case.objects.get(pk=card.pk).state == FindingState.FED_BACK
    assert (rectification.number, rectification.within_id) == (card.number, card.within_id)


def test_a_finding_without_a_team_has_no_review_by_one(signed_in: Any) -> None:
    """Neither on the line of its progress nor among what is offered; returned, it comes back to the office."""
    card = logged(UnitFactory())
    author, other = acting(card.events.get(seq=1).post), an_actor(Role.OFFICE_STAFF)
    Citation.objects.create(finding=card.content, basis=BasisFactory(), article="第五十八条")
    attach(card, author)

    page = signed_in(author).get(card.get_absolute_url())

    assert [m.label for m in page.context["road"]] == ["底稿", "待办公室确认", "待反馈", "整改中", "已销号"]
    assert [act.label for act in page.context["offers"]] == ["报办公室确认", "作废底稿"]
    engine.perform(card, "submit_to_office", author)
    engine.perform(card, "return_to_author", other, reason="依据写得不完整")
    back = Case.objects.get(pk=card.pk)
    assert (back.state, back.holder_unit_id, back.holder_role) == (FindingState.DRAFT, author.unit_id, author.role)


def test_a_finding_of_a_team_is_reviewed_by_it_first(signed_in: Any) -> None:
    finding = a_finding()

    page = signed_in(an_actor(Role.OFFICE_STAFF)).get(finding.case.get_absolute_url())

    assert [m.label for m in page.context["road"]][:3] == ["底稿", "组内审核", "待办公室确认"]
    assert "报办公室确认" not in page.content.decode()


def test_the_year_is_that_of_the_day_it_was_found() -> None:
    with time_machine.travel("2027-01-08 09:00:00+08:00", tick=False):
        cards = [logged(UnitFactory(), on=on) for on in (date(2026, 12, 30), date(2027, 1, 4))]

    assert [card.number for card in cards] == ["QYFD-2026-RC01-0001", "QYFD-2027-RC01-0001"]


def test_a_year_long_over_takes_nothing_more() -> None:
    with time_machine.travel("2027-03-08 09:00:00+08:00", tick=False), pytest.raises(DomainError) as refused:
        logged(UnitFactory(), on=date(2026, 12, 30))

    assert refused.value.message == "2026 年的日常督察已经结束，发现日期请填今年的"
    assert Campaign.objects.count() == 0


def test_the_office_chooses_between_campaigns_and_routine_and_teams_do_not(client: Client) -> None:
    running = a_campaign()
    a_campaign(CampaignState.ENDED)
    member = running.teams.get().members.get(duty="member").post

    office, team = (services.campaigns_offered(actor) for actor in (an_actor(Role.OFFICE_STAFF), acting(member)))

    assert [(row.pk, row.case.title) for row in office] == [(running.pk, running.case.title), (None, "2026 年日常督察")]
    assert [row.pk for row in team] == [running.pk]
    client.force_login(member.user)
    assert client.get(reverse("inspections:new_finding"), {"campaign": "routine"}).status_code == 404


def test_a_form_opened_before_somebody_else_was_first_is_still_accepted(client: Client) -> None:
    unit = UnitFactory()
    client.force_login(a_post(Role.OFFICE_STAFF).user)
    address = reverse("inspections:new_finding") + "?campaign=routine"
    assert "2026 年日常督察" in client.get(address).content.decode()
    logged(unit)

    answer = client.post(address, {
        "unit": unit.pk, "method": "CY", "discovered_on": "2026-11-27", "statement": "未公示执法结果 4 件。",
        "severity": 1, "rectify_type": "R2", "source": "on_site", "do": "keep",
        "citations-TOTAL_FORMS": 0, "citations-INITIAL_FORMS": 0,
    })  # fmt: skip

    assert answer.status_code == 302
    assert Case.objects.filter(kind=Kind.FINDING, within__campaign__is_routine=True).count() == 2


def test_nobody_takes_the_step_that_opens_it_by_hand() -> None:
    from tests.inspections.people import a_draft_campaign

    case = a_draft_campaign().case

    for role in Role:
        assert "keep_routine" not in [offer.transition.name for offer in case_offers(case, role)]


def case_offers(case: Case, role: Role) -> Any:
    from casework.workflow.circuits import circuit_of

    return circuit_of(case).offers(case, an_actor(role))
