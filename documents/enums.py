"""Words of the papers."""

from __future__ import annotations

from django.db.models import TextChoices


class ExportStatus(TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "生成中"
    READY = "ready", "可以下载"
    FAILED = "failed", "没有做成"
    STOPPED = "stopped", "已停止"


UNDER_WAY = frozenset({ExportStatus.QUEUED, ExportStatus.RUNNING})
