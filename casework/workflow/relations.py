"""Who: this person in relation to this very case.

Relations say whether a step is permitted; guards whether it is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.enums import Capacity
from organizations.enums import Role

if TYPE_CHECKING:
    from casework.models import Case
    from organizations.actor import Actor


TAKING_PART: set[Role] = set()  # the roles that hold by a grant on the card


@dataclass(frozen=True)
class Relation:
    """A claim about a person and a case, with the words for diagrams and the roles it can hold for."""

    label: str
    roles: frozenset[Role]
    holds: Callable[[Actor, Case], bool]

    def __call__(self, actor: Actor, case: Case) -> bool:
        return actor.role in self.roles and self.holds(actor, case)

    def __or__(self, other: Relation) -> Relation:
        return Relation(
            f"{self.label}或{other.label}",
            self.roles | other.roles,
            lambda actor, case: self(actor, case) or other(actor, case),
        )


def in_role(label: str, *roles: Role) -> Relation:
    """Somebody in one of these roles, whatever the case: the office."""
    return Relation(label, frozenset(roles), lambda actor, case: True)


def of_the_unit(label: str, *roles: Role) -> Relation:
    """Somebody in one of these roles at the responsible unit, a unit above it or the one it was merged into."""
    return Relation(label, frozenset(roles), lambda actor, case: case.unit_id in actor.unit_ids)


def taking_part(label: str, capacity: Capacity, *roles: Role) -> Relation:
    """Somebody in one of these roles at a unit that takes part in the card in this capacity."""
    TAKING_PART.update(roles)
    return Relation(label, frozenset(roles), lambda actor, case: _takes_part(actor, case, capacity))


def _takes_part(actor: Actor, case: Case, capacity: Capacity) -> bool:
    read_capacities(actor, [case])
    return str(capacity) in actor.memory[f"capacities-{case.pk}"]


def read_capacities(actor: Actor, cases: Iterable[Case]) -> None:
    """Read in one question in which capacities the actor takes part in these cases; nothing for roles that never do."""
    from casework.models import Grant

    unread = [case.pk for case in cases if f"capacities-{case.pk}" not in actor.memory]
    if not unread or actor.role not in TAKING_PART:
        return
    found: dict[int, set[str]] = {pk: set() for pk in unread}
    for pk, capacity in (
        Grant.objects.to(actor).filter(case_id__in=unread).order_by().values_list("case_id", "capacity")
    ):
        found[pk].add(str(capacity))
    actor.memory.update({f"capacities-{pk}": held for pk, held in found.items()})


# No person: the engine itself, inside another step or at night.
SYSTEM = Relation("系统", frozenset(), lambda actor, case: False)
OFFICE_DIRECTOR = in_role("依法治市办负责人", Role.OFFICE_DIRECTOR)
OFFICE_STAFF = in_role("督察科经办", Role.OFFICE_STAFF)
OFFICE = in_role("依法治市办", Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR)
UNIT_HEAD = of_the_unit("单位主要负责人", Role.UNIT_HEAD)
UNIT_LIAISON = of_the_unit("单位联络员", Role.UNIT_LIAISON)
UNIT = of_the_unit("责任单位", Role.UNIT_LIAISON, Role.UNIT_HEAD)
# What was sent to the head for signature is the head's alone to change, until it comes back
UNIT_WRITING = Relation(
    "责任单位（送签以后仅主要负责人）",
    UNIT.roles,
    lambda actor, case: (
        case.unit_id in actor.unit_ids and (actor.role == Role.UNIT_HEAD or case.holder_role != Role.UNIT_HEAD)
    ),
)
REVIEWER = taking_part("主管部门审核员", Capacity.SUPERVISE, Role.INDUSTRY_REVIEWER)
TEAM_LEADER = taking_part("督察组组长", Capacity.INSPECT, Role.TEAM_LEADER)
TEAM = taking_part("督察组", Capacity.INSPECT, Role.TEAM_LEADER, Role.TEAM_MEMBER)
