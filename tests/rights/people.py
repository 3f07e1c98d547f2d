"""One real case of each kind, and for every role three people.

One of this case, one of another, and one who takes part in another capacity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from casework.enums import Capacity
from casework.models import Case, Grant
from clues.services import register_clue
from inspections.services import draft_plan
from organizations.actor import Actor
from organizations.enums import Role, UnitCategory
from organizations.models import Unit
from rectification.enums import State
from tests.factories import (
    UnitFactory,
    a_call,
    a_campaign,
    a_finding,
    a_look_back,
    a_need,
    a_post,
    a_rectification,
    acting,
    the_office,
)
from tests.programmes import a_programme, claim_of, issued

PEOPLE_OF = {Role.UNIT_HEAD: "unit", Role.UNIT_LIAISON: "unit", Role.INDUSTRY_REVIEWER: "supervisor"}
TEAM = {Role.TEAM_LEADER, Role.TEAM_MEMBER}
BESIDE = {
    Role.GROUP_MEMBER: Capacity.COORDINATE, Role.EXPERT: Capacity.ADVISE, Role.DISCIPLINE_CONTACT: Capacity.RECEIVE,
    Role.HOTLINE_CLERK: Capacity.RECEIVE,
}  # fmt: skip


@dataclass
class Scene:
    """A case, whose it is ("unit", "team", "supervisor", "office" -> unit id), and the actors by (role, relation)."""

    case: Case
    places: dict[str, int | None]
    actors: dict[tuple[Role, str], Actor] = field(default_factory=dict)
    hands: dict[Any, tuple[int | None, str]] = field(default_factory=dict)

    def held_by(self, holder: Callable[[Case], tuple[int | None, Any]]) -> tuple[int | None, str]:
        """Return (unit id, role) that a holder of the table names for this case; asked once a function."""
        if holder not in self.hands:
            unit_id, role = holder(self.case)
            self.hands[holder] = (unit_id, str(role))
        return self.hands[holder]

    def in_state(self, state: str, *, with_head: bool = False) -> Case:
        """The case as it would stand in a state; with the unit's head, who has it for signature, or with whom it is."""
        self.case.state = state
        self.case.holder_role = Role.UNIT_HEAD if with_head else Role.UNIT_LIAISON
        return self.case


def scenes() -> dict[str, Scene]:
    """Make one scene a kind, by the kind's Chinese name."""
    unit, supervisor = UnitFactory(is_industry_supervisor=True), UnitFactory(is_industry_supervisor=True)
    campaign = a_campaign(units=[unit], with_supervision=True, with_publicity=True)
    team = campaign.teams.get().unit
    rectification = a_rectification(campaign=campaign, unit=unit, supervisor=supervisor)
    finding = a_finding(campaign=campaign, unit=unit, supervisor=supervisor)
    staff = acting(a_post(Role.OFFICE_STAFF))
    clue = register_clue(staff, campaign=campaign, unit=unit, title="占道", content="占道施工", source="hotline")
    plan = draft_plan(staff, timezone.localdate().year)
    office = the_office()
    under_way = a_rectification(State.REMEDYING, campaign=campaign, unit=unit)
    programme = issued(a_programme([unit], campaign=campaign))
    look_back, call, need = a_look_back(under_way), a_call(under_way), a_need(under_way)
    cases = {
        "年度计划": (plan.case, office), "督察批次": (campaign.case, office), "问题": (finding.case, unit),
        "整改": (rectification, unit), "线索": (clue.case, unit),
        "回头看": (look_back, unit), "督察反馈": (rectification.content.feedback, unit),
        "进展调度": (call, unit), "支持事项": (need, unit),
        "整改工作方案": (programme.case, office), "对标认领": (claim_of(programme, unit), unit),
        "市级整改方面": (programme.aspects.order_by("n")[0].case, office),
    }  # fmt: skip
    made = {}
    for kind, (case, of_unit) in cases.items():
        fresh = Case.objects.get(pk=case.pk)
        scene = Scene(
            fresh,
            {"": office.pk, "unit": of_unit.pk, "team": team.pk, "supervisor": supervisor.pk, "office": office.pk},
        )
        for role in Role:
            for relation in ("own", "other", "beside"):
                scene.actors[role, relation] = _person(fresh, role, relation, of_unit, team, supervisor)
        made[kind] = scene
    return made


def _person(case: Case, role: Role, relation: str, unit: Unit, team: Unit, supervisor: Unit) -> Actor:
    if role in {Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF}:
        return acting(a_post(role))
    if relation == "own":
        place = team if role in TEAM else {"unit": unit, "supervisor": supervisor}.get(PEOPLE_OF.get(role, ""))
        if place is None:
            place = UnitFactory()
            if role in BESIDE:
                Grant.objects.create(case=case, unit=place, capacity=BESIDE[role], from_on=timezone.localdate())
        return acting(a_post(role, place))
    place = UnitFactory(category=UnitCategory.TEAM if role in TEAM else UnitCategory.GOVERNMENT)
    if relation == "beside":  # takes part, but in the capacity of somebody else
        Grant.objects.create(case=case, unit=place, capacity=Capacity.ASSIST, from_on=timezone.localdate())
    return acting(a_post(role, place))
