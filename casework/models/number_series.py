"""编号: the last number of each series. A number once taken is never used again, whatever becomes of its case."""

from __future__ import annotations

from django.db import models

from organizations.querysets import MachineryQuerySet


class NumberSeries(models.Model):
    """One series, such as QYFD-2026-ZX02."""

    prefix = models.CharField("前缀", max_length=40, unique=True)
    last = models.PositiveIntegerField("已用至", default=0)

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "编号"
        ordering = ("prefix",)

    def __str__(self) -> str:
        return f"{self.prefix} {self.last}"
