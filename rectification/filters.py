"""Conditions of the ledger, and of the list of look-backs."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from casework.deadlines.limits import OVER_THIRTY, OVERDUE_BANDS, SOON_LABEL, soon_until
from casework.enums import Severity
from casework.filters import CaseFilter, DayFilter, StatesFilter, UnitFilter
from casework.kinds import spec_of
from casework.models import Case, Topic
from casework.querysets import OPEN
from inspections.enums import Kind
from inspections.filters import WithinFilter
from organizations.enums import Role, UnitCategory
from rectification.enums import (
    ASPECT,
    LOOK_BACK,
    PROGRAMME,
    PROGRESS_CALL,
    RECTIFICATION,
    SUPPORT_NEED,
    UNIT_CLAIM,
    LookBackVerdict,
)
from rectification.models import Programme, ProgressRound
from rectification.querysets import behind

LATE = {"late15": OVERDUE_BANDS[0], "late30": OVERDUE_BANDS[1], "late99": OVER_THIRTY}
DUE = (
    ("late", "整改逾期"),
    *((name, f"整改逾期 {band.label}") for name, band in LATE.items()),
    ("soon", SOON_LABEL),
    ("step_late", "本步逾期"),
    ("behind", "滞后于序时"),
)
WHERE = (("open", "没有办结"), ("unit", "在单位"), ("office", "在依法治市办"), ("reviewer", "在主管部门"))
HOLDERS = {
    "unit": (Role.UNIT_LIAISON, Role.UNIT_HEAD),
    "office": (Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR),
    "reviewer": (Role.INDUSTRY_REVIEWER,),
}


class LedgerFilter(CaseFilter):
    """The ledger's conditions; each is a parameter of the URL."""

    unit = UnitFilter(RECTIFICATION, "责任单位")
    category = django_filters.ChoiceFilter(
        field_name="unit__category", choices=UnitCategory.choices[:7], label="单位类别"
    )
    within = WithinFilter(RECTIFICATION)
    topic = django_filters.ModelChoiceFilter(queryset=lambda request: Topic.objects.second_level(), label="领域")
    state = StatesFilter(RECTIFICATION)
    due = django_filters.ChoiceFilter(choices=DUE, method="by_due", label="时限")
    where = django_filters.ChoiceFilter(choices=WHERE, method="by_holder", label="办理情况")
    severity = django_filters.ChoiceFilter(choices=Severity.choices, label="性质")
    due_from = DayFilter(field_name="due_on", lookup_expr="gte", label="时限自")
    due_to = DayFilter(field_name="due_on", lookup_expr="lte", label="时限至")

    def by_due(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Overdue in calendar days, soon in working days.

        长期坚持 and 中止 have no clock (docs/domain/results.md 11).
        """
        today = timezone.localdate()
        clocked = rows.filter(OPEN).filter(spec_of(RECTIFICATION).clocked)
        if value in LATE:
            since, until = LATE[value].deadlines(today)
            late = clocked.filter(due_on__lte=until)
            return late.filter(due_on__gte=since) if since else late
        if value == "step_late":
            return rows.filter(OPEN, step_due_on__lt=today)
        if value == "behind":
            return behind(rows, today)
        if value == "late":
            return clocked.filter(due_on__lt=today)
        return clocked.filter(due_on__range=(today, soon_until(today)))

    def by_holder(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return (
            rows.filter(OPEN)
            if value == "open"
            else rows.filter(OPEN, holder_role__in=[str(role) for role in HOLDERS[value]])
        )


class FeedbackFilter(CaseFilter):
    """The conditions of the list of what was fed back."""

    unit = UnitFilter(Kind.FEEDBACK, "被督察单位")
    within = WithinFilter(Kind.FEEDBACK)
    state = StatesFilter(Kind.FEEDBACK)


class LookBackFilter(CaseFilter):
    """The conditions of the look-backs."""

    unit = UnitFilter(LOOK_BACK, "责任单位")
    state = StatesFilter(LOOK_BACK)
    verdict = django_filters.MultipleChoiceFilter(
        field_name="lookback__verdict", choices=LookBackVerdict.choices, label="结论"
    )
    within = WithinFilter(RECTIFICATION, field_name="lookback__rectification__within")
    due_from = DayFilter(field_name="due_on", lookup_expr="gte", label="计划自")
    due_to = DayFilter(field_name="due_on", lookup_expr="lte", label="计划至")


class CallFilter(CaseFilter):
    """The conditions of the answers to rounds of progress."""

    round = django_filters.ModelChoiceFilter(
        field_name="progresscall__round",
        queryset=lambda request: ProgressRound.objects.visible_to(request.actor),
        label="哪次调度",
    )
    state = StatesFilter(PROGRESS_CALL)


class NeedFilter(CaseFilter):
    """The conditions of the needs for support."""

    state = StatesFilter(SUPPORT_NEED)
    within = WithinFilter(SUPPORT_NEED)


def _programmes(request: Any) -> QuerySet[Any]:
    """The programmes of which the reader sees something."""
    theirs = Case.objects.visible_to(request.actor).filter(kind__in=(UNIT_CLAIM, ASPECT))
    found = theirs.order_by().values("unitclaim__programme"), theirs.order_by().values("aspect__programme")
    rows = Programme.objects.select_related("case").order_by("-case_id")
    return rows.filter(Q(pk__in=found[0]) | Q(pk__in=found[1]))


class ProgrammeFilter(CaseFilter):
    """The conditions of the programmes."""

    state = StatesFilter(PROGRAMME)
    within = WithinFilter(PROGRAMME)


class AspectFilter(CaseFilter):
    """The conditions of the problems of the whole city."""

    programme = django_filters.ModelChoiceFilter(
        field_name="aspect__programme", queryset=_programmes, label="整改工作方案"
    )
    state = StatesFilter(ASPECT)


class UnitClaimFilter(CaseFilter):
    """The conditions of the answers of units."""

    programme = django_filters.ModelChoiceFilter(
        field_name="unitclaim__programme", queryset=_programmes, label="整改工作方案"
    )
    unit = UnitFilter(UNIT_CLAIM, "责任单位")
    state = StatesFilter(UNIT_CLAIM)
    due = django_filters.ChoiceFilter(choices=(("late", "没有按期认领"),), method="by_due", label="期限")

    def by_due(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(OPEN, due_on__lt=timezone.localdate())
