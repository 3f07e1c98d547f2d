"""进展: what a unit reports, the rounds in which the office calls for it, and the support it asks for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework.querysets import ContentQuerySet
from rectification.querysets import CallItemQuerySet, RoundQuerySet


class ProgressRound(models.Model):
    """进展调度: the office calls for the progress of what is open, to be answered by a day; one card a unit called."""

    title = models.CharField("名称", max_length=60, unique=True, error_messages={"unique": "已有同名的调度"})
    called_on = models.DateField("发起日期")
    due_on = models.DateField("答复期限")
    within = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="督察批次"
    )
    post = models.ForeignKey("organizations.Post", models.PROTECT, related_name="+", verbose_name="发起人")

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "进展调度"
        ordering = ("-called_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("called_on")),
                name="round_due_after_call",
                violation_error_message="答复期限须在发起之日以后",
            ),
        )

    def __str__(self) -> str:
        return self.title


class ProgressCall(models.Model):
    """What one unit is asked in a round: all its open rectifications, answered on one page."""

    case = models.OneToOneField(
        "casework.Case", models.PROTECT, primary_key=True, related_name="progresscall", verbose_name="办理卡片"
    )
    round = models.ForeignKey(ProgressRound, models.PROTECT, related_name="calls", verbose_name="进展调度")

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "调度答复"
        ordering = ("-case_id",)

    def __str__(self) -> str:
        return str(self.case)

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()


class ProgressReport(models.Model):
    """进展: what the unit reports from time to time. `is_unchanged`: nothing new since the report before."""

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="progress_reports", verbose_name="整改")
    post = models.ForeignKey("organizations.Post", models.PROTECT, related_name="+", verbose_name="报送人")
    day = models.DateField("报送日期")
    percent = models.PositiveSmallIntegerField("进度")
    text = models.TextField("进展情况", max_length=2_000)
    is_unchanged = models.BooleanField("无变化", default=False)
    problem = models.CharField("存在问题", max_length=500, blank=True)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "进展"
        ordering = ("case_id", "-day", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(percent__lte=100), name="percent_to_100", violation_error_message="进度须在 0 至 100 之间"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.percent}%"


class CallItem(models.Model):
    """One rectification that a unit is asked about in a round, and the report by which it answered."""

    call = models.ForeignKey(ProgressCall, models.PROTECT, related_name="items", verbose_name="调度答复")
    rectification = models.ForeignKey("casework.Case", models.PROTECT, related_name="+", verbose_name="整改")
    report = models.OneToOneField(
        ProgressReport, models.PROTECT, null=True, blank=True, related_name="answers", verbose_name="进展"
    )

    objects = CallItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "调度事项"
        ordering = ("call_id", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("call", "rectification"), name="asked_once_a_call", violation_error_message="同一件问了两次"
            ),
        )

    def __str__(self) -> str:
        return f"{self.call}：{self.rectification}"


class SupportNeed(models.Model):
    """需要的支持: what a unit cannot solve alone and asks the office to; the office answers."""

    case = models.OneToOneField(
        "casework.Case", models.PROTECT, primary_key=True, related_name="supportneed", verbose_name="办理卡片"
    )
    rectification = models.ForeignKey("casework.Case", models.PROTECT, related_name="needs", verbose_name="整改")
    need = models.CharField("需要的支持", max_length=900)  # with the problem it is for
    answer = models.CharField("答复", max_length=500, blank=True)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "支持事项"
        ordering = ("-case_id",)

    def __str__(self) -> str:
        return str(self.case)

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()
