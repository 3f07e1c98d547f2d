"""Which findings, campaigns, members: named questions beyond scope."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Case as Either
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from casework.models import Case
from casework.querysets import ContentQuerySet
from inspections.enums import Kind
from organizations.enums import UnitCategory
from organizations.models import Unit
from ui.counting import how_many

if TYPE_CHECKING:
    from organizations.actor import Actor


NOT_COPIED = (UnitCategory.OFFICE, UnitCategory.TEAM, UnitCategory.GROUP, UnitCategory.ADMINISTRATION)


class TeamMemberQuerySet(ContentQuerySet):
    """Members of teams."""

    card = "team__campaign__case__"

    def sitting(self, on: date) -> TeamMemberQuerySet:
        """Those whose seat has not ended by that day."""
        return self.filter(Q(post__to_on=None) | Q(post__to_on__gte=on))

    def with_person(self) -> TeamMemberQuerySet:
        return self.select_related("post__user__home_unit", "from_unit")


class TeamQuerySet(ContentQuerySet):
    """Teams: seen with their campaign."""

    card = "campaign__case__"


def plan_cards(actor: Actor) -> QuerySet[Any]:
    """Return the cards of plans in scope, with the number of their items and of the campaigns that came of them."""
    counts = {
        "n_items": how_many(apps.get_model("inspections", "PlanItem").objects.filter(plan=OuterRef("pk"))),
        "n_campaigns": how_many(
            apps.get_model("inspections", "Campaign").objects.filter(plan_item__plan=OuterRef("pk"))
        ),
    }
    return (
        Case.objects.visible_to(actor)
        .of_kind(Kind.ANNUAL_PLAN)
        .with_holder()
        .select_related("unit", "annualplan")
        .annotate(**counts)
    )


def campaign_cards(actor: Actor) -> QuerySet[Any]:
    """Return the cards of campaigns in scope, with how many units, teams and findings in scope each has."""
    findings = Case.objects.visible_to(actor).of_kind(Kind.FINDING)
    counts = {
        "n_units": how_many(apps.get_model("inspections", "CampaignUnit").objects.filter(campaign=OuterRef("pk"))),
        "n_teams": how_many(apps.get_model("inspections", "Team").objects.filter(campaign=OuterRef("pk"))),
        "n_findings": how_many(findings.filter(within=OuterRef("pk"))),
    }
    return (
        Case.objects.visible_to(actor)
        .of_kind(Kind.CAMPAIGN)
        .with_holder()
        .select_related("unit", "campaign")
        .annotate(**counts)
    )


def finding_cards(actor: Actor) -> QuerySet[Any]:
    """Return the cards of findings in scope, with what a list shows of them."""
    rows = Case.objects.visible_to(actor).of_kind(Kind.FINDING)
    return rows.select_related("unit", "holder_unit", "topic", "within", "finding__team__unit")


def findings_by_day(actor: Actor) -> QuerySet[Any]:
    """Return the cards of findings in scope, joined to what orders them: where none may lack, its index may lead."""
    return Case.objects.visible_to(actor).of_kind(Kind.FINDING).filter(finding__isnull=False)


def findings_citing(actor: Actor, article: Any) -> QuerySet[Any]:
    """Return the cards of findings in scope that cite an article."""
    return findings_by_day(actor).filter(pk__in=article.citations.order_by().values("finding_id"))


def states_of(cards: QuerySet[Any]) -> list[tuple[str, int]]:
    """Return how many cards there are in each state."""
    return list(cards.order_by().values_list("state").annotate(n=Count("*")))


def to_feed_back(campaign_id: int, actor: Actor) -> QuerySet[Any]:
    """Return the units of a campaign with confirmed findings that wait to be fed back, with their number."""
    cards = finding_cards(actor).filter(within=campaign_id, state="confirmed")
    return (
        Unit.objects.filter(pk__in=cards.order_by().values("unit_id"))
        .annotate(n=how_many(cards.filter(unit=OuterRef("pk"))))
        .order_by("place")
    )


def unsigned_feedback(campaign_id: int, actor: Actor) -> QuerySet[Any]:
    """Return what was fed back in a campaign and its unit has not signed for, the longest waiting first."""
    rows = Case.objects.visible_to(actor).of_kind(Kind.FEEDBACK).filter(within=campaign_id, is_open=True)
    return rows.select_related("unit").order_by("due_on", "pk")


def copied_bodies(on: date) -> QuerySet[Any]:
    """Return the units that a feedback may be copied to (四抄告: docs/domain/process.md 1.7).

    分管领导、有关主责部门、纪检监察机关、组织部门: any standing body but the office itself, teams and administrators.
    """
    return Unit.objects.in_force(on).exclude(category__in=NOT_COPIED).order_by("-is_consulted", "place")


def rectifications_of(finding: Any, actor: Actor) -> Any:
    """Return the rectifications of a finding in scope.

    The relation belongs to the floor above, so it is only asked for by name.
    """
    rows = getattr(finding, "rectifications", None)
    return (
        rows.visible_to(actor).select_related("case__unit", "case__holder_unit").order_by("case__number", "pk")
        if rows is not None
        else ()
    )


class BasisQuerySet(QuerySet[Any]):
    """The documents and laws findings are judged by: open to everybody who sees business content."""

    def visible_to(self, actor: Actor) -> BasisQuerySet:
        return self.none() if actor.is_administrator else self

    def in_force(self, on: date) -> BasisQuerySet:
        return self.filter(
            Q(in_force_from=None) | Q(in_force_from__lte=on), Q(repealed_on=None) | Q(repealed_on__gt=on)
        )


def with_versions(bases: QuerySet[Any]) -> QuerySet[Any]:
    """With the number of texts that are loaded (`n_versions`), and since when today's is in force."""
    versions = apps.get_model("inspections", "LawVersion").objects.filter(basis=OuterRef("pk"))
    of_the_day = versions.filter(in_force_from__lte=timezone.localdate()).order_by("-in_force_from")
    return bases.annotate(n_versions=how_many(versions), version_from=Subquery(of_the_day.values("in_force_from")[:1]))


