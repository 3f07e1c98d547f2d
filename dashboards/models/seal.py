"""Finished months and years of closed cards, counted once (docs/data.md A). Dropped and rebuilt, never adjusted; nothing here is the truth."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework.enums import Severity
from organizations.querysets import MachineryQuerySet


class Seal(models.Model):
    """A finished month ('2026-06') or year ('2026'). Its row is the lock between counting it and a late entry; not valid = count it live."""

    period = models.CharField("期间", max_length=7, primary_key=True)
    valid = models.BooleanField("已封存", default=False)

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "封存期间"
        ordering = ("period",)

    def __str__(self) -> str:
        return self.period


class SealedCount(models.Model):
    """Closed cards of a period by unit: how many, how many in time by either clock, and the sum of their days."""

    period = models.CharField("期间", max_length=7)
    unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, db_index=False, related_name="+", verbose_name="责任单位"
    )
    severity = models.PositiveSmallIntegerField("性质", choices=Severity.choices)
    is_lead = models.BooleanField("牵头")
    state = models.CharField("状态", max_length=16)
    n = models.PositiveIntegerField("件数")
    on_time = models.PositiveIntegerField("批准时限内")
    on_time_original = models.PositiveIntegerField("原时限内")
    days = models.BigIntegerField("用时合计（日）")

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "封存件数"
        ordering = ("period", "unit_id", "severity", "is_lead", "state")
        constraints = (models.UniqueConstraint("period", "unit", "severity", "is_lead", "state", name="sealed_cell"),)

    def __str__(self) -> str:
        return f"{self.period} {self.n}"


class SealedPart(models.Model):
    """Closed cards of a period by topic or by campaign, for the tables of the page: a live count would grow with every year."""

    period = models.CharField("期间", max_length=7)
    dimension = models.CharField("分组", max_length=8, choices=[("topic", "问题类别"), ("within", "督察批次")])
    key = models.BigIntegerField("分组值")  # 0 for no topic: a unique constraint over nulls is not to be had everywhere
    severity = models.PositiveSmallIntegerField("性质", choices=Severity.choices)
    is_lead = models.BooleanField("牵头")
    state = models.CharField("状态", max_length=16)
    n = models.PositiveIntegerField("件数")

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "封存分组"
        ordering = ("period", "dimension", "key", "severity", "is_lead", "state")
        constraints = (
            models.UniqueConstraint(
                "period", "dimension", "key", "severity", "is_lead", "state", name="sealed_part_cell"
            ),
            models.CheckConstraint(condition=Q(dimension__in=("topic", "within")), name="sealed_part_dimension"),
        )

    def __str__(self) -> str:
        return f"{self.period} {self.dimension} {self.n}"


class SealedDays(models.Model):
    """Exact histogram of days to closure of a period, for the median."""

    period = models.CharField("期间", max_length=7)
    severity = models.PositiveSmallIntegerField("性质", choices=Severity.choices)
    is_lead = models.BooleanField("牵头")
    days = models.IntegerField("用时（日）")
    n = models.PositiveIntegerField("件数")

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "封存用时"
        ordering = ("period", "days", "severity", "is_lead")
        constraints = (models.UniqueConstraint("period", "severity", "is_lead", "days", name="sealed_days_cell"),)

    def __str__(self) -> str:
        return f"{self.period} {self.days} 日 {self.n}"
