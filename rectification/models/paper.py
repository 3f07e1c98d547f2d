"""纸面整改: what a filed case is warned of, and how it stands with each warning (docs/decisions/0033)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from casework.models.background import BackgroundWork
from organizations.querysets import DictionaryQuerySet, MachineryQuerySet
from rectification.enums import WarningAnswer
from rectification.querysets import PaperCheckQuerySet, PaperWarningQuerySet


class PaperRule(models.Model):
    """What the office has set for one rule (rectification/paper/rules): whether it warns, from where on, its words."""

    name = models.CharField("标识", max_length=24, unique=True)
    title = models.CharField("规则", max_length=30)  # as it is declared: services.load_rules writes it
    is_on = models.BooleanField("启用", default=True)
    threshold = models.PositiveSmallIntegerField("界限", null=True, blank=True)
    words = models.TextField("词语", blank=True, max_length=2_000, help_text="一行一个，或者用顿号隔开。")

    objects = DictionaryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "纸面整改提示规则"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.title


class PaperWarning(models.Model):
    """One warning on a case, with its twin: the other case or file that it is about, where there is one.

    What was compared is kept as it stood (`said`): numbers and days, and of texts the passages. It lapses when the
    file it is about is taken out or replaced, or when it is not found again after the unit has filed anew.
    """

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="paper_warnings", verbose_name="整改")
    rule = models.CharField("规则", max_length=24)
    key = models.CharField("标识", max_length=80)
    measure = models.ForeignKey(
        "rectification.Measure", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="措施"
    )
    file = models.ForeignKey(
        "casework.Attachment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="材料"
    )
    twin = models.ForeignKey(
        "casework.Case", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="对照的件"
    )
    twin_file = models.ForeignKey(
        "casework.Attachment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="对照的材料"
    )
    said = models.JSONField("比对所见", default=dict)
    raised_at = models.DateTimeField("提示时间")
    lapsed_at = models.DateTimeField("失效时间", null=True, blank=True)
    answer = models.CharField("认定", max_length=10, choices=WarningAnswer.choices, blank=True)
    word = models.CharField("认定说明", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        "organizations.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="认定人"
    )
    answered_at = models.DateTimeField("认定时间", null=True, blank=True)

    objects = PaperWarningQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "纸面整改提示"
        ordering = ("case_id", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("case", "key"), name="paper_warning_once", violation_error_message="这条提示已经有了"
            ),
            models.CheckConstraint(
                condition=Q(answer="", word="", answered_by=None, answered_at=None)
                | (~Q(answer="") & ~Q(word="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="paper_warning_answer_whole",
                violation_error_message="认定、说明、认定人和时间须同时有",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case}：{self.rule}"

    def get_absolute_url(self) -> str:
        return reverse("rectification-warnings", args=[self.case_id])


class FileTraits(models.Model):
    """What the bytes of a piece of evidence say by themselves, read once (casework/files/traits.py)."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    is_read = models.BooleanField("读出", default=True)
    hashes = models.TextField("画面特征", blank=True)
    is_picture = models.BooleanField("有画面特征", default=False, db_index=True)
    taken_on = models.DateField("拍摄日期", null=True, blank=True)
    head = models.CharField("正文开头", max_length=200, blank=True)
    tail = models.CharField("正文结尾", max_length=200, blank=True)
    named = models.JSONField("写到的单位", default=dict)  # key of a unit -> how often

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "材料特征"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.sha256[:12]


class TextMark(models.Model):
    """One of the marks by which the text of a case is found again in others (rectification/paper/texts.py)."""

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="+", verbose_name="整改")
    part = models.CharField("部分", max_length=8)
    mark = models.PositiveIntegerField("标记")

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文字标记"
        ordering = ("pk",)
        indexes = (models.Index(fields=("mark", "part", "case"), name="text_mark_sought"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.part}"


class PaperCheck(BackgroundWork):
    """A case to be looked through for warnings, since somebody filed something in it.

    One that waits is enough, so none is added to it (services.paper.queue_check); two would only look twice.
    """

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="+", verbose_name="整改")
    n_new = models.PositiveIntegerField("新的提示", default=0)

    objects = PaperCheckQuerySet.as_manager()

    class Meta(BackgroundWork.Meta):
        verbose_name = verbose_name_plural = "纸面整改比对"

    def __str__(self) -> str:
        return f"{self.case}"

    def get_absolute_url(self) -> str:
        return reverse("long_work", args=["paper", self.pk])
