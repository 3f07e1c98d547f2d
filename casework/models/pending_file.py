"""A file that was accepted for a form which has not been accepted yet."""

from __future__ import annotations

from django.db import models

from organizations.querysets import OwnQuerySet


class PendingFile(models.Model):
    """A file sent with a form that came back: it need not be chosen again.

    It belongs to the very post, page and form (its one-time token) and is nobody else's; the bytes lie under their hash
    like those of an attachment. Gone when the form is accepted, or after a day (casework/services/pending_files.py).
    """

    post = models.ForeignKey("organizations.Post", models.CASCADE, related_name="+", verbose_name="上传人")
    token = models.CharField("单号", max_length=40)
    path = models.CharField("页面", max_length=200)
    field = models.CharField("栏目", max_length=60)
    name = models.CharField("文件名", max_length=120)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    at = models.DateTimeField("上传时间", auto_now_add=True, db_index=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待提交的文件"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["post", "token", "field", "sha256", "name"],
                name="pendingfile_once",
                violation_error_message="这个文件已经收下",
            )
        ]

    def __str__(self) -> str:
        return self.name
