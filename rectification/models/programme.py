"""市级整改工作方案: problems of the whole city with their required measures, claimed by many units (decision 0034).

See docs/domain/samples.md 10.1 (10 个方面、30 条措施、对标认领) and docs/domain/results.md 11 (问题数 ≠ 措施数).
"""

from __future__ import annotations

from typing import Any

from django.db import models

from casework.enums import Severity
from casework.querysets import ContentQuerySet
from inspections.enums import RectifyType
from rectification.querysets import AspectQuerySet, ClaimedQuerySet, DemandQuerySet


class Programme(models.Model):
    """整改工作方案: follows from a campaign (`case.within`), and is issued to its units, which answer by `claim_by`."""

    case = models.OneToOneField(
        "casework.Case", models.PROTECT, primary_key=True, related_name="programme", verbose_name="办理卡片"
    )
    purpose = models.TextField("总体要求", blank=True, max_length=2_000)
    claim_by = models.DateField("认领期限")
    units = models.ManyToManyField("organizations.Unit", related_name="+", verbose_name="印发单位")

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改工作方案"
        ordering = ("-case_id",)

    def __str__(self) -> str:
        return self.case.title

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()


class Aspect(models.Model):
    """方面: one problem of the whole city. It has a card from the issue on, which the office alone closes."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="aspects", verbose_name="整改工作方案")
    case = models.OneToOneField(
        "casework.Case", models.PROTECT, null=True, blank=True, related_name="aspect", verbose_name="办理卡片"
    )
    n = models.PositiveSmallIntegerField("序号")
    title = models.CharField("方面", max_length=60)
    statement = models.TextField("问题表述", max_length=2_000)
    topic = models.ForeignKey("casework.Topic", models.PROTECT, related_name="+", verbose_name="问题类别")
    severity = models.PositiveSmallIntegerField("性质", choices=Severity.choices, default=Severity.ORDINARY)
    basis = models.ForeignKey("inspections.Basis", models.PROTECT, related_name="+", verbose_name="依据")
    article = models.CharField("条款", max_length=40)
    supervisor = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="行业主管部门"
    )
    rectify_type = models.CharField("整改类型", max_length=2, choices=RectifyType.choices, default=RectifyType.TERM)
    rectify_by = models.DateField("整改时限")

    objects = AspectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "方面"
        ordering = ("programme_id", "n")
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "n"), name="aspect_number_once", violation_error_message="方面的序号重复"
            ),
        )

    def __str__(self) -> str:
        return f"{self.n}. {self.title}"

    def get_absolute_url(self) -> str:
        card: Any = self.case
        return str((card or self.programme.case).get_absolute_url())


class Demand(models.Model):
    """规定措施 of an aspect, numbered through the whole programme; whoever claims it has it in its plan."""

    aspect = models.ForeignKey(Aspect, models.PROTECT, related_name="demands", verbose_name="方面")
    n = models.PositiveSmallIntegerField("序号")
    content = models.CharField("规定措施", max_length=500)

    objects = DemandQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "规定措施"
        ordering = ("aspect_id", "n")
        constraints = (
            models.UniqueConstraint(
                fields=("aspect", "n"), name="demand_number_once", violation_error_message="规定措施的序号重复"
            ),
        )

    def __str__(self) -> str:
        return f"{self.n}. {self.content}"


class UnitClaim(models.Model):
    """对标认领: what one unit answers to a programme. `why`: why it claims nothing, or not the rest."""

    case = models.OneToOneField(
        "casework.Case", models.PROTECT, primary_key=True, related_name="unitclaim", verbose_name="办理卡片"
    )
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="claims", verbose_name="整改工作方案")
    why = models.CharField("不认领的理由", max_length=500, blank=True)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对标认领"
        ordering = ("-case_id",)

    def __str__(self) -> str:
        return str(self.case)

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()


class ClaimedAspect(models.Model):
    """An aspect that a unit claims, with the demands that concern it; accepted, it is a finding of that unit."""

    claim = models.ForeignKey(UnitClaim, models.CASCADE, related_name="claimed", verbose_name="对标认领")
    aspect = models.ForeignKey(Aspect, models.PROTECT, related_name="claimed", verbose_name="方面")
    demands = models.ManyToManyField(Demand, related_name="claimed", verbose_name="规定措施")
    finding = models.OneToOneField(
        "inspections.Finding", models.PROTECT, null=True, blank=True, related_name="claimed", verbose_name="问题"
    )

    objects = ClaimedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认领的方面"
        ordering = ("claim_id", "aspect__n")
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "aspect"), name="aspect_claimed_once", violation_error_message="同一方面认领了两次"
            ),
        )

    def __str__(self) -> str:
        return f"{self.claim}：{self.aspect}"
