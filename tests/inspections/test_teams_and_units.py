"""Units are placed, teams are formed, and who must be recused is refused in words."""

from __future__ import annotations

import pytest
from django.test import Client

from casework.enums import Capacity
from casework.errors import ConflictError, NotPermittedError, RefusedError
from casework.models import Case, Event, Grant
from inspections import services
from inspections.models import Campaign, Team
from inspections.services import Seat
from organizations.enums import Role, UnitCategory
from organizations.models import Post
from tests.factories import UnitFactory, an_actor
from tests.inspections.people import a_draft_campaign, a_group, a_person, a_team_of, days, seat_of, staff, under_way
from ui.errors import DomainError

pytestmark = pytest.mark.django_db


def test_a_team_is_a_dated_unit_with_posts_and_grants() -> None:
    campaign, group, unit = a_draft_campaign(), a_group(), UnitFactory()

    team = a_team_of(campaign, unit, group=group)

    assert (team.unit.category, team.unit.opened_on) == (UnitCategory.TEAM, days(0))
    assert set(Post.objects.filter(unit=team.unit).values_list("role", "to_on")) == {
        (r, services.last_day_of_teams(campaign)) for r in (Role.TEAM_LEADER, Role.TEAM_MEMBER)
    }
    assert set(Grant.objects.filter(case=campaign.case).values_list("unit", "capacity")) == {
        (team.pk, Capacity.INSPECT),
        (group.pk, Capacity.COORDINATE),
    }
    assert [placed.team for placed in campaign.units.all()] == [team]


def test_a_member_sees_the_own_campaign_and_no_other() -> None:
    mine, other = a_draft_campaign(), a_draft_campaign(title="另一次督察")
    team = a_team_of(mine, UnitFactory())
    a_team_of(other, UnitFactory())

    seen = Campaign.objects.visible_to(seat_of(team))

    assert list(seen) == [mine]


def test_who_does_not_belong_to_the_office_cannot_form_a_team() -> None:
    campaign = a_draft_campaign()
    leader = seat_of(a_team_of(campaign, UnitFactory()), "leader")

    with pytest.raises(NotPermittedError):
        services.form_team(leader, campaign, "自己的组")

    assert campaign.teams.count() == 1


@pytest.mark.parametrize("by", ["home", "sent", "above", "registered"])
def test_whoever_must_be_recused_is_refused_with_the_unit_and_the_reason(by: str) -> None:
    campaign, unit = a_draft_campaign(), UnitFactory(short_name="环县")
    below = UnitFactory(parent=unit)
    user = a_person({"home": unit, "above": below}.get(by))
    team = services.form_team(
        staff(), campaign, "第一督察组", seats=[Seat(user, "member", unit if by == "sent" else None)]
    )
    if by == "registered":
        services.register_recusal(staff(), team.members.get(), unit, "近亲属在该单位任职")

    with pytest.raises(DomainError) as refused:
        services.place_units(staff(), campaign, [unit], team)

    assert f"{user}应当回避环县" in refused.value.message
    assert not campaign.units.exists()


def test_whoever_comes_into_a_team_is_held_against_its_units() -> None:
    campaign, unit, free = a_draft_campaign(), UnitFactory(), UnitFactory()
    team = a_team_of(campaign, unit)
    insider, outsider = a_person(unit), a_person(free)
    sitting = [Seat(m.post.user, m.duty) for m in team.members.all()]

    with pytest.raises(DomainError):
        services.change_team(staff(), team, group=None, seats=[*sitting, Seat(insider)])
    services.change_team(staff(), team, group=None, seats=[*sitting, Seat(outsider)])

    assert set(team.members.values_list("post__user", flat=True)) == {*(seat.user.pk for seat in sitting), outsider.pk}


