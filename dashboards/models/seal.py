"""Finished periods of closed cards, counted once (docs/data.md A).

Dropped and rebuilt, never adjusted; nothing here is the truth.
"""

from __future__ import annotations

from django.db import models

from casework.enums import Severity
from organizations.querysets import MachineryQuerySet


class Seal(models.Model):
    """A finished month ('2026-06'), a finished year ('2026'), or all until the end of one ('..2026').

    Its row is the lock between counting it and a late entry; not valid = count it live.

    `layout` names the axes and sums by which it was counted: when the program declares others, the period is counted
    live until it is sealed anew.
    """

    period = models.CharField("期间", max_length=7, primary_key=True)
    valid = models.BooleanField("已封存", default=False)
    layout = models.CharField("封存口径", max_length=16, default="")

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "封存期间"
        ordering = ("period",)

    def __str__(self) -> str:
        return self.period


class SealedCell(models.Model):
    """Ended cards of a period by one axis (a dimension or a pair of them), crossed with the labels and the state.

    `key` and `other` are the keys of the axis; 0 stands for none, because a unique constraint over nulls is not to be
    had everywhere.
    """

    period = models.CharField("期间", max_length=7)
    axis = models.CharField("分组", max_length=30)
    key = models.BigIntegerField("分组值")
    other = models.BigIntegerField("第二分组值", default=0)
    severity = models.PositiveSmallIntegerField("性质", choices=Severity.choices)
    is_lead = models.BooleanField("牵头")
    subkind = models.CharField("整改类型", max_length=8, blank=True)
    state = models.CharField("状态", max_length=16)
    n = models.PositiveIntegerField("件数")
    on_time = models.PositiveIntegerField("批准时限内")
    on_time_original = models.PositiveIntegerField("原时限内")
    days = models.BigIntegerField("用时合计（日）")

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "封存数"
        ordering = ("period", "axis", "key", "other", "severity", "is_lead", "subkind", "state")
        constraints = (
            models.UniqueConstraint(
                "period", "axis", "key", "other", "severity", "is_lead", "subkind", "state", name="sealed_cell_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.period} {self.axis} {self.key}：{self.n}"
