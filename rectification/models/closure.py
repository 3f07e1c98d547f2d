"""销号: what the head of a unit signs for, and who objected while it was public (docs/domain/process.md 2.5)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework.querysets import ContentQuerySet, TopicQuerySet
from casework.workflow.inputs import Statement
from rectification.enums import ObjectionOutcome, Objector


class AcceptanceStandard(models.Model):
    """销号验收标准: a statement that the head of the unit signs, of a dictionary that the office keeps.

    What was signed is kept with the event as it read that day; a changed or retired one changes nothing signed.
    """

    code = models.CharField("代码", max_length=10, unique=True, error_messages={"unique": "已有使用该代码的标准"})
    text = models.CharField("标准", max_length=120)
    asks = models.CharField(
        "须写明", max_length=120, blank=True, help_text="要单位写一句的，写明写什么；不用写的留空。"
    )
    is_in_use = models.BooleanField("在用", default=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "销号验收标准"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.text

    def to_sign(self) -> Statement:
        """Return it as it is laid before who signs."""
        return Statement(self.code, self.text, self.asks)


class Objection(models.Model):
    """异议: what was objected while a closure was public, and what came of it. No name: by kind, and in content.

    The trail of the case says who entered it and who answered.
    """

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="objections", verbose_name="整改")
    received_on = models.DateField("收到日期")
    objector = models.CharField("提出人类别", max_length=10, choices=Objector.choices)
    content = models.CharField("异议内容", max_length=500)
    outcome = models.CharField("处理结果", max_length=10, choices=ObjectionOutcome.choices, blank=True)
    answer = models.CharField("处理情况", max_length=500, blank=True)
    answered_on = models.DateField("处理日期", null=True, blank=True)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示异议"
        ordering = ("case_id", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_on=None)
                | ~Q(outcome="") & ~Q(answer="") & Q(answered_on__isnull=False),
                name="objection_answer_whole",
                violation_error_message="异议的处理结果、处理情况和日期须同时填写",
            ),
        )

    def __str__(self) -> str:
        return f"{self.received_on:%Y-%m-%d} {self.get_objector_display()}：{self.content}"
