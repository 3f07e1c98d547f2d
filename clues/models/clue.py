"""线索: a lead that a unit handles and the office verifies. The card's unit is the handling unit (承办单位)."""

from __future__ import annotations

from django.db import models

from casework.querysets import ContentQuerySet
from clues.enums import ClueSource


class Clue(models.Model):
    """A clue within a campaign."""

    case = models.OneToOneField(
        "casework.Case", models.PROTECT, primary_key=True, related_name="clue", verbose_name="办理卡片"
    )
    source = models.CharField("线索来源", max_length=20, choices=ClueSource.choices)
    content = models.TextField("线索内容", max_length=4_000)
    result = models.TextField("办理情况", max_length=2_000, blank=True)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "线索"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return str(self.case)

    def get_absolute_url(self) -> str:
        return self.case.get_absolute_url()
