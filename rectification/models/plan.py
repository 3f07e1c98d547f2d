"""整改方案 beside its measures: why the problem arose, stages of what is kept up, what was said of its items."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from casework.querysets import ContentQuerySet, TopicQuerySet
from rectification.enums import ItemVerdict


class RootCause(models.Model):
    """问题根源: why a problem arose, of a dictionary that the office keeps; one retired stays where it was chosen."""

    code = models.CharField("代码", max_length=10, unique=True, error_messages={"unique": "已有使用该代码的根源"})
    name = models.CharField("名称", max_length=60)
    is_in_use = models.BooleanField("在用", default=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题根源"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def retired(self) -> str:
        """What a choice adds to one that is offered no more."""
        return "" if self.is_in_use else "已停用"


class StageGoal(models.Model):
    """阶段目标: what of a plan is reached by which day (docs/domain/process.md 2.3, R3)."""

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="stage_goals", verbose_name="整改")
    due_on = models.DateField("完成时限")
    goal = models.CharField("阶段目标", max_length=200)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "阶段目标"
        ordering = ("case_id", "due_on", "pk")

    def __str__(self) -> str:
        return f"{self.due_on:%Y-%m-%d} {self.goal}"


class PlanVerdict(models.Model):
    """审核意见 on one item of a plan: a measure by its number, or the head of the plan (0). The newest holds.

    `was` is the item as it was reviewed, so that a second submission shows the old beside the new; the number of a
    measure that was reviewed is not given to another.
    """

    HEAD = 0

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="plan_verdicts", verbose_name="整改")
    item = models.PositiveSmallIntegerField("措施序号")
    verdict = models.CharField("审核意见", max_length=10, choices=ItemVerdict.choices)
    kind = models.CharField("退回类别", max_length=20, blank=True)
    reason = models.CharField("说明", max_length=300, blank=True)
    was: Any = models.JSONField("所审核的内容", default=dict)
    post = models.ForeignKey("organizations.Post", models.PROTECT, related_name="+", verbose_name="审核人")
    day = models.DateField("审核日期")

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "方案审核意见"
        ordering = ("case_id", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict=ItemVerdict.ACCEPTED) | ~Q(kind="") & ~Q(reason=""),
                name="returned_item_has_reason",
                violation_error_message="退回的须写明类别和说明",
            ),
        )

    def __str__(self) -> str:
        return f"{self.called}：{self.get_verdict_display()}"

    @property
    def called(self) -> str:
        """How the item is called."""
        return f"措施 {self.item}" if self.item else "方案总体"
