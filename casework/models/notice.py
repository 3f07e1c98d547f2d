"""知悉: a line that somebody is told. What must be done is in the queue, never only here."""

from __future__ import annotations

from django.db import models

from casework.querysets import NoticeQuerySet


class Notice(models.Model):
    """One event told to one post."""

    post = models.ForeignKey(
        "organizations.Post", models.PROTECT, db_index=False, related_name="+", verbose_name="岗位"
    )
    case = models.ForeignKey(
        "casework.Case", models.PROTECT, db_index=False, related_name="notices", verbose_name="办理卡片"
    )
    text = models.CharField("内容", max_length=200)
    at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅知时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "知悉"
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=("post", "read_at", "-at"), name="notice_post"),
            models.Index(fields=("case", "at"), name="notice_case"),  # the page of a case says who was told of what
        )

    def __str__(self) -> str:
        return self.text
