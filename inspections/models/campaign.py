"""督察批次: what is inspected, which units, when; it is a case too, and the `within` of all that is found in it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from casework.querysets import ContentQuerySet
from inspections.enums import CampaignKind
from inspections.querysets import CampaignUnitQuerySet


class Campaign(models.Model):
    """One campaign.

    The two switches choose the rectification circuit of all its findings; they are fixed once fieldwork begins.
    """

    case = models.OneToOneField(
        "casework.Case", models.PROTECT, primary_key=True, related_name="campaign", verbose_name="办理卡片"
    )
    kind = models.CharField("督察类型", max_length=2, choices=CampaignKind.choices)
    year = models.PositiveSmallIntegerField("年度")
    plan_item = models.ForeignKey(
        "inspections.PlanItem", models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name="计划项目"
    )
    outside_reason = models.TextField("计划外事由", blank=True, max_length=1_000)  # why it is in no annual plan
    is_routine = models.BooleanField("本年日常督察", default=False)  # docs/decisions/0021
    content = models.TextField("督察内容", blank=True)
    from_on = models.DateField("实施自")
    to_on = models.DateField("实施至")
    with_supervision = models.BooleanField("须主管部门审核", default=True)
    with_publicity = models.BooleanField("须公示", default=True)
    publicity_days = models.PositiveSmallIntegerField(
        "公示天数", default=7
    )  # 通行 5 至 7 日 (docs/domain/process.md 1.5)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督察批次"
        ordering = ("-year", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(to_on__gte=F("from_on")),
                name="campaign_dates",
                violation_error_message="实施截止日不能早于起始日",
            ),
            models.UniqueConstraint(
                fields=("year",),
                condition=Q(is_routine=True),
                name="campaign_routine_once_a_year",
                violation_error_message="该年度已有日常督察",
            ),
            models.CheckConstraint(
                condition=Q(publicity_days__gte=1, publicity_days__lte=60),
                name="campaign_publicity",
                violation_error_message="公示天数须在 1 至 60 之间",
            ),
        )

    def __str__(self) -> str:
        return self.case.title

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()


class CampaignUnit(models.Model):
    """A unit inspected in a campaign, and the team that inspects it."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="units", verbose_name="督察批次")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+", verbose_name="被督察单位")
    team = models.ForeignKey(
        "inspections.Team", models.PROTECT, null=True, blank=True, related_name="units", verbose_name="督察组"
    )

    objects = CampaignUnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "被督察单位"
        ordering = ("campaign_id", "unit__place")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "unit"), name="campaign_unit_once", violation_error_message="该单位已在本批次中"
            ),
        )

    def __str__(self) -> str:
        return str(self.unit)
