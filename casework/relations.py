"""Who: this person in relation to this very case. Relations say whether a step is permitted; guards whether it is possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.enums import Capacity
from organizations.enums import Role

if TYPE_CHECKING:
    from casework.models import Case
    from organizations.actor import Actor


@dataclass(frozen=True)
class Relation:
    """A claim about a person and a case, with the words for diagrams and the roles it can hold for."""

    label: str
    roles: frozenset[Role]
    holds: Callable[[Actor, Case], bool]

    def __call__(self, actor: Actor, case: Case) -> bool:
        return actor.role in self.roles and self.holds(actor, case)

    def __or__(self, other: Relation) -> Relation:
        return Relation(f"{self.label}或{other.label}", self.roles | other.roles, lambda actor, case: self(actor, case) or other(actor, case))


def in_role(label: str, *roles: Role) -> Relation:
    """Somebody in one of these roles, whatever the case: the office."""
    return Relation(label, frozenset(roles), lambda actor, case: True)


def of_the_unit(label: str, *roles: Role) -> Relation:
    """Somebody in one of these roles at the responsible unit, a unit above it or the one it was merged into."""
    return Relation(label, frozenset(roles), lambda actor, case: case.unit_id in actor.unit_ids)


def taking_part(label: str, capacity: Capacity, *roles: Role) -> Relation:
    """Somebody in one of these roles at a unit that takes part in the card in this capacity."""
    return Relation(label, frozenset(roles), lambda actor, case: _takes_part(actor, case, capacity))


def _takes_part(actor: Actor, case: Case, capacity: Capacity) -> bool:
    from casework.models import Grant

    def read() -> frozenset[tuple[int, str]]:
        grants = Grant.objects.to(actor).filter(case_id=case.pk).values_list("case_id", "capacity")
        return frozenset((pk, str(name)) for pk, name in grants)

    return (case.pk, str(capacity)) in actor.recall(f"capacities-{case.pk}", read)


# No person: the engine itself, inside another step or at night.
SYSTEM = Relation("系统", frozenset(), lambda actor, case: False)
OFFICE_DIRECTOR = in_role("依法治市办负责人", Role.OFFICE_DIRECTOR)
OFFICE_STAFF = in_role("督察科经办", Role.OFFICE_STAFF)
OFFICE = in_role("依法治市办", Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR)
UNIT_HEAD = of_the_unit("单位主要负责人", Role.UNIT_HEAD)
UNIT_LIAISON = of_the_unit("单位联络员", Role.UNIT_LIAISON)
UNIT = of_the_unit("责任单位", Role.UNIT_LIAISON, Role.UNIT_HEAD)
REVIEWER = taking_part("主管部门审核员", Capacity.SUPERVISE, Role.INDUSTRY_REVIEWER)
TEAM_LEADER = taking_part("督察组组长", Capacity.INSPECT, Role.TEAM_LEADER)
TEAM = taking_part("督察组", Capacity.INSPECT, Role.TEAM_LEADER, Role.TEAM_MEMBER)
