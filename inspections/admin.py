"""Plans, campaigns, teams, findings and bases in the admin, where they are looked at.

Cards take the circuits' steps as actions; bases are kept by the office.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from inspections.models import (
    Article,
    Basis,
    CampaignUnit,
    Citation,
    LawVersion,
    PlanItem,
    Recusal,
    Team,
    TeamMember,
)
from organizations.admin_site import DictionaryAdmin, ReadOnlyAdmin
from organizations.enums import OFFICE


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("unit", "campaign", "group")
    list_filter = ("group",)
    list_select_related = ("unit", "campaign__case", "group")
    search_fields = ("unit__sought", "campaign__case__title", "campaign__case__number")
    beside = ((TeamMember, ("post", "duty", "from_unit")),)


@admin.register(TeamMember)
class TeamMemberAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("person", "duty", "team", "from_unit")
    list_filter = ("duty",)
    list_select_related = ("post__user", "team__unit", "from_unit")
    search_fields = ("post__user__sought", "team__unit__sought", "team__campaign__case__number")

    @admin.display(description="姓名", ordering="post__user__name")
    def person(self, row: TeamMember) -> str:
        return str(row.post.user)


@admin.register(Recusal)
class RecusalAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("member", "unit", "reason")
    list_select_related = ("member__post__user", "unit")
    search_fields = ("member__post__user__sought", "unit__sought", "reason")


@admin.register(CampaignUnit)
class CampaignUnitAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("unit", "campaign", "team")
    list_select_related = ("unit", "campaign__case", "team__unit")
    search_fields = ("unit__sought", "campaign__case__number", "campaign__case__title")


@admin.register(PlanItem)
class PlanItemAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("title", "plan", "kind", "from_on", "to_on", "lead")
    list_filter = ("kind", "plan")
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
class BasisAdmin(DictionaryAdmin):
    """The dictionary of bases: added and corrected by the office; one that was cited is repealed, never deleted."""

    readers = OFFICE
    writers = OFFICE
    list_display = ("code", "short_name", "name", "issued_by", "in_force_from", "repealed_on", "is_unverified")
    list_filter = ("is_unverified", "issued_by")
    search_fields = ("code", "name", "short_name")
    retire = "不再有效的，填废止日期。"
    retired_by = ("repealed_on", None)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()


@admin.register(LawVersion)
class LawVersionAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("basis", "adopted_on", "in_force_from", "file_name", "confirmed_at")
    list_filter = ("basis",)
    list_select_related = ("basis",)
    search_fields = ("basis__name", "file_name")


@admin.register(Article)
class ArticleAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("label", "version", "place", "text")
    list_select_related = ("version__basis",)
    search_fields = ("version__basis__name", "text")
