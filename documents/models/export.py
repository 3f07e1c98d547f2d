"""导出: a ledger written out in the background for whoever asked, and for nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from casework.enums import WorkStatus
from casework.models.background import BackgroundWork
from documents.querysets import ExportQuerySet

KEPT = timedelta(days=7)


class Export(BackgroundWork):
    """One sheet being written: exactly the rows of the list whose address `path` and `query` are."""

    path = models.CharField("列表", max_length=120)
    title = models.CharField("名称", max_length=80)
    query = models.TextField("条件", blank=True)
    file = models.CharField("文件", max_length=64, blank=True)
    log_number = models.PositiveBigIntegerField("取用日志编号", default=0)  # stands in the foot of every page of it
    size = models.PositiveBigIntegerField("大小", default=0)

    objects = ExportQuerySet.as_manager()

    class Meta(BackgroundWork.Meta):
        verbose_name = verbose_name_plural = "导出"
        indexes = (models.Index(fields=("post", "-asked_at"), name="export_post"),)
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            *BackgroundWork.Meta.constraints,
            models.CheckConstraint(condition=~Q(status=WorkStatus.READY) | ~Q(file=""), name="export_ready_has_file"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def kept_days(self) -> int:
        return KEPT.days

    @property
    def list_url(self) -> str:
        """The list it was asked on, as it was chosen there; not its 打印版."""
        query = QueryDict(self.query, mutable=True)
        query.pop("export", None)
        return f"{self.path}?{query.urlencode()}" if query else self.path

    def get_absolute_url(self) -> str:
        return reverse("long_work", args=["export", self.pk])
