"""Rectifications in the admin: measures, progress and verdicts beside the card; steps are actions."""

from django.contrib import admin

from organizations.admin_site import DictionaryAdmin, ReadOnlyAdmin, post_of_day
from organizations.columns import ACTED
from organizations.enums import OFFICE
from rectification.models import (
    CallItem,
    EvidenceVerdict,
    Measure,
    PlanVerdict,
    ProgressReport,
    ProgressRound,
    RootCause,
    StageGoal,
)


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


@admin.register(PlanVerdict)
class PlanVerdictAdmin(ReadOnlyAdmin):
    readers = OFFICE
    acted = staticmethod(post_of_day)
    list_display = ("case", "called", "verdict", "kind", "reason", "acted", "day")
    list_filter = ("verdict", "kind")
    list_select_related = ("case", "post__user", "post__unit")
    search_fields = ("case__number", "reason")

    @admin.display(description="审核的是", ordering="item")
    def called(self, row: PlanVerdict) -> str:
        return row.called


@admin.register(StageGoal)
class StageGoalAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("case", "due_on", "goal")
    search_fields = ("case__number", "goal")
    list_select_related = ("case",)


@admin.register(RootCause)
class RootCauseAdmin(DictionaryAdmin):
    """The dictionary of root causes: kept by the office; one that was chosen is retired, never deleted."""

    readers = OFFICE
    writers = OFFICE
    list_display = ("code", "name", "is_in_use")
    list_filter = ("is_in_use",)
    search_fields = ("code", "name")
    retire = "不再用的，去掉“在用”。"
    retired_by = ("is_in_use", True)


@admin.register(ProgressRound)
class ProgressRoundAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("title", "called_on", "due_on", "within")
    list_select_related = ("within",)
    search_fields = ("title",)


@admin.register(CallItem)
class CallItemAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("call", "rectification", "report")
    list_select_related = ("call__case", "rectification", "report")
    search_fields = ("call__case__title", "rectification__number")
