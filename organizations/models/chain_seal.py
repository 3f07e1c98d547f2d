"""封存: up to where a chain was kept under a key that signs no more."""

from __future__ import annotations

from django.db import models

from organizations.querysets import MachineryQuerySet


class ChainSeal(models.Model):
    """What was there under a key when another took its place: the last row, how many, and one sum over all of them.

    Written once by `seal_trail`, signed by the key that came after; append-only (casework/workflow/locks.py).
    """

    chain = models.CharField("链", max_length=20)
    key = models.CharField("停用的密钥", max_length=24, blank=True)
    last_id = models.BigIntegerField("末条编号")
    n = models.BigIntegerField("条数")
    total = models.CharField("总值", max_length=64)
    at = models.DateTimeField("封存时间")
    sealed_with = models.CharField("封存用的密钥", max_length=24)
    hash = models.CharField("链值", max_length=64)

    objects = MachineryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "链值封存"
        ordering = ("pk",)
        constraints = (models.UniqueConstraint("chain", "key", "sealed_with", name="seal_once"),)

    def __str__(self) -> str:
        return f"{self.chain} {self.key}"
