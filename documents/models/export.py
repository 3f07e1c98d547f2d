"""导出: a ledger written out in the background for whoever asked, and for nobody else."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from documents.enums import ExportStatus
from documents.querysets import ExportQuerySet


class Export(models.Model):
    """One sheet being written. `query` is the address of the list it was asked from: exactly those rows are written."""

    post = models.ForeignKey("organizations.Post", models.PROTECT, related_name="+", verbose_name="导出人岗位")
    ledger = models.CharField("台账", max_length=40)
    title = models.CharField("名称", max_length=80)
    query = models.TextField("条件", blank=True)
    status = models.CharField("进度", max_length=10, choices=ExportStatus.choices, default=ExportStatus.QUEUED)
    total = models.PositiveIntegerField("件数", default=0)
    done = models.PositiveIntegerField("已写", default=0)
    asked_at = models.DateTimeField("提出时间")
    moved_at = models.DateTimeField("最近进展")
    file = models.CharField("文件", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("大小", default=0)
    problem = models.CharField("原因", max_length=200, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导出"
        ordering = ("-asked_at", "-pk")
        indexes = (models.Index(fields=("post", "-asked_at"), name="export_post"),)
        constraints = (
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="export_done_within_total"),
            models.CheckConstraint(condition=~Q(status=ExportStatus.READY) | ~Q(file=""), name="export_ready_has_file"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("export", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.status in {ExportStatus.QUEUED, ExportStatus.RUNNING}
