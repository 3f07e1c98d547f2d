"""定性依据: the document or law a finding is judged by (docs/domain/process.md 1.1)."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from inspections.querysets import BasisQuerySet, CitationQuerySet

MOST_CITED = 4_000  # the longest article of the national statutes at hand has 950 characters


class Basis(models.Model):
    """A document; a finding cites its articles."""

    code = models.CharField("代码", max_length=10, unique=True, error_messages={"unique": "已有使用该代码的依据"})
    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=40)
    issued_by = models.CharField("制定机关", max_length=80, blank=True)
    in_force_from = models.DateField("施行日期", null=True, blank=True)
    repealed_on = models.DateField("废止日期", null=True, blank=True)
    is_unverified = models.BooleanField("待核", default=False)

    objects = BasisQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督察依据"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return reverse("inspections:law", args=[self.pk])

    @property
    def retired(self) -> str:
        """What a choice adds to a document that has been repealed."""
        return "已废止" if self.repealed_on else ""


class Citation(models.Model):
    """The article a finding cites, with the words it relied on, as they stood when it was cited.

    `cites`: the article of the version that is meant, where its text is loaded; what was cited before, or of a document
    without a text, stands by its words alone.
    """

    finding = models.ForeignKey("inspections.Finding", models.CASCADE, related_name="citations", verbose_name="问题")
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="+", verbose_name="依据")
    article = models.CharField("条款", max_length=40)
    words = models.TextField("条文", max_length=MOST_CITED, blank=True)
    cites = models.ForeignKey(
        "inspections.Article",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name="条文库中的条文",
    )

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "定性条款"
        ordering = ("finding_id", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("finding", "basis", "article"), name="citation_once", violation_error_message="同一条款已引用"
            ),
        )

    def __str__(self) -> str:
        return f"《{self.basis}》{self.article}"