class LawVersionQuerySet(QuerySet[Any]):
    """Versions of documents: as open as the documents are."""

    def visible_to(self, actor: Actor) -> LawVersionQuerySet:
        return self.none() if actor.is_administrator else self

    def with_size(self) -> LawVersionQuerySet:
        """With the number of its articles."""
        articles = apps.get_model("inspections", "Article").objects.filter(version=OuterRef("pk"))
        return self.annotate(n_articles=how_many(articles))

    def with_end(self) -> LawVersionQuerySet:
        """With `next_from`, the day the next version came into force, and `ends_on`, the first day it is no longer."""
        later = self.model._default_manager.filter(
            basis=OuterRef("basis"), in_force_from__gt=OuterRef("in_force_from")
        ).order_by("in_force_from")
        rows = self.annotate(next_from=Subquery(later.values("in_force_from")[:1]), repealed_on=F("basis__repealed_on"))
        first = Either(
            When(Q(next_from__isnull=True) | Q(repealed_on__lt=F("next_from")), then=F("repealed_on")),
            default=F("next_from"),
        )
        return rows.annotate(ends_on=first)


class ArticleQuerySet(QuerySet[Any]):
    """Articles: as open as their documents are."""

    def visible_to(self, actor: Actor) -> ArticleQuerySet:
        return self.none() if actor.is_administrator else self


class StagedLawQuerySet(QuerySet[Any]):
    """Texts that wait to be confirmed: the office sees all of them."""

    def visible_to(self, actor: Actor) -> StagedLawQuerySet:
        return self if actor.is_office else self.none()


class CitationQuerySet(ContentQuerySet):
    """Articles that findings cite."""

    card = "finding__case__"

    def no_longer_in_force(self, on: date) -> CitationQuerySet:
        """Those of open findings whose document is repealed by a day, or whose version another has followed."""
        later = apps.get_model("inspections", "LawVersion").objects.filter(
            basis=OuterRef("basis"), in_force_from__gt=OuterRef("cites__version__in_force_from"), in_force_from__lte=on
        )
        return self.filter(Q(basis__repealed_on__lte=on) | Q(Exists(later.order_by())), finding__case__is_open=True)


class CampaignUnitQuerySet(ContentQuerySet):
    card = "campaign__case__"


class PlanItemQuerySet(ContentQuerySet):
    card = "plan__case__"


class RecusalQuerySet(ContentQuerySet):
    card = "member__team__campaign__case__"
