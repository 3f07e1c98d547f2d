"""条文库: the versions of a document, their articles, and what waits for somebody to confirm it.

A version is in force from its day until the next one's, or until the document is repealed: that end is worked out
(`LawVersionQuerySet.with_end`), never stored, so that a version brought in later cannot leave a wrong one behind.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.urls import reverse

from inspections.law_texts.references import article_label
from inspections.querysets import ArticleQuerySet, LawVersionQuerySet, StagedLawQuerySet
from organizations.querysets import MachineryQuerySet


class LawVersion(models.Model):
    """The text of a document as it was adopted or amended on a day; who confirmed what was read of it, and when.

    `head`: the paragraphs before the first article; `annex`: those after the last, which are not split. `digest`: the
    SHA-256 of the file it was read from, which is not kept.
    """

    basis = models.ForeignKey("inspections.Basis", models.PROTECT, related_name="versions", verbose_name="依据")
    adopted_on = models.DateField("通过或公布日期")
    in_force_from = models.DateField("施行日期")
    head = models.TextField("文首", blank=True)
    annex = models.TextField("附件", blank=True)
    file_name = models.CharField("文件名", max_length=120)
    digest = models.CharField("文件的 SHA-256", max_length=64)
    confirmed_by = models.ForeignKey(
        "organizations.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核对人"
    )  # none: the installation itself (the demonstration)
    confirmed_at = models.DateTimeField("核对时间", auto_now_add=True)

    objects = LawVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "依据的版本"
        ordering = ("-in_force_from", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("basis", "in_force_from"),
                name="law_version_once",
                violation_error_message="这部依据已有同一天施行的版本",
            ),
            models.CheckConstraint(
                condition=models.Q(in_force_from__gte=models.F("adopted_on")),
                name="law_in_force_after_adopted",
                violation_error_message="施行日期不能早于通过或公布日期",
            ),
        )

    def __str__(self) -> str:
        return f"《{self.basis}》{self.adopted_on:%Y-%m-%d} 版"

    def get_absolute_url(self) -> str:
        return reverse("inspections:law_version", args=[self.pk])

    def was_in_force(self, on: date) -> bool:
        """Say whether it was in force on a day; asked of a row that knows its end (`with_end`)."""
        ends: date | None = getattr(self, "ends_on", None)
        return self.in_force_from <= on and (ends is None or on < ends)


class Article(models.Model):
    """第几条 of a version: its text, a paragraph a line; 款 and 项 are read from it (law_texts.clauses)."""

    version = models.ForeignKey(LawVersion, models.CASCADE, related_name="articles", verbose_name="版本")
    seq = models.PositiveIntegerField("次序")
    number = models.PositiveIntegerField("条")
    sub = models.PositiveIntegerField("之几", default=0)
    place = models.CharField("编章节", max_length=300, blank=True)
    text = models.TextField("条文")

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "条文"
        ordering = ("version_id", "seq")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "number", "sub"), name="article_once", violation_error_message="同一条出现两次"
            ),
        )

    def __str__(self) -> str:
        return f"{self.version} {self.label}"

    @property
    def label(self) -> str:
        return article_label(self.number, self.sub)

    def get_absolute_url(self) -> str:
        return reverse("inspections:article", args=[self.pk])


class ArticleWords(models.Model):
    """The words an article is found by: pairs of characters (decision 0010), under an index of the database."""

    article = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, related_name="found_by", verbose_name="条文"
    )
    tokens = models.TextField("词对")

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "条文检索文字"
        ordering = ("article_id",)

    def __str__(self) -> str:
        return self.tokens[:40]


class StagedLaw(models.Model):
    """A law as it was read from a file (`read`: law_texts.splitting.LawText.told), until somebody confirms it."""

    user = models.ForeignKey("organizations.User", models.CASCADE, related_name="+", verbose_name="上传人")
    file_name = models.CharField("文件名", max_length=120)
    digest = models.CharField("文件的 SHA-256", max_length=64)
    read = models.JSONField("读到的内容")
    at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = StagedLawQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待核对的法律文本"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("inspections:staged_law", args=[self.pk])
