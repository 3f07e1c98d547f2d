"""What the background worker does for somebody, with how far it is; and the processes that work."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from casework.enums import UNFINISHED, WorkStatus
from casework.querysets import WorkerProcessQuerySet

SILENT = timedelta(seconds=40)  # a process that has not said for so long that it lives is dead (it says so every 10 s)


class WorkerProcess(models.Model):
    """One process of the worker, and when it last said that it lives (casework/jobs/worker.py)."""

    name = models.CharField("进程", max_length=80, unique=True)
    started_at = models.DateTimeField("启动")
    beat_at = models.DateTimeField("最近一次心跳")
    ended_at = models.DateTimeField("停止", null=True, blank=True)

    objects = WorkerProcessQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务进程"
        ordering = ("-beat_at", "-pk")

    def __str__(self) -> str:
        return self.name

    @property
    def lives(self) -> bool:
        return self.ended_at is None and timezone.now() - self.beat_at <= SILENT


class BackgroundWork(models.Model):
    """A row of work under way: who asked for it, how far it is, how it ended, who does it.

    casework/jobs/work_states.py moves it on. `tries` counts how often it was begun: it names the run that may move it,
    so that one thought dead that comes back writes nothing.
    """

    post = models.ForeignKey("organizations.Post", models.PROTECT, related_name="+", verbose_name="提出人岗位")
    status = models.CharField("进度", max_length=10, choices=WorkStatus.choices, default=WorkStatus.QUEUED)
    total = models.PositiveIntegerField("件数", default=0)
    done = models.PositiveIntegerField("已办", default=0)
    asked_at = models.DateTimeField("提出时间")
    moved_at = models.DateTimeField("最近进展")
    problem = models.CharField("原因", max_length=200, blank=True)
    worker = models.ForeignKey(
        WorkerProcess, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="办理进程"
    )
    tries = models.PositiveSmallIntegerField("办理次数", default=0)

    class Meta:
        abstract = True
        ordering = ("-asked_at", "-pk")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="%(class)s_done_within_total"),
        )

    @property
    def is_under_way(self) -> bool:
        return self.status in UNFINISHED
