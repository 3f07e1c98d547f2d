"""督察组: form it for a campaign, change its members, register recusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from casework.enums import Capacity
from casework.models import Case, Grant
from casework.workflow import engine
from inspections.models import Campaign, Recusal, Team, TeamMember
from inspections.services.campaign_units import deal_units, place_units
from inspections.services.editing import lock_to_edit, refuse_invalid
from inspections.services.recusal import members_of, refuse_recused
from organizations.actor import Actor
from organizations.enums import ADMINISTRATORS, Role, UnitCategory
from organizations.models import Post, Unit, User
from organizations.services.teams import open_team_unit, prolong_team, rename_team, retitle, seat, unseat
from ui.errors import DomainError

Duty = TeamMember.Duty
ROLES = {Duty.LEADER: Role.TEAM_LEADER, Duty.EXPERT: Role.EXPERT}  # everybody else is a member
# A team outlives its fieldwork until report and feedback are written: 15 + 10 working days
# (docs/domain/process.md 1.4, P08 and P09)
WINDING_UP = timedelta(36)
MOST_OF_A_NAME = 60  # characters of Unit.name
FOUR_TEAMS = ("第一督察组", "第二督察组", "第三督察组", "第四督察组")


class Seat(NamedTuple):
    """Who sits in a team, with which duty, sent by which unit (the person's own unit when None)."""

    user: User
    duty: str = Duty.MEMBER
    from_unit: Unit | None = None

    @property
    def role(self) -> Role:
        return ROLES.get(Duty(self.duty), Role.TEAM_MEMBER)

    @property
    def words(self) -> str:
        return f"{Duty(self.duty).label} {self.user}"


def candidates() -> QuerySet[User]:
    """Return the persons who can sit in a team: active accounts, without the three administrators."""
    administrators = Post.objects.in_force(timezone.localdate()).filter(role__in=ADMINISTRATORS).values("user_id")
    return (
        User.objects.filter(is_active=True)
        .exclude(pk__in=administrators)
        .select_related("home_unit")
        .order_by("name_key", "pk")
    )


def coordination_groups() -> QuerySet[Unit]:
    """Return the coordination groups that can lead a team, by code."""
    return Unit.objects.filter(category=UnitCategory.GROUP, abolished_on=None).order_by("place")


def last_day_of_teams(campaign: Campaign) -> date:
    """Return the last day of the seats in the campaign's teams."""
    return campaign.to_on + WINDING_UP


def _whole_name(title: str, name: str) -> str:
    """Return what tells a team from its namesakes: its own name, and the title of its campaign."""
    room = MOST_OF_A_NAME - len(f"{name}（）")
    return f"{name}（{title[:room]}）"


def rename_teams(actor: Actor | None, campaign: Campaign) -> None:
    """Call the teams of a campaign by its title as it is now."""
    for team in campaign.teams.select_related("unit"):
        rename_team(team.unit, _whole_name(campaign.case.title, team.unit.short_name), actor=actor)


@transaction.atomic
def form_team(
    actor: Actor | None,
    campaign: Campaign,
    name: str,
    *,
    group: Unit | None = None,
    seats: Sequence[Seat] = (),
    units: Sequence[Unit] = (),
    seen: int | None = None,
    day: date | None = None,
) -> Team:
    """Form a team: its dated unit, its seats, its grants on the campaign; return it.

    The team inspects, the coordination group reads along.

    Args:
        units: that the team is to inspect; they are placed as by `place_units`.

    Raises:
        ConflictError, NotPermittedError: the campaign moved on, or its teams may not be changed now.
        DomainError: name in use, two leaders, a person sits twice or in another team of the campaign, or must be
            recused.
    """
    card = lock_to_edit("teams", campaign.pk, actor, seen)
    on, name = day or timezone.localdate(), name.strip()
    if not name or campaign.teams.filter(unit__short_name=name).exists():
        raise DomainError(
            f"本批次已有“{name}”，请换一个组名" if name else "请写组名", {"name": "组名须写明，且不与别的组相同"}
        )
    _refuse_doubles(seats)
    _lock_people(seats)
    code = f"{card.number}-T{campaign.teams.count() + 1}"
    whole, last = _whole_name(card.title, name), last_day_of_teams(campaign)
    unit = open_team_unit(whole, short_name=name, code=code, from_on=on, to_on=last, actor=actor)
    team = Team.objects.create(unit=unit, campaign=campaign)
    Grant.objects.create(case=card, unit=unit, capacity=Capacity.INSPECT, from_on=on)
    _lead_by(card, team, group, on)
    for chair in seats:
        _take_seat(actor, team, chair, on)
    said = [f"牵头 {group}"] * bool(group) + [chair.words for chair in seats]
    engine.note(card, actor, "team", f"组建{unit}", day=day, note="；".join(said))
    if units:
        place_units(actor, campaign, units, team, day=day)
    return team


@transaction.atomic
def change_team(
    actor: Actor | None,
    team: Team,
    *,
    group: Unit | None,
    seats: Sequence[Seat],
    seen: int | None = None,
    day: date | None = None,
) -> Team:
    """Make the members of a team exactly these; return the team.

    Who stays keeps the seat, who goes loses it, who comes gets one.

    Raises:
        As for `form_team`.
    """
    card = lock_to_edit("teams", team.campaign_id, actor, seen)
    on = day or timezone.localdate()
    _refuse_doubles(seats)
    _lock_people(seats)
    sitting = {(member.post.user_id, member.post.role): member for member in members_of(team, on)}
    wanted = {(chair.user.pk, str(chair.role)): chair for chair in seats}
    left = [member for key, member in sitting.items() if key not in wanted]
    for member in left:
        _leave(actor, member, on)
    came = [chair for key, chair in wanted.items() if key not in sitting]
    for chair in came:
        _take_seat(actor, team, chair, on)
    moved = [chair for key, chair in wanted.items() if key in sitting and _is_moved(actor, sitting[key], chair)]
    _lead_by(card, team, group, on)
    stays = {chair.user.pk for chair in seats}  # another duty is another seat, not a leaving
    gone = [member.post.user for member in left if member.post.user_id not in stays]
    said = [f"现为 {chair.words}" for chair in (*came, *moved)] + [f"{user} 离组" for user in gone]
    if said:
        engine.note(card, actor, "team", f"调整{team}", day=day, note="；".join(said))
    return team


@transaction.atomic
def register_recusal(
    actor: Actor | None,
    member: TeamMember,
    unit: Unit,
    reason: str,
    *,
    seen: int | None = None,
    day: date | None = None,
) -> Recusal:
    """Register that a member may not inspect a unit, and return it.

    Raises:
        DomainError: the unit is among the team's (it must go to another team first), or no reason is given.
    """
    team = member.team
    card = lock_to_edit("teams", team.campaign_id, actor, seen)
    if team.units.filter(unit=unit).exists():
        raise DomainError(
            f"{unit} 现由{team}督察，请先把它分到别的组，或者调换成员，再登记回避", {"unit": "在本组的督察范围内"}
        )
    recusal = Recusal(member=member, unit=unit, reason=reason.strip())
    refuse_invalid(recusal)
    recusal.save(force_insert=True)
    engine.note(card, actor, "recusal", f"登记{member.post.user}回避{unit}", day=day, reason=reason.strip())
    return recusal


@transaction.atomic
def form_four_teams(
    actor: Actor | None, campaign: Campaign, *, seen: int | None = None, day: date | None = None
) -> list[Team]:
    """Form the four teams that the coordination groups lead; return them.

    The campaign's units are dealt out to them (docs/domain/regions.md 3.3).

    Raises:
        DomainError: the campaign has teams already, or the four coordination groups are not there.
    """
    lock_to_edit("teams", campaign.pk, actor, seen)
    if campaign.teams.exists():
        raise DomainError("本批次已有督察组，请在各组中调整")
    groups = list(coordination_groups()[:4])
    if len(groups) < 4:
        raise DomainError("还没有建立四个协调小组，请系统管理员先装载基础数据")
    teams = [
        form_team(actor, campaign, name, group=group, day=day) for name, group in zip(FOUR_TEAMS, groups, strict=True)
    ]
    deal_units(actor, campaign, teams, day=day)
    return teams


@transaction.atomic
def prolong_teams(actor: Actor | None, campaign: Campaign) -> None:
    """Let the teams of a campaign last as long as its end, which moved, asks for."""
    for team in campaign.teams.select_related("unit"):
        prolong_team(team.unit, last_day_of_teams(campaign), actor=actor)


def _lock_people(seats: Sequence[Seat]) -> None:
    """Lock whoever is to sit, in one order.

    Two teams formed at once with the same people then wait for each other instead of stopping each other.
    """
    list(User.objects.select_for_update(of=("self",)).filter(pk__in=[chair.user.pk for chair in seats]).order_by("pk"))


def _refuse_doubles(seats: Sequence[Seat]) -> None:
    if sum(Duty(chair.duty) == Duty.LEADER for chair in seats) > 1:
        raise DomainError("一个组只设一名组长，副手请选“副组长”", {"members": "有两名组长"})
    twice = [user for user, n in Counter(chair.user for chair in seats).items() if n > 1]
    if twice:
        raise DomainError(f"{twice[0]}列了两次，请删去一次", {"members": "有人重复"})


def _take_seat(actor: Actor | None, team: Team, chair: Seat, on: date) -> None:
    other = (
        TeamMember.objects.sitting(on)
        .filter(team__campaign_id=team.campaign_id, post__user=chair.user)
        .exclude(team=team)
    )
    taken = other.select_related("team__unit").first()
    if taken is not None:
        raise DomainError(
            f"{chair.user}已在{taken.team}任{taken.get_duty_display()}，同一批次只在一个组任职", {"members": "有人重复"}
        )
    title = str(Duty(chair.duty).label)
    post = seat(
        chair.user, team.unit, chair.role, title=title, from_on=on, to_on=last_day_of_teams(team.campaign), actor=actor
    )
    member = TeamMember.objects.create(
        team=team, post=post, duty=chair.duty, from_unit=chair.from_unit or chair.user.home_unit
    )
    refuse_recused(team, [placed.unit for placed in team.units.select_related("unit")], [member])


def _leave(actor: Actor | None, member: TeamMember, on: date) -> None:
    """End a seat the day before, so that it carries no right any more.

    One that has not lasted a day goes altogether.
    """
    if member.post.from_on < on:
        unseat(member.post, last_on=on - timedelta(1), actor=actor)
        return
    post = member.post
    member.delete()
    unseat(post, last_on=on - timedelta(1), actor=actor)


def _is_moved(actor: Actor | None, member: TeamMember, chair: Seat) -> bool:
    """Give a sitting member another duty of the same role, or another sending unit; say whether anything changed."""
    from_unit = chair.from_unit or chair.user.home_unit
    if (member.duty, member.from_unit) == (chair.duty, from_unit):
        return False
    member.duty, member.from_unit = chair.duty, from_unit
    member.save(update_fields=["duty", "from_unit"])
    retitle(member.post, str(Duty(chair.duty).label), actor=actor)
    refuse_recused(member.team, [placed.unit for placed in member.team.units.select_related("unit")], [member])
    return True


def _lead_by(card: Case, team: Team, group: Unit | None, on: date) -> None:
    """Let a coordination group lead the team and read the campaign.

    The one before reads no more unless it leads another team.
    """
    if group is not None and group.category != UnitCategory.GROUP:
        raise DomainError(f"{group} 不是协调小组", {"group": "请选协调小组"})
    before, team.group = team.group_id, group
    team.save(update_fields=["group"])
    grants = Grant.objects.filter(
        case=card, role=Role.GROUP_MEMBER, post=None, capacity=Capacity.COORDINATE, to_on=None
    )
    if before and not Team.objects.filter(campaign_id=team.campaign_id, group_id=before).exists():
        grants.filter(unit_id=before, from_on__gte=on).delete()
        grants.filter(unit_id=before).update(to_on=on - timedelta(1))
    if group is not None and not grants.filter(unit=group).exists():
        Grant.objects.create(case=card, unit=group, role=Role.GROUP_MEMBER, capacity=Capacity.COORDINATE, from_on=on)
