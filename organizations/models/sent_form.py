"""The receipt of a form: that it was accepted, from whom, and what was answered."""

from __future__ import annotations

from django.db import models

from organizations.querysets import OwnQuerySet


class SentForm(models.Model):
    """A form that was accepted: sent again with the same token, it is answered with where the first one led.

    Kept as long as a browser keeps a draft, and a day longer (organizations/services/receipts.py). `content` tells the
    same form sent twice from another one sent with an old token.
    """

    token = models.CharField("单号", max_length=40)
    post = models.ForeignKey("organizations.Post", models.CASCADE, related_name="+", verbose_name="提交人")
    content = models.CharField("内容的散列", max_length=64)
    leads = models.TextField("办成后的页面", blank=True)
    at = models.DateTimeField("受理时间", auto_now_add=True, db_index=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已受理的表"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["post", "token"], name="sentform_once", violation_error_message="这张表已经办过"
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.token}"
