"""How background work goes: queued → running → done, failed or stopped.

Every move is one update that asks where it stands now.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from casework.enums import UNFINISHED, WorkStatus
from casework.models.background import BackgroundWork

STUCK = timedelta(minutes=10)  # not moved for so long: the worker was ended in the middle
WAITS_LONG = timedelta(minutes=1)  # a worker takes what is queued within seconds


class StoppedError(Exception):
    """Whoever asked does not want it any more."""


def take(work: BackgroundWork) -> bool:
    """Begin what is queued; return False when it was stopped, or another worker has it."""
    return bool(_rows(work, {WorkStatus.QUEUED}).update(status=WorkStatus.RUNNING, moved_at=timezone.now()))


def move(work: BackgroundWork, done: int, total: int) -> None:
    """Say how far it is.

    Raises:
        StoppedError: it was stopped meanwhile.
    """
    if not _rows(work, {WorkStatus.RUNNING}).update(done=min(done, total), total=total, moved_at=timezone.now()):
        raise StoppedError


def end(work: BackgroundWork, status: WorkStatus, **what: Any) -> bool:
    """End what runs; return False when it was stopped before."""
    return bool(_rows(work, {WorkStatus.RUNNING}).update(status=status, moved_at=timezone.now(), **what))


def stop(work: BackgroundWork) -> bool:
    """Stop what is queued or runs; return whether there was something to stop."""
    return bool(_rows(work, UNFINISHED).update(status=WorkStatus.STOPPED, moved_at=timezone.now()))


def give_up_stuck(model: type[BackgroundWork]) -> int:
    """Fail what has not moved for long. Return how many."""
    stuck = model._default_manager.filter(status=WorkStatus.RUNNING, moved_at__lt=timezone.now() - STUCK)
    return stuck.update(status=WorkStatus.FAILED, problem="后台任务中断，请重新提出")


def waits_long(work: BackgroundWork) -> bool:
    """Say whether nobody seems to work on it: the worker may not be running."""
    now = timezone.now()
    return (work.status == WorkStatus.QUEUED and now - work.asked_at > WAITS_LONG) or (
        work.status == WorkStatus.RUNNING and now - work.moved_at > STUCK
    )


def _rows(work: BackgroundWork, where: Any) -> Any:
    return type(work)._default_manager.filter(pk=work.pk, status__in=where)
