"""Which schemes and rules. They are no secret: whoever sees business content may know by what he is scored."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from organizations.actor import Actor


class SchemeQuerySet(QuerySet[Any]):
    def visible_to(self, actor: Actor) -> SchemeQuerySet:
        return self.none() if actor.is_administrator else self

    def in_force(self, on: date) -> SchemeQuerySet:
        """Newest first: the first is the one that holds."""
        return self.filter(Q(to_on=None) | Q(to_on__gte=on), from_on__lte=on).order_by("-from_on", "-version")


class RuleQuerySet(QuerySet[Any]):
    def visible_to(self, actor: Actor) -> RuleQuerySet:
        return self.none() if actor.is_administrator else self
