"""Rectifications in the admin: measures, progress and verdicts beside the card; steps are actions."""

from django.contrib import admin

from organizations.admin_site import ReadOnlyAdmin, post_of_day
from organizations.columns import ACTED
from organizations.enums import OFFICE
from rectification.models import EvidenceVerdict, Measure, ProgressReport


@admin.register(Measure)
class MeasureAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("case", "n", "content", "owner", "due_on", "done_on", "is_required")
    list_filter = ("is_required", "due_on")
    search_fields = ("case__number", "content", "owner")
    list_select_related = ("case",)
    beside = ((EvidenceVerdict, ("judge", "verdict", "reason", ACTED, "day")),)
    days = "due_on"


@admin.register(ProgressReport)
class ProgressReportAdmin(ReadOnlyAdmin):
    readers = OFFICE
    acted = staticmethod(post_of_day)
    list_display = ("case", "day", "percent", "text", "acted")
    search_fields = ("case__number", "text")
    list_select_related = ("case", "post__user", "post__unit")


@admin.register(EvidenceVerdict)
class EvidenceVerdictAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("measure", "judge", "verdict", "reason", "day")
    list_filter = ("judge", "verdict")
    list_select_related = ("measure__case",)
