"""Which units, posts and users: named questions and who may see them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from organizations.enums import ADMINISTRATORS, OFFICE, Role, UnitCategory

if TYPE_CHECKING:
    from organizations.actor import Actor

INSPECTED_CATEGORIES = (
    UnitCategory.COUNTY, UnitCategory.PARTY, UnitCategory.GOVERNMENT, UnitCategory.INSTITUTION,
    UnitCategory.MASS, UnitCategory.JUDICIAL, UnitCategory.DIRECT,
)  # fmt: skip


class UnitQuerySet(QuerySet[Any]):
    """Units. Names of units are no secret; the records (history, posts) are for the office, the administrators and the unit itself."""

    def visible_to(self, actor: Actor) -> UnitQuerySet:
        if actor.role in OFFICE or actor.role in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}:
            return self
        return self.filter(pk__in=actor.unit_ids)

    def in_force(self, on: date) -> UnitQuerySet:
        return self.filter(Q(opened_on=None) | Q(opened_on__lte=on), Q(abolished_on=None) | Q(abolished_on__gt=on))

    def inspected(self) -> UnitQuerySet:
        return self.filter(is_inspected=True)

    def counties(self) -> UnitQuerySet:
        return self.filter(category=UnitCategory.COUNTY)

    def teams(self) -> UnitQuerySet:
        return self.filter(category=UnitCategory.TEAM)


class PostQuerySet(QuerySet[Any]):
    """Posts: who held which role for which unit, from a day to a day (both included)."""

    def visible_to(self, actor: Actor) -> PostQuerySet:
        if actor.role in OFFICE or actor.role in ADMINISTRATORS:
            return self
        return self.filter(unit_id__in=actor.unit_ids)

    def in_force(self, on: date) -> PostQuerySet:
        return self.filter(Q(to_on=None) | Q(to_on__gte=on), from_on__lte=on)


class UserQuerySet(QuerySet[Any]):
    """Accounts: managed by the system and security administrators; the audit administrator reads; others see themselves."""

    def visible_to(self, actor: Actor) -> UserQuerySet:
        if actor.role in ADMINISTRATORS:
            return self
        return self.filter(pk=actor.user_id)
