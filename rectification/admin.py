"""Rectifications in the admin: measures, progress and look-backs beside the card; steps are actions."""

from django.contrib import admin

from casework.admin import CardAdmin, ReadOnlyInline, StateFilter
from organizations.admin_site import ReadOnlyAdmin
from organizations.enums import OFFICE
from rectification.columns import COLUMNS
from rectification.models import EvidenceVerdict, LookBack, Measure, ProgressReport, Rectification


@admin.register(Rectification)
class RectificationAdmin(CardAdmin):
    columns = tuple(column.through("case") for column in COLUMNS)
    list_filter = (StateFilter, "case__is_open", "case__severity", "round", ("case__due_on", admin.DateFieldListFilter))
    search_fields = ("case__number", "case__title", "case__unit_name")
    list_select_related = (
        "case__unit",
        "case__topic",
        "case__within",
        "case__holder_unit",
        "finding__case__within__campaign",
    )


class VerdictInline(ReadOnlyInline):
    model = EvidenceVerdict
    fields = ("judge", "verdict", "reason", "post", "day")


@admin.register(Measure)
class MeasureAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("case", "n", "content", "owner", "due_on", "done_on", "is_required")
    list_filter = ("is_required", ("due_on", admin.DateFieldListFilter))
    search_fields = ("case__number", "content", "owner")
    list_select_related = ("case",)
    inlines = (VerdictInline,)


@admin.register(ProgressReport)
class ProgressReportAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("case", "day", "percent", "text", "post")
    search_fields = ("case__number", "text")
    list_select_related = ("case", "post__user", "post__unit")


@admin.register(LookBack)
class LookBackAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("case", "planned_on", "done_on", "verdict", "post")
    list_filter = ("verdict",)
    search_fields = ("case__number", "case__title")
    list_select_related = ("case", "post__user", "post__unit")


@admin.register(EvidenceVerdict)
class EvidenceVerdictAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("measure", "judge", "verdict", "reason", "day")
    list_filter = ("judge", "verdict")
    list_select_related = ("measure__case",)
