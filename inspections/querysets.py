"""Which findings, campaigns, members: named questions beyond scope."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from casework.querysets import ContentQuerySet

if TYPE_CHECKING:
    from organizations.actor import Actor


class TeamMemberQuerySet(QuerySet[Any]):
    """Members of teams."""

    def visible_to(self, actor: Actor) -> TeamMemberQuerySet:
        from inspections.models import Campaign

        return self.filter(team__campaign__in=Campaign.objects.visible_to(actor).order_by())

    def sitting(self, on: date) -> TeamMemberQuerySet:
        """Those whose seat has not ended by that day."""
        return self.filter(Q(post__to_on=None) | Q(post__to_on__gte=on))

    def with_person(self) -> TeamMemberQuerySet:
        return self.select_related("post__user__home_unit", "from_unit")


class TeamQuerySet(QuerySet[Any]):
    """Teams: seen with their campaign."""

    def visible_to(self, actor: Actor) -> TeamQuerySet:
        from inspections.models import Campaign

        return self.filter(campaign__in=Campaign.objects.visible_to(actor).order_by())


class CampaignQuerySet(ContentQuerySet):
    """Campaigns."""

    def with_counts(self) -> CampaignQuerySet:
        """Add how many units and teams each has."""
        return self.annotate(n_units=Count("units", distinct=True), n_teams=Count("teams", distinct=True))


class FindingQuerySet(ContentQuerySet):
    """Findings."""

    def for_list(self) -> FindingQuerySet:
        return self.with_card().select_related("team__unit", "case__within__campaign")


class BasisQuerySet(QuerySet[Any]):
    """The documents and laws findings are judged by: open to everybody who sees business content."""

    def visible_to(self, actor: Actor) -> BasisQuerySet:
        return self.none() if actor.is_administrator else self

    def in_force(self, on: date) -> BasisQuerySet:
        return self.filter(Q(in_force_from=None) | Q(in_force_from__lte=on), Q(repealed_on=None) | Q(repealed_on__gt=on))
