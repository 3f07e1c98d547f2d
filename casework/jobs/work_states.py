"""How long work goes: queued → running → done, failed or stopped; back to queued where its worker died.

Every move is one update that asks where it stands now, and in which run: one that was taken over moves nothing more.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import OperationalError
from django.db.models import F, Q
from django.utils import timezone

from casework.enums import UNFINISHED, WorkStatus
from casework.models.background import SILENT, BackgroundWork, WorkerProcess

log = logging.getLogger(__name__)
MOST_TRIES = 5  # what ends its worker as often as that would end the next one too
WAITS_LONG = timedelta(minutes=1)  # a worker takes what is queued within seconds
STANDS_LONG = timedelta(minutes=10)  # between two pieces
GIVEN_UP = f"办理进程中断了 {MOST_TRIES} 次，不再重试，请告知系统管理员"


class StoppedError(Exception):
    """Whoever asked does not want it any more, or another run has it."""


def take(work: BackgroundWork, worker: WorkerProcess | None = None) -> bool:
    """Begin what is queued; return False when it was stopped, or another worker has it."""
    begun = {"status": WorkStatus.RUNNING, "worker": worker, "moved_at": timezone.now(), "done": 0}
    mine = _rows(work, {WorkStatus.QUEUED}).update(tries=F("tries") + 1, **begun)
    if mine:
        work.refresh_from_db()
    return bool(mine)


def move(work: BackgroundWork, done: int, total: int) -> None:
    """Say how far it is; a database that is locked is told the next time.

    Raises:
        StoppedError: it was stopped meanwhile, or another run has it.
    """
    try:
        moved = _run(work).update(done=min(done, total), total=total, moved_at=timezone.now())
    except OperationalError:
        log.warning("progress of %s %s not written: the database is locked", work._meta.label, work.pk)
        return
    if not moved:
        raise StoppedError


def end(work: BackgroundWork, status: WorkStatus, **what: Any) -> bool:
    """End what runs; return False when it was stopped before, or another run has it.

    Asked again because the first answer was lost, it has ended so already.
    """
    ended = _run(work).update(status=status, moved_at=timezone.now(), **what)
    return bool(ended) or bool(_rows(work, {status}).filter(tries=work.tries).exists())


def give_back(work: BackgroundWork) -> bool:
    """Put what runs back into the queue: its worker leaves."""
    return bool(_run(work).update(status=WorkStatus.QUEUED, worker=None, moved_at=timezone.now()))


def stop(work: BackgroundWork) -> bool:
    """Stop what is queued or runs; return whether there was something to stop."""
    return bool(_rows(work, UNFINISHED).update(status=WorkStatus.STOPPED, moved_at=timezone.now()))


def take_back(model: type[BackgroundWork], *, me: WorkerProcess | None = None) -> int:
    """Queue what a dead worker left anew, or give it up where it ended too many; return how many rows it was.

    Args:
        me: a worker that does nothing now: what is said to run under it was taken, and the answer lost.
    """
    now = timezone.now()
    dead = Q(worker=None) | Q(worker__beat_at__lt=now - SILENT) | Q(worker__ended_at__isnull=False)
    if me is not None:
        dead |= Q(worker=me)
    left = list(model._default_manager.filter(dead, status=WorkStatus.RUNNING).order_by("pk"))
    for work in left:
        if work.tries < MOST_TRIES:
            give_back(work)
        else:
            end(work, WorkStatus.FAILED, problem=GIVEN_UP)
    return len(left)


def waits_long(work: BackgroundWork) -> bool:
    """Say whether nobody seems to work on it: the worker may not be running."""
    now = timezone.now()
    return (work.status == WorkStatus.QUEUED and now - work.asked_at > WAITS_LONG) or (
        work.status == WorkStatus.RUNNING and now - work.moved_at > STANDS_LONG
    )


def _rows(work: BackgroundWork, where: Any) -> Any:
    return type(work)._default_manager.filter(pk=work.pk, status__in=where)


def _run(work: BackgroundWork) -> Any:
    """Return the row, if it is still in this very run."""
    return _rows(work, {WorkStatus.RUNNING}).filter(tries=work.tries)
