"""Conditions of the lists of plans, campaigns and findings."""

from __future__ import annotations

from functools import partial
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from casework.enums import Severity
from casework.filters import CaseFilter, DayFilter, FamilyFilter
from casework.models import Case, Topic
from casework.querysets import scope
from inspections.enums import CampaignKind, CampaignState, FindingState, Kind, Method
from inspections.models import Campaign, CampaignUnit, Team
from organizations.models import Unit
from organizations.requests import ActorRequest


class WithinFilter(django_filters.ModelChoiceFilter):
    """The campaign of a case of this kind."""

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(queryset=partial(_campaigns, kind), label="督察批次", **options)


def _campaigns(kind: str, request: ActorRequest) -> QuerySet[Any]:
    """Return the campaigns in the person's scope, and those named on cases in it: no secret to him either."""
    theirs = Case.objects.visible_to(request.actor).filter(kind=kind, within=OuterRef("pk"))
    offered = Case.objects.filter(scope(request.actor) | Exists(theirs), kind=Kind.CAMPAIGN)
    return offered.only("number", "title").order_by("-pk")


def placed_units(request: ActorRequest) -> QuerySet[Any]:
    """The units of the campaigns in the person's scope, those since merged or abolished too: a team has a dozen."""
    placed = CampaignUnit.objects.filter(campaign__in=Campaign.objects.visible_to(request.actor).order_by())
    return Unit.objects.filter(pk__in=placed.order_by().values("unit_id")).order_by("place")


class TeamChoice(django_filters.fields.ModelChoiceField):
    """A team, told from its namesakes by its campaign: each campaign has a 第一督察组."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.short_name} · {obj.team.campaign.case.title}"


class TeamFilter(django_filters.ModelChoiceFilter):
    field_class = TeamChoice


def teams(request: ActorRequest) -> QuerySet[Any]:
    return (
        Unit.objects.filter(pk__in=Team.objects.visible_to(request.actor).order_by().values("unit_id"))
        .order_by("-code")
        .select_related("team__campaign__case")
    )


def topics(request: ActorRequest) -> QuerySet[Any]:
    return Topic.objects.order_by("code")


class PlacedFilter(FamilyFilter):
    """The campaigns in which a unit was inspected."""

    def of(self, rows: QuerySet[Any], family: list[int]) -> QuerySet[Any]:
        placed = CampaignUnit.objects.filter(campaign=OuterRef("pk"), unit__in=family)
        return rows.filter(Exists(placed.order_by()))


class CampaignFilter(CaseFilter):
    """Each condition is a parameter of the URL."""

    unit = PlacedFilter(queryset=placed_units, label="被督察单位", empty_label="全部")
    year = django_filters.NumberFilter(field_name="campaign__year", label="年度")
    kind = django_filters.ChoiceFilter(
        field_name="campaign__kind", choices=CampaignKind.choices, label="督察类型", empty_label="全部"
    )
    state = django_filters.ChoiceFilter(choices=CampaignState.choices, label="状态", empty_label="全部")


class FindingFilter(CaseFilter):
    """Each condition is a parameter of the URL. A first-level topic takes its second level along."""

    within = WithinFilter(Kind.FINDING, empty_label="全部")
    unit = FamilyFilter(queryset=placed_units, label="被督察单位", empty_label="全部")
    team = TeamFilter(
        queryset=teams,
        field_name="finding__team_id",
        to_field_name="pk",
        label="督察组",
        empty_label="全部",
        method="by_team",
    )
    topic = django_filters.ModelChoiceFilter(queryset=topics, label="类别", empty_label="全部", method="by_topic")
    severity = django_filters.ChoiceFilter(choices=Severity.choices, label="性质", empty_label="全部")
    state = django_filters.ChoiceFilter(choices=FindingState.choices, label="状态", empty_label="全部")
    method = django_filters.ChoiceFilter(
        field_name="finding__method", choices=Method.choices, label="发现方式", empty_label="全部"
    )
    found_from = DayFilter(field_name="finding__discovered_on", lookup_expr="gte", label="发现自")
    found_to = DayFilter(field_name="finding__discovered_on", lookup_expr="lte", label="发现至")

    def by_topic(self, rows: QuerySet[Any], name: str, topic: Topic) -> QuerySet[Any]:
        return rows.filter(topic=topic) if topic.parent_id else rows.filter(topic__parent=topic)

    def by_team(self, rows: QuerySet[Any], name: str, unit: Unit) -> QuerySet[Any]:
        return rows.filter(finding__team_id=unit.pk)
