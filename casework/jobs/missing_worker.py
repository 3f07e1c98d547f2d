"""Is the background worker there, and what does it do?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from casework.enums import WorkStatus
from casework.jobs import long_works
from casework.models.background import BackgroundWork, WorkerProcess
from organizations.actor import Actor
from organizations.enums import Role

WAITS_LONG = timedelta(minutes=5)  # a worker takes a work within seconds
KEEPS_IT_RUNNING = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.OFFICE_DIRECTOR})
LOOKED_BACK = timedelta(days=7)
MOST_SHOWN = 20  # rows of what goes on or went wrong, of one kind


class Counted(NamedTuple):
    """What waits, runs and has failed of one kind of long work."""

    title: str
    waiting: int
    running: int
    failed: int
    rows: list[BackgroundWork]

    @property
    def cells(self) -> list[tuple[str, int]]:
        return [("排队中", self.waiting), ("进行中", self.running), ("7 天内没有做成", self.failed)]


def missing_worker(actor: Actor) -> str:
    """Tell whoever keeps the system running that works wait and nobody takes them; nothing otherwise."""
    if actor.role not in KEEPS_IT_RUNNING:
        return ""
    before = timezone.now() - WAITS_LONG
    waiting = sum(
        kind.model._default_manager.filter(status=WorkStatus.QUEUED, asked_at__lt=before).count()
        for kind in long_works.all_kinds()
    )
    if not waiting or any(process.lives for process in WorkerProcess.objects.filter(ended_at=None)[:1]):
        return ""  # one that lives and has much to do is no fault
    return (
        f"有 {waiting} 项后台任务等了 5 分钟以上没有办理，"
        "后台任务进程可能没有运行，请检查服务器上的 qy-worker（见部署说明）"
    )


def counted() -> list[Counted]:
    """Count every kind of long work, with what goes on or went wrong; of what, and not what it is about."""
    since = timezone.now() - LOOKED_BACK
    return [_counted(kind.title, kind.model._default_manager.all(), since) for kind in long_works.all_kinds()]


def _counted(title: str, rows: Any, since: Any) -> Counted:
    failed = rows.filter(status=WorkStatus.FAILED, moved_at__gte=since)
    under_way = rows.under_way()
    shown = [*under_way.select_related("post__user")[:MOST_SHOWN], *failed.select_related("post__user")[:MOST_SHOWN]]
    waiting = under_way.filter(status=WorkStatus.QUEUED).count()
    return Counted(title, waiting, under_way.count() - waiting, failed.count(), shown)
