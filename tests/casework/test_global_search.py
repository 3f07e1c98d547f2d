"""The search of everything: what it says of a row, by kind, as a sheet, and nothing twice."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from casework.models import Case
from inspections import services
from inspections.enums import FindingState, Kind
from inspections.filters import FindingFilter
from inspections.models import Campaign
from organizations.enums import Role
from rectification.enums import RECTIFICATION, State
from tests.factories import UnitFactory, a_campaign, a_finding, a_post, acting, an_actor

pytestmark = pytest.mark.django_db
TEXT = "抽查执法案卷 20 份，其中 3 份未经法制审核。"


@pytest.fixture
def found(client: Client) -> list[Case]:
    """A finding that is followed up, and one that is not yet."""
    client.force_login(a_post(Role.OFFICE_STAFF).user)
    cards = [a_finding(state, statement=TEXT).case for state in (FindingState.FED_BACK, FindingState.CONFIRMED)]
    followed, waiting = cards
    return [followed, Case.objects.get(rectification__finding=followed.pk), waiting]


def rows(client: Client, **asked: str) -> set[Case]:
    return set(client.get(reverse("search"), {"q": "法制审核", **asked}).context["rows"])


def test_what_is_followed_up_stands_once_and_by_kind_as_itself(client: Client, found: list[Case]) -> None:
    followed, rectification, waiting = found

    assert rows(client) == {rectification, waiting}
    assert rows(client, kind=Kind.FINDING) == {followed, waiting}
    assert rows(client, kind=RECTIFICATION) == {rectification}


def test_what_is_late_is_found_by_the_word_of_its_kind_and_its_row_says_so(client: Client, found: list[Case]) -> None:
    _, rectification, waiting = found
    day = timezone.localdate() - timedelta(3)
    Case.objects.filter(pk__in=[rectification.pk, waiting.pk]).update(due_on=day)

    page = client.get(reverse("search"), {"q": "法制审核", "going": "late_rectification"})

    assert set(page.context["rows"]) == {rectification}
    assert "整改逾期 3 日" in page.content.decode()
    for state, is_open in ((State.SUSPENDED, True), (State.LONG_TERM, True)):
        Case.objects.filter(pk=rectification.pk).update(state=state, is_open=is_open)
        assert rows(client, going="late_rectification") == set()
        assert "整改逾期 3 日" not in client.get(reverse("search"), {"q": "法制审核"}).content.decode()


def test_a_finding_whose_rectification_one_may_not_see_is_still_found(client: Client, found: list[Case]) -> None:
    followed, rectification, _ = found
    team = followed.finding.team
    member = acting(team.members.get(duty="member").post)
    client.force_login(member.post.user)

    seen = set(Case.objects.visible_to(member))

    assert rows(client) == ({rectification} if rectification in seen else {followed}) & seen


def test_a_row_says_type_and_holder_and_the_sheet_has_the_same_rows(client: Client, found: list[Case]) -> None:
    page = client.get(reverse("search"), {"q": "法制审核"}).content.decode()
    sheet = client.get(reverse("search"), {"q": "法制审核", "export": "xlsx"})

    assert all(word in page for word in ("类型", "在谁手上", "本步期限", "整改", "问题"))
    book = load_workbook(BytesIO(b"".join(sheet.streaming_content) if sheet.streaming else sheet.content))
    numbers = {str(cell.value) for line in book.active.iter_rows() for cell in line}
    assert numbers >= {found[1].number, found[2].number}


def test_teams_of_the_same_name_are_told_apart_by_their_campaign() -> None:
    campaigns = [a_campaign(title=title) for title in ("营商环境专项督察", "耕地保护专项督察")]
    from types import SimpleNamespace

    request = SimpleNamespace(actor=an_actor(Role.OFFICE_STAFF), GET={})
    labels = [label for value, label in FindingFilter({}, request=request).form.fields["team"].choices if value]

    assert len(set(labels)) == len(labels) == 2
    assert {label.rpartition(" · ")[2] for label in labels} == {campaign.case.title for campaign in campaigns}


@pytest.mark.parametrize(("days_ago", "is_offered"), [(0, True), (36, True), (37, False)])
def test_a_campaign_that_ended_long_ago_takes_no_more_findings(days_ago: int, is_offered: bool) -> None:
    campaign = a_campaign(units=[UnitFactory()])
    Campaign.objects.filter(pk=campaign.pk).update(
        from_on=timezone.localdate() - timedelta(90), to_on=timezone.localdate() - timedelta(days_ago)
    )

    offered = services.campaigns_to_log_in(an_actor(Role.OFFICE_STAFF))

    assert (campaign in offered) == is_offered
