"""Two of everything: what the people of the matrix take part in ("own"), and the same of others ("other")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from casework.enums import Capacity
from casework.models import Case, Grant
from clues.enums import ClueState
from clues.models import Clue
from clues.services import register_clue
from inspections.enums import CampaignState, FindingState
from inspections.models import AnnualPlan, Campaign, Finding
from inspections.services import draft_plan
from organizations.actor import Actor
from organizations.enums import ADMINISTRATORS, OFFICE, ImportKind, Role, UnitCategory
from organizations.models import Post, StagedImport, Unit
from rectification.enums import State
from tests.factories import (
    UnitFactory,
    UserFactory,
    a_call,
    a_campaign,
    a_finding,
    a_look_back,
    a_need,
    a_post,
    a_rectification,
    acting,
    attach,
    the_office,
    walk,
)
from tests.programmes import a_programme, issued

TODAY = timezone.localdate


@dataclass
class Side:
    """One of everything; `own` belongs to the people of the matrix, `other` to people who are not in it."""

    unit: Unit
    plan: AnnualPlan
    campaign: Campaign
    young: Campaign
    draft: Finding
    finding: Finding
    rectification: Case
    clue: Case
    measure: Any
    file: Any
    look_back: Case
    call: Case
    need: Case
    programme: Any
    young_programme: Any
    user: Any
    post: Post
    extra: dict[str, Any] = field(default_factory=dict)  # what a row builds for itself the first time it is asked for


@dataclass
class World:
    posts: dict[Role, Post]
    own: Side
    other: Side
    clients: dict[Role, Client]

    def actor(self, role: Role) -> Actor:
        return acting(self.posts[role])

    def side(self, is_own: bool) -> Side:
        return self.own if is_own else self.other


def build() -> World:
    """Make both sides and sign one person of each role in."""
    own, other = a_side(TODAY().year), a_side(TODAY().year + 1)
    posts = the_people(own)
    for side in (own, other):
        side.extra["staged"] = {}
    for role, kind in ((Role.SYSTEM_ADMIN, ImportKind.UNITS), (Role.SYSTEM_ADMIN, ImportKind.USERS)):
        for side, user in ((own, posts[role].user), (other, UserFactory())):
            side.extra["staged"][kind] = StagedImport.objects.create(
                user=user, kind=kind, file_name="名单.xlsx", rows=[]
            )
    return World(posts, own, other, {role: signed_in(post) for role, post in posts.items()})


def signed_in(post: Post) -> Client:
    client = Client()
    client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def a_side(year: int) -> Side:
    unit = UnitFactory()
    campaign = a_campaign(CampaignState.FIELDWORK, units=[unit])
    draft = a_finding(FindingState.DRAFT, campaign=campaign, unit=unit)
    finding = a_finding(FindingState.FED_BACK, campaign=campaign, unit=unit)
    rectification = a_rectification(State.REMEDYING, finding=finding)
    closed = a_rectification(State.CLOSED, campaign=campaign, unit=unit)
    a_rectification(State.PUBLICITY, campaign=a_campaign(with_publicity=True, units=[unit]))  # not yet: it ends later
    clue = a_clue(campaign, unit)
    user = UserFactory()
    return Side(
        unit=unit,
        plan=draft_plan(acting(a_post(Role.OFFICE_STAFF)), year),
        campaign=campaign,
        young=a_campaign(CampaignState.PREPARING, units=[unit]),
        draft=draft,
        finding=finding,
        rectification=rectification,
        clue=clue,
        measure=rectification.measures.first(),
        file=attach(rectification, acting(a_post(Role.UNIT_LIAISON, unit))),
        look_back=a_look_back(closed),
        call=a_call(rectification),
        need=a_need(rectification),
        programme=issued(a_programme([unit], campaign=campaign)),
        young_programme=a_programme([unit], campaign=campaign),
        user=user,
        post=a_post(Role.UNIT_LIAISON, UnitFactory(), user=user),
    )


def a_clue(campaign: Campaign, unit: Unit) -> Case:
    """A clue that its unit handles."""
    staff = a_post(Role.OFFICE_STAFF)
    clue: Clue = register_clue(
        acting(staff), campaign=campaign, unit=unit, title="占道施工", content="占道施工未设警示", source="hotline"
    )
    walk(clue.case, ClueState.TRANSFERRED, [("transfer", lambda: acting(staff), {})])
    return Case.objects.get(pk=clue.pk)


def the_people(own: Side) -> dict[Role, Post]:
    """One post for each role, each taking part in the own side as its role does."""
    team = own.campaign.teams.get().unit
    posts = {role: team.posts.get(role=role) for role in (Role.TEAM_LEADER, Role.TEAM_MEMBER)}
    posts |= {role: a_post(role, own.unit) for role in (Role.UNIT_HEAD, Role.UNIT_LIAISON)}
    posts |= {role: a_post(role, the_office()) for role in OFFICE}
    home = UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False)
    posts |= {role: a_post(role, home) for role in ADMINISTRATORS}
    for role, category in (
        (Role.CITY_LEADER, UnitCategory.LEADERS),
        (Role.HOTLINE_CLERK, UnitCategory.CONSULTED),
        (Role.DISCIPLINE_CONTACT, UnitCategory.CONSULTED),
    ):
        posts[role] = a_post(role, UnitFactory(category=category, is_inspected=False))
    for role, capacity in (
        (Role.INDUSTRY_REVIEWER, Capacity.SUPERVISE),
        (Role.GROUP_MEMBER, Capacity.COORDINATE),
        (Role.EXPERT, Capacity.ADVISE),
    ):
        posts[role] = a_post(role, UnitFactory(category=UnitCategory.CONSULTED, is_inspected=False))
        for case in (own.finding.case, own.rectification):
            Grant.objects.create(case=case, unit=posts[role].unit, capacity=capacity, from_on=TODAY())
    assert not (missing := set(Role) - set(posts)), (
        f"{', '.join(sorted(missing))}: a new role is one line of `Role` and one of STANDINGS in "
        "organizations/enums.py (what it sees, its menu, where it lands); here, in the_people of tests/house/world.py, "
        "it takes part in the own side, and tests/house/access.py says in "
        "`own`, `other`, `writes` of each row what it may open (docs/extending.md)"
    )
    return posts


__all__ = ["Side", "World", "build"]
