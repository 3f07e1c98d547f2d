"""年度计划: the year's inspections, planned and approved together (总量控制、计划管理)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from casework.querysets import ContentQuerySet
from inspections.enums import CampaignKind
from inspections.querysets import PlanItemQuerySet


class AnnualPlan(models.Model):
    """The plan of a year; its items become campaigns."""

    case = models.OneToOneField(
        "casework.Case", models.PROTECT, primary_key=True, related_name="annualplan", verbose_name="办理卡片"
    )
    year = models.PositiveSmallIntegerField(
        "年度", unique=True, error_messages={"unique": "该年度已有计划，请在原计划上修改"}
    )
    purpose = models.TextField("总体要求", blank=True)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度计划"
        ordering = ("-year",)
        constraints = (
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="plan_year",
                violation_error_message="年度须在 2000 至 2100 之间",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} 年度法治督察计划"

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()


class PlanItem(models.Model):
    """One inspection the plan foresees."""

    plan = models.ForeignKey(AnnualPlan, models.CASCADE, related_name="items", verbose_name="年度计划")
    kind = models.CharField("督察类型", max_length=2, choices=CampaignKind.choices)
    title = models.CharField("名称", max_length=80)
    basis = models.CharField("依据", max_length=200, blank=True)
    from_on = models.DateField("计划自")
    to_on = models.DateField("计划至")
    scope_note = models.CharField("对象与范围", max_length=200, blank=True)
    lead = models.CharField("牵头", max_length=60, blank=True)

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "计划项目"
        ordering = ("plan_id", "from_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(to_on__gte=F("from_on")),
                name="plan_item_dates",
                violation_error_message="计划截止日不能早于起始日",
            ),
            models.UniqueConstraint(
                fields=("plan", "title"), name="plan_item_once", violation_error_message="计划中已有同名项目"
            ),
        )

    def __str__(self) -> str:
        return self.title
