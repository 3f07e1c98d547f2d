"""Rectifications in the admin: measures, progress and verdicts beside the card; steps are actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from organizations.admin_site import DictionaryAdmin, ReadOnlyAdmin, post_of_day
from organizations.columns import ACTED
from organizations.enums import OFFICE, Role
from rectification.models import (
    AcceptanceStandard,
    CallItem,
    ClaimedAspect,
    Demand,
    EvidenceVerdict,
    Measure,
    Objection,
    PaperRule,
    PaperWarning,
    PlanVerdict,
    ProgressReport,
    ProgressRound,
    RootCause,
    StageGoal,
)
from rectification.paper.rule import Rule, rules


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


@admin.register(AcceptanceStandard)
class AcceptanceStandardAdmin(DictionaryAdmin):
    """What the head of a unit signs for: kept by the office; what was signed stays as it read that day."""

    readers = OFFICE
    writers = OFFICE
    list_display = ("code", "text", "asks", "is_in_use")
    list_filter = ("is_in_use",)
    search_fields = ("code", "text")
    retire = "不再用的，去掉“在用”。"
    retired_by = ("is_in_use", True)

    def in_use(self, obj: Any) -> str:
        return "单位申请销号时按它签字" if obj.is_in_use else ""


@admin.register(Objection)
class ObjectionAdmin(ReadOnlyAdmin):
    """The register of objections, over all cases."""

    readers = OFFICE
    list_display = ("case", "received_on", "objector", "content", "outcome", "answer", "answered_on")
    list_filter = ("objector", "outcome")
    search_fields = ("case__number", "content", "answer")
    list_select_related = ("case",)
    days = "received_on"


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


@admin.register(Demand)
class DemandAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("aspect", "n", "content")
    list_select_related = ("aspect",)
    search_fields = ("aspect__title", "content")


@admin.register(ClaimedAspect)
class ClaimedAspectAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("claim", "aspect", "finding")
    list_select_related = ("claim__case", "aspect", "finding__case")
    search_fields = ("claim__case__title", "aspect__title")


@admin.register(PaperRule)
class PaperRuleAdmin(DictionaryAdmin):
    """The rules of 纸面整改: declared in the program, switched and set here."""

    readers = writers = OFFICE | {Role.SYSTEM_ADMIN}
    list_display = ("title", "is_on", "threshold", "limit")
    list_filter = ("is_on",)
    search_fields = ("name",)
    fields = ("title", "compares", "limit", "is_on", "threshold", "words")
    readonly_fields = ("title", "compares", "limit")
    retire = "不要它提示的，去掉“启用”。"

    def _declared(self, row: PaperRule) -> Rule | None:
        return rules().get(row.name)

    @admin.display(description="比对什么")
    def compares(self, row: PaperRule) -> str:
        rule = self._declared(row)
        return rule.compares if rule else "程序里已没有这条规则"

    @admin.display(description="界限的意思")
    def limit(self, row: PaperRule) -> str:
        rule = self._declared(row)
        return (rule.limit if rule else "") or "不用"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def in_use(self, obj: Any) -> str:
        return "比对按它提示"


@admin.register(PaperWarning)
class PaperWarningAdmin(ReadOnlyAdmin):
    readers = OFFICE
    list_display = ("case", "rule_title", "file", "twin", "answer", "word", "raised_at", "lapsed_at")
    list_filter = ("rule", "answer")
    search_fields = ("case__number", "word")
    list_select_related = ("case", "file", "twin")
    days = "raised_at"

    @admin.display(description="规则", ordering="rule")
    def rule_title(self, row: PaperWarning) -> str:
        known = rules().get(row.rule)
        return known.title if known else row.rule
