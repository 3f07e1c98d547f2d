"""存证: what a row that counts as fact was, version by version."""

from __future__ import annotations

from django.db import models

from organizations.querysets import MachineryQuerySet


class RowRecord(models.Model):
    """One version of a row: the digest of its content, chained to the version before it under a key.

    Written by `organizations.records.ledger` in the transaction that writes the row; append-only
    (casework/workflow/locks.py). `card` is the case it belongs to, `gone` says that the row was removed.
    """

    model = models.CharField("表", max_length=60)
    row = models.BigIntegerField("行")
    n = models.PositiveIntegerField("版次")
    card = models.BigIntegerField("卡片", null=True)
    gone = models.BooleanField("已删除", default=False)
    digest = models.CharField("内容摘要", max_length=64, blank=True)
    at = models.DateTimeField("记录时间", db_index=True)
    key = models.CharField("链值的密钥", max_length=24)
    hash = models.CharField("链值", max_length=64)

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "存证"
        ordering = ("pk",)
        constraints = (models.UniqueConstraint("model", "row", "n", name="record_once"),)

    def __str__(self) -> str:
        return f"{self.model} {self.row} {self.n}"
