"""Is the background worker there?"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from organizations.actor import Actor
from organizations.enums import Role

WAITS_LONG = timedelta(minutes=5)  # a worker takes a task within seconds
KEEPS_IT_RUNNING = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.OFFICE_DIRECTOR})


def missing_worker(actor: Actor) -> str:
    """Tell whoever keeps the system running that tasks wait and nobody takes them; nothing otherwise."""
    if actor.role not in KEEPS_IT_RUNNING:
        return ""
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=timezone.now() - WAITS_LONG).order_by().count()
    return (
        f"有 {waiting} 项后台任务等了 5 分钟以上没有办理，"
        "后台任务进程可能没有运行，请检查服务器上的 db_worker（见部署说明）"
        if waiting
        else ""
    )
