"""The people and units of the tests of inspection."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from casework.workflow import engine
from inspections.enums import CampaignKind
from inspections.models import Campaign, Team
from inspections.services import Seat, draft_campaign, form_team
from organizations.actor import Actor
from organizations.enums import Role, UnitCategory
from organizations.models import Unit, User
from tests.factories import UnitFactory, UserFactory, a_post, acting, the_office


def staff() -> Actor:
    the_office()
    return acting(a_post(Role.OFFICE_STAFF))


def director() -> Actor:
    the_office()
    return acting(a_post(Role.OFFICE_DIRECTOR))


def a_draft_campaign(**given: Any) -> Campaign:
    """A campaign under preparation, without units and teams."""
    today = timezone.localdate()
    fields: dict[str, Any] = {
        "kind": CampaignKind.SPECIAL,
        "year": today.year,
        "title": "行政执法专项督察",
        "outside_reason": "市委交办",
        "from_on": today - timedelta(10),
        "to_on": today + timedelta(30),
    }
    return draft_campaign(staff(), **(fields | given))


def a_group(name: str = "执法协调小组") -> Unit:
    unit: Unit = UnitFactory(name=name, category=UnitCategory.GROUP, is_inspected=False, is_coordination_member=True)
    return unit


def a_person(home: Unit | None = None) -> User:
    user: User = UserFactory(home_unit=home)
    return user


def a_team_of(campaign: Campaign, *units: Unit, name: str = "第一督察组", group: Unit | None = None) -> Team:
    """A team with a leader and a member that inspects these units."""
    return form_team(
        staff(),
        campaign,
        name,
        group=group,
        seats=[Seat(a_person(), "leader"), Seat(a_person(), "member")],
        units=units,
    )


def seat_of(team: Team, duty: str = "member") -> Actor:
    """Who sits in the team with this duty, acting today."""
    return acting(team.members.get(duty=duty).post)


def under_way(campaign: Campaign) -> Campaign:
    """Bring a campaign into fieldwork by its steps."""
    engine.perform(campaign.case, "submit", staff())
    engine.perform(campaign.case, "approve", director())
    return Campaign.objects.get(pk=campaign.pk)


def days(n: int) -> date:
    """The day n days from today."""
    return timezone.localdate() + timedelta(n)
