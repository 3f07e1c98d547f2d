"""督察反馈: one issue a unit, signed for and copied; who sees what of it, and what the office sees on the campaign."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from casework.deadlines.working_days import add_workdays
from casework.errors import NotPermittedError
from casework.models import Case, Notice, StepLimit
from casework.pages import bar
from casework.workflow import engine, trail
from inspections.enums import FindingState, Source
from inspections.services import feed_back_unit
from organizations.actor import Actor
from organizations.enums import Role, UnitCategory
from rectification.enums import State
from tests.factories import UnitFactory, a_campaign, a_finding, a_post, acting, an_actor

pytestmark = pytest.mark.django_db
L, S = Role.UNIT_LIAISON, Role.OFFICE_STAFF
TODAY = timezone.localdate


class Fed:
    """A campaign with two units: one got two findings, the other one, with a copy to 市纪委监委 and a department."""

    def __init__(self) -> None:
        StepLimit.objects.update_or_create(kind="rectification", state=State.SIGN, defaults={"n": 3, "unit": "workday"})
        StepLimit.objects.update_or_create(kind="rectification", state=State.PLAN, defaults={"n": 30, "unit": "day"})
        self.one, self.two = UnitFactory(), UnitFactory()
        self.campaign = a_campaign(units=[self.one, self.two])
        self.helper = UnitFactory()
        for unit, more in (
            (self.one, {"statement": "底稿里的全文甲"}),
            (self.one, {"statement": "自查出来的全文乙", "source": Source.SELF_CHECK, "title": "自查的题目"}),
            (self.two, {}),
        ):
            a_finding(FindingState.CONFIRMED, campaign=self.campaign, unit=unit, **more)
        self.discipline = a_post(Role.DISCIPLINE_CONTACT, UnitFactory(category=UnitCategory.CONSULTED))
        self.department = a_post(L)
        self.liaison = a_post(L, self.one)
        copied = [self.discipline.unit, self.department.unit]
        for unit in (self.one, self.two):
            feed_back_unit(an_actor(S), self.campaign, unit, copied_to=copied if unit == self.one else ())

    def issue(self, unit: Any) -> Case:
        return Case.objects.get(kind="feedback", unit=unit)

    def cards(self, unit: Any) -> list[Case]:
        return list(Case.objects.filter(kind="rectification", unit=unit).order_by("pk"))


@pytest.fixture(scope="module")
def fed(made_once: Any) -> Fed:
    return made_once(Fed)  # type: ignore[no-any-return]


def test_all_of_a_unit_comes_in_one_issue_with_its_number_and_its_day(fed: Fed) -> None:
    one, two = fed.issue(fed.one), fed.issue(fed.two)

    assert [card.content.feedback for card in fed.cards(fed.one)] == [one, one]
    assert [card.content.feedback for card in fed.cards(fed.two)] == [two]
    number = fed.campaign.case.number
    assert (one.number, two.number) == (f"{number}-FK01", f"{number}-FK02")
    assert (one.state, one.due_on, one.holder_role) == ("sent", add_workdays(TODAY(), 3), L)


def test_what_is_signed_for_as_a_whole_stands_once_in_the_queue(fed: Fed, signed_in: Any) -> None:
    issue, (one, other) = fed.issue(fed.one), fed.cards(fed.one)
    queue = lambda: set(Case.objects.awaiting(acting(fed.liaison)).order_by().values_list("pk", flat=True))
    assert (queue(), bar.counts(acting(fed.liaison))["waiting"]) == ({issue.pk}, 1)
    page = signed_in(acting(fed.liaison)).get(one.get_absolute_url()).content.decode()
    assert ("一并办理：签收整改任务" in page, issue.get_absolute_url() in page) == (True, True)

    engine.perform(one, "sign", acting(fed.liaison))

    assert queue() == {issue.pk, one.pk}
    engine.perform(issue, "sign", acting(fed.liaison))
    assert queue() == {one.pk, other.pk}


def test_the_unit_signs_once_for_all_of_it(fed: Fed, signed_in: Any) -> None:
    issue, actor = fed.issue(fed.one), acting(fed.liaison)
    engine.perform(issue, "sign", actor)

    assert [card.state for card in fed.cards(fed.one)] == [State.CLAIM, State.CLAIM]
    signed = Case.objects.get(pk=issue.pk)
    assert (signed.state, signed.is_open, signed.closed_on) == ("signed", False, TODAY())
    page = signed_in(actor).get(issue.get_absolute_url())
    assert (page.context["signed"].post, page.context["runs_from"]) == (fed.liaison, TODAY())
    assert page.context["plan_by"] >= TODAY() + timedelta(30)
    assert list(trail.verify(Case.objects.filter(pk=issue.pk))) == []


def test_what_is_signed_for_one_by_one_is_signed_for_in_the_end(fed: Fed) -> None:
    first, second = fed.cards(fed.one)
    engine.perform(first, "sign", acting(fed.liaison))
    assert fed.issue(fed.one).state == "sent"

    engine.perform(second, "sign", acting(fed.liaison))

    assert fed.issue(fed.one).state == "signed"


def test_the_office_sees_on_the_campaign_who_has_not_signed(fed: Fed, signed_in: Any) -> None:
    office = signed_in(an_actor(S))
    address = fed.campaign.case.get_absolute_url()
    before = list(office.get(address).context["unsigned"])
    engine.perform(fed.issue(fed.one), "sign", acting(fed.liaison))

    assert {card.unit for card in before} == {fed.one, fed.two}
    assert [card.unit for card in office.get(address).context["unsigned"]] == [fed.two]


@pytest.mark.parametrize("who", ["discipline", "department"])
def test_a_copied_body_sees_the_list_and_nothing_behind_it(fed: Fed, signed_in: Any, who: str) -> None:
    post = getattr(fed, who)
    browser, issue = signed_in(acting(post)), fed.issue(fed.one)
    engine.perform(issue, "sign", acting(fed.liaison))
    shown = [browser.get(issue.get_absolute_url()), browser.get(f"/feedbacks/{issue.pk}/print/")]

    assert Notice.objects.filter(post=post, case=issue).count() == 1
    for page in shown:
        words = page.content.decode()
        assert "自查的题目" in words
        assert "底稿里的全文甲" not in words
        assert fed.liaison.user.name not in words
    for card in (*fed.cards(fed.one), *(card.content.finding.case for card in fed.cards(fed.one)), fed.issue(fed.two)):
        assert browser.get(card.get_absolute_url()).status_code == 404
    mine = Case.objects.visible_to(acting(post))
    assert list(mine) == [issue]


def test_the_unit_reads_the_whole_text_and_its_own_findings_apart(fed: Fed, signed_in: Any) -> None:
    page = signed_in(acting(fed.liaison)).get(fed.issue(fed.one).get_absolute_url())

    assert [item.statement for item in page.context["items"]] == ["底稿里的全文甲"]
    assert [item.statement for item in page.context["self_found"]] == ["自查出来的全文乙"]
    assert signed_in(acting(a_post(L, fed.two))).get(fed.issue(fed.one).get_absolute_url()).status_code == 404


def test_a_body_is_told_once_however_often_it_is_named(fed: Fed) -> None:
    issue, body = fed.issue(fed.one), fed.department
    engine.perform(issue, "copy", an_actor(S), copied_to=[body.unit])

    assert issue.grants.filter(unit=body.unit).count() == 1


def test_all_units_of_a_campaign_are_fed_back_at_once(signed_in: Any) -> None:
    units = [UnitFactory(), UnitFactory()]
    campaign = a_campaign(units=units)
    for unit in units:
        a_finding(FindingState.CONFIRMED, campaign=campaign, unit=unit)
    body = UnitFactory()
    browser = signed_in(an_actor(S))
    address = f"/campaigns/{campaign.pk}/feed-back/"
    browser.post(address, {"all": "1", "copied_to": [body.pk]})

    issues = Case.objects.filter(kind="feedback", within=campaign.case)
    assert {issue.unit for issue in issues} == set(units)
    assert {grant.unit for issue in issues for grant in issue.grants.all()} == {body}


def test_a_second_feedback_on_a_later_day_is_an_issue_of_its_own(fed: Fed) -> None:
    Case.objects.filter(pk=fed.issue(fed.one).pk).update(opened_on=TODAY() - timedelta(9))
    late = a_finding(FindingState.CONFIRMED, campaign=fed.campaign, unit=fed.one)
    feed_back_unit(an_actor(S), fed.campaign, fed.one)

    issues = Case.objects.filter(kind="feedback", unit=fed.one).order_by("pk")
    assert [issue.fed_back.count() for issue in issues] == [2, 1]
    assert issues[1].fed_back.get().finding == late


def test_nobody_else_signs_or_copies(fed: Fed) -> None:
    issue = fed.issue(fed.one)
    strangers: list[tuple[Actor, str]] = [
        (acting(a_post(L, fed.two)), "sign"),
        (acting(fed.department), "sign"),
        (acting(fed.liaison), "copy"),
        (an_actor(Role.CITY_LEADER, UnitFactory(category=UnitCategory.LEADERS)), "sign"),
    ]
    for actor, step in strangers:
        with pytest.raises(NotPermittedError):
            engine.perform(issue, step, actor, copied_to=[fed.two])
    assert Case.objects.get(pk=issue.pk).last_seq == issue.last_seq
