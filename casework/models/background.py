"""What the background worker does for somebody, with how far it is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from casework.enums import UNFINISHED, WorkStatus


class BackgroundWork(models.Model):
    """A row of work under way: who asked for it, how far it is, how it ended.

    casework/jobs/work_states.py moves it on.
    """

    post = models.ForeignKey("organizations.Post", models.PROTECT, related_name="+", verbose_name="提出人岗位")
    status = models.CharField("进度", max_length=10, choices=WorkStatus.choices, default=WorkStatus.QUEUED)
    total = models.PositiveIntegerField("件数", default=0)
    done = models.PositiveIntegerField("已办", default=0)
    asked_at = models.DateTimeField("提出时间")
    moved_at = models.DateTimeField("最近进展")
    problem = models.CharField("原因", max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ("-asked_at", "-pk")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="%(class)s_done_within_total"),
        )

    @property
    def is_under_way(self) -> bool:
        return self.status in UNFINISHED