def test_a_recusal_from_a_unit_of_the_own_team_is_refused_until_it_is_moved() -> None:
    campaign, unit = a_draft_campaign(), UnitFactory()
    team, other = a_team_of(campaign, unit), a_team_of(campaign, UnitFactory(), name="第二督察组")
    member = team.members.get(duty="member")

    with pytest.raises(DomainError):
        services.register_recusal(staff(), member, unit, "近三年曾任职")
    services.place_units(staff(), campaign, [unit], other)
    services.register_recusal(staff(), member, unit, "近三年曾任职")

    assert [r.unit for r in member.recusals.all()] == [unit]


@pytest.mark.parametrize(
    ("seats", "says"),
    [(["leader", "leader"], "一个组只设一名组长"), (["same", "same"], "列了两次")],
)  # fmt: skip
def test_two_leaders_or_one_person_twice_are_refused(seats: list[str], says: str) -> None:
    campaign, one = a_draft_campaign(), a_person()
    chairs = [Seat(one if seat == "same" else a_person(), "leader" if seat == "leader" else "member") for seat in seats]

    with pytest.raises(DomainError, match=says):
        services.form_team(staff(), campaign, "第一督察组", seats=chairs)

    assert not campaign.teams.exists()


def test_one_person_sits_in_one_team_of_a_campaign() -> None:
    campaign, person = a_draft_campaign(), a_person()
    services.form_team(staff(), campaign, "第一督察组", seats=[Seat(person, "leader")])

    with pytest.raises(DomainError, match="同一批次只在一个组任职"):
        services.form_team(staff(), campaign, "第二督察组", seats=[Seat(person, "member")])

    assert campaign.teams.count() == 1


def test_who_leaves_before_the_first_day_is_over_leaves_nothing_behind() -> None:
    campaign, unit = a_draft_campaign(), UnitFactory()
    team = a_team_of(campaign, unit)
    leader = team.members.get(duty="leader")

    services.change_team(staff(), team, group=None, seats=[Seat(leader.post.user, "leader")])

    assert list(Post.objects.filter(unit=team.unit)) == [leader.post]


def test_a_change_of_duty_in_the_same_role_keeps_the_seat() -> None:
    campaign = a_draft_campaign()
    team = a_team_of(campaign, UnitFactory())
    member = team.members.get(duty="member")
    chairs = [Seat(m.post.user, "deputy" if m == member else m.duty) for m in team.members.all()]

    services.change_team(staff(), team, group=None, seats=chairs)

    member.refresh_from_db()
    assert (member.duty, member.post.title) == ("deputy", "副组长")


def test_another_duty_is_no_leaving_in_the_trail() -> None:
    campaign = a_draft_campaign()
    team = a_team_of(campaign, UnitFactory())
    turned = {"leader": "member", "member": "leader"}
    chairs = [Seat(m.post.user, turned.get(m.duty, m.duty)) for m in team.members.all()]

    services.change_team(staff(), team, group=None, seats=chairs)

    told = Event.objects.filter(case=campaign.pk, name="team").latest("seq").note["given"]["note"]
    assert "离组" not in told
    assert told.count("现为") == 2


def test_four_teams_share_eighty_four_units_as_the_city_does() -> None:
    for name in ("立法", "执法", "司法", "守法普法"):
        a_group(f"{name}协调小组")
    campaign = a_draft_campaign()
    counties = [UnitFactory(category=UnitCategory.COUNTY) for _ in range(8)]
    departments = [UnitFactory() for _ in range(76)]
    services.place_units(staff(), campaign, [*counties, *departments])

    teams = services.form_four_teams(staff(), campaign)

    assert [team.group.short_name for team in teams] == [
        "立法协调小组",
        "执法协调小组",
        "司法协调小组",
        "守法普法协调小组",
    ]
    assert [[placed.unit for placed in team.units.all()] for team in teams] == [
        counties[2 * n : 2 * n + 2] + departments[19 * n : 19 * n + 19] for n in range(4)
    ]


