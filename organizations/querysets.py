"""Which units, posts and users: named questions and who may see them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from organizations.enums import ADMINISTRATORS, BRINGS, OFFICE, READS_LOGS, AccountAct, ImportKind, Role, UnitCategory

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


class AccountEventQuerySet(QuerySet[Any]):
    """The log of accounts and units: the audit administrator reads all of it, the others their own acts. Append-only."""

    def visible_to(self, actor: Actor) -> AccountEventQuerySet:
        if actor.role in READS_LOGS:
            return self
        return self.filter(post__user_id=actor.user_id)

    def of_act(self, *acts: AccountAct) -> AccountEventQuerySet:
        return self.filter(what__in=acts)

    def update(self, **kwargs: Any) -> int:
        raise TypeError("日志只增不改")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("日志只增不删")


class StagedImportQuerySet(QuerySet[Any]):
    """Sheets that wait for confirmation: whose task it is sees them; of accounts and units only the person who uploaded."""

    def visible_to(self, actor: Actor) -> StagedImportQuerySet:
        kinds = [kind for kind, roles in BRINGS.items() if actor.role in roles]
        return self.filter(Q(user_id=actor.user_id) | Q(kind=ImportKind.POSTS), kind__in=kinds)
