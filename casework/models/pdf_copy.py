"""The PDF that was made of a Word or Excel file, to be looked at in a page (casework/files/converting.py)."""

from __future__ import annotations

from django.db import models

from organizations.querysets import MachineryQuerySet


class PdfCopy(models.Model):
    """What came of converting a file, by its hash: once, whatever came of it."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    pdf = models.CharField("PDF 的 SHA-256", max_length=64, blank=True, db_index=True)
    why = models.CharField("没有转换的原因", max_length=100, blank=True)

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "转换的 PDF"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.sha256[:12]