def test_dealing_sends_a_unit_past_a_team_that_must_be_recused() -> None:
    campaign, unit = a_draft_campaign(), UnitFactory()
    first = services.form_team(staff(), campaign, "第一督察组", seats=[Seat(a_person(unit), "leader")])
    second = services.form_team(staff(), campaign, "第二督察组")
    services.place_units(staff(), campaign, [unit])

    services.deal_units(staff(), campaign, [first, second])

    assert campaign.units.get().team == second


def test_the_plan_of_units_is_refused_to_who_looked_at_an_older_page() -> None:
    campaign, unit = a_draft_campaign(), UnitFactory()
    seen = Case.objects.get(pk=campaign.pk).last_seq
    services.place_units(staff(), campaign, [UnitFactory()], seen=seen)

    with pytest.raises(ConflictError):
        services.place_units(staff(), campaign, [unit], seen=seen)

    assert campaign.units.count() == 1


def test_units_are_fixed_once_fieldwork_has_begun_but_members_are_not() -> None:
    campaign = a_draft_campaign()
    team = a_team_of(campaign, UnitFactory())
    under_way(campaign)
    sitting = [Seat(m.post.user, m.duty) for m in team.members.all()]

    with pytest.raises(NotPermittedError):
        services.place_units(staff(), campaign, [UnitFactory()])
    services.change_team(staff(), team, group=None, seats=[*sitting, Seat(a_person(), "expert")])

    assert (campaign.units.count(), team.members.count()) == (1, 3)


@pytest.mark.parametrize("kind", ["not inspected", "abolished"])
def test_what_cannot_be_inspected_is_refused_by_name(kind: str) -> None:
    unit = UnitFactory(is_inspected=False) if kind == "not inspected" else UnitFactory(abolished_on=days(-60))
    campaign = a_draft_campaign()

    with pytest.raises(DomainError, match=unit.short_name):
        services.place_units(staff(), campaign, [unit, UnitFactory()])

    assert not campaign.units.exists()


def test_a_campaign_with_a_team_without_leader_cannot_be_submitted() -> None:
    campaign, unit = a_draft_campaign(), UnitFactory()
    services.form_team(staff(), campaign, "第一督察组", units=[unit])

    with pytest.raises(RefusedError, match="还没有组长"):
        under_way(campaign)

    assert Case.objects.get(pk=campaign.pk).state == "preparing"


def test_a_later_end_takes_the_teams_along() -> None:
    campaign = a_draft_campaign()
    team = a_team_of(campaign, UnitFactory())

    campaign = services.amend_campaign(staff(), campaign, {"to_on": days(60)})

    assert {post.to_on for post in Post.objects.filter(unit=team.unit)} == {services.last_day_of_teams(campaign)}
    assert Team.objects.get(pk=team.pk).unit.abolished_on > services.last_day_of_teams(campaign)


def test_a_system_administrator_sees_no_campaign() -> None:
    a_draft_campaign()

    assert not Campaign.objects.visible_to(an_actor(Role.SYSTEM_ADMIN)).exists()


def test_posts_in_teams_of_the_same_name_are_told_apart_by_their_campaigns(client: Client) -> None:
    """Each campaign has its 督察组; who sits in two of them reads which is which wherever a post is chosen."""
    one, two = a_draft_campaign(), a_draft_campaign(title="耕地专项督察")
    teams = [a_team_of(campaign, UnitFactory(), name="督察组") for campaign in (one, two)]
    services.amend_campaign(staff(), one, {"title": "粮食专项督察"})
    user = seat_of(teams[0]).post.user
    services.form_team(staff(), two, "第二组", seats=[Seat(user)])
    client.force_login(user)

    words = {post.words for post in Post.objects.filter(user=user)}
    page = client.get("/").content.decode()

    assert words == {"督察组（粮食专项督察） · 成员", "第二组（耕地专项督察） · 成员"}
    assert sum(f"换到 {one}" in page for one in words) == 1
