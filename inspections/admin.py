"""Plans, campaigns, teams, findings and bases in the admin: looked at here; cards take the circuits' steps as actions, bases are kept by the office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from casework.admin import CardAdmin, ReadOnlyInline, StateFilter
from inspections.columns import CAMPAIGNS, FINDINGS, PLANS
from inspections.models import (
    AnnualPlan,
    Basis,
    Campaign,
    CampaignUnit,
    Citation,
    Finding,
    PlanItem,
    Recusal,
    Team,
    TeamMember,
)
from organizations.admin_site import ReadOnlyAdmin, RightsAdmin
from organizations.enums import OFFICE


class PlanItemInline(ReadOnlyInline):
    model = PlanItem
    fields = ("title", "kind", "from_on", "to_on", "scope_note", "lead", "basis")


class CampaignUnitInline(ReadOnlyInline):
    model = CampaignUnit
    fields = ("unit", "team")


class TeamInline(ReadOnlyInline):
    model = Team
    fields = ("unit", "group")


class CitationInline(ReadOnlyInline):
    model = Citation
    fields = ("basis", "article", "words")


class TeamMemberInline(ReadOnlyInline):
    model = TeamMember
    fields = ("post", "duty", "from_unit")


class ContentAdmin(CardAdmin):
    """A kind of card: number, title and state stand on the card."""

    list_select_related = ("case__unit", "case__topic", "case__holder_unit", "case__within")


@admin.register(AnnualPlan)
class AnnualPlanAdmin(ContentAdmin):
    columns = tuple(column.through("case") for column in PLANS)
    list_filter = ("year",)
    search_fields = ("case__title", "purpose")
    inlines = (PlanItemInline,)


@admin.register(Campaign)
class CampaignAdmin(ContentAdmin):
    columns = tuple(column.through("case") for column in CAMPAIGNS)
    list_filter = (StateFilter, "kind", "year", "with_supervision", "with_publicity")
    search_fields = ("case__number", "case__title", "content")
    date_hierarchy = "from_on"
    inlines = (TeamInline, CampaignUnitInline)


@admin.register(Finding)
class FindingAdmin(ContentAdmin):
    columns = tuple(column.through("case") for column in FINDINGS)
    list_filter = (
        StateFilter,
        "case__severity",
        "source",
        "method",
        "rectify_type",
        "is_common",
        ("discovered_on", admin.DateFieldListFilter),
    )
    list_select_related = ("case__unit", "case__topic", "case__holder_unit", "team__unit")
    search_fields = ("case__number", "case__title", "case__unit_name", "statement")
    date_hierarchy = "discovered_on"
    inlines = (CitationInline,)


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("unit", "campaign", "group")
    list_filter = ("group",)
    list_select_related = ("unit", "campaign__case", "group")
    search_fields = ("unit__short_name", "campaign__case__title", "campaign__case__number")
    inlines = (TeamMemberInline,)


@admin.register(TeamMember)
class TeamMemberAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("person", "duty", "team", "from_unit")
    list_filter = ("duty",)
    list_select_related = ("post__user", "team__unit", "from_unit")
    search_fields = ("post__user__name", "team__unit__short_name", "team__campaign__case__number")

    @admin.display(description="姓名", ordering="post__user__name")
    def person(self, row: TeamMember) -> str:
        return str(row.post.user)


@admin.register(Recusal)
class RecusalAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("member", "unit", "reason")
    list_select_related = ("member__post__user", "unit")
    search_fields = ("member__post__user__name", "unit__short_name", "reason")


@admin.register(CampaignUnit)
class CampaignUnitAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("unit", "campaign", "team")
    list_select_related = ("unit", "campaign__case", "team__unit")
    search_fields = ("unit__short_name", "campaign__case__number", "campaign__case__title")


@admin.register(PlanItem)
class PlanItemAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("title", "plan", "kind", "from_on", "to_on", "lead")
    list_filter = ("kind", "plan__year")
    list_select_related = ("plan",)
    search_fields = ("title", "scope_note")


@admin.register(Citation)
class CitationAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("basis", "article", "finding")
    list_filter = ("basis",)
    list_select_related = ("basis", "finding__case")
    search_fields = ("basis__name", "article", "finding__case__number")


@admin.register(Basis)
class BasisAdmin(RightsAdmin):
    """The dictionary of bases: added and corrected by the office; one that was cited is repealed, never deleted."""

    readers = OFFICE
    writers = OFFICE
    list_display = ("code", "short_name", "name", "issued_by", "in_force_from", "repealed_on", "is_unverified")
    list_filter = ("is_unverified", "issued_by")
    search_fields = ("code", "name", "short_name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()
