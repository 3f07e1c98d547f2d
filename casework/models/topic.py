"""问题类别: a two-level dictionary (docs/domain/dictionaries.md 9.3)."""

from __future__ import annotations

from django.db import models

from casework.querysets import TopicQuerySet


class Topic(models.Model):
    """A topic such as A06 行政执法“三项制度”; its parent is the level above."""

    code = models.CharField("代码", max_length=10, unique=True, error_messages={"unique": "已有使用该代码的类别"})
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级类别"
    )
    is_in_use = models.BooleanField("在用", default=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题类别"
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def retired(self) -> str:
        """What a choice adds to a topic that is offered no more."""
        return "" if self.is_in_use else "已停用"
