"""The background worker: one process that does long works one after another, and says that it lives.

The rows of the works are the queue (docs/decisions/0027-rows-are-the-queue.md). It lives through a database that is
locked or away: it waits and goes on. One that died is missed after `SILENT`, and the next takes up what it left.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, OperationalError, close_old_connections, connection
from django.utils import timezone

from casework.enums import WorkStatus
from casework.jobs import long_works, work_states
from casework.jobs.long_works import LongWork
from casework.jobs.work_states import StoppedError
from casework.models.background import BackgroundWork, WorkerProcess
from ui.errors import DomainError
from ui.hostile.asking import BusyError

log = logging.getLogger(__name__)
BEAT = 10.0  # seconds between two signs of life
INTERVAL = 2.0  # seconds before an empty queue is looked at again
AGAIN = 5.0  # seconds before a database that did not answer is asked again
PATIENCE = 720  # so often: an hour
KEPT = timedelta(days=7)  # dead processes on the page of the worker
# done while no work waits, a piece at a time; each says whether it did one; filled in ready()
errands: list[Callable[[], bool]] = []
LEFT_THE_POST = "提出的岗位已经离任，没有办理"


class LeavingError(Exception):
    """The worker is asked to leave: what it does goes back into the queue."""


class Worker:
    """One process. `run()` works until it is told to `leave()`."""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.leaving = threading.Event()

    def leave(self, *_: Any) -> None:
        """End soon: what runs goes back into the queue at its next piece (also a handler of signals)."""
        self.leaving.set()

    def run(self, *, until_idle: bool = False) -> None:
        """Do what is queued; `until_idle`: until nothing is."""
        me: WorkerProcess = patiently(_enter, self.leaving)
        beats = threading.Thread(target=self._live, args=(me,), daemon=True)
        beats.start()
        try:
            for kind in long_works.all_kinds():
                patiently(kind.sweep, self.leaving)
            while not self.leaving.is_set():
                close_old_connections()
                if patiently(lambda: self._do_next(me), self.leaving):
                    continue
                if until_idle:
                    break
                self.leaving.wait(self.interval)
        finally:
            ended = WorkerProcess.objects.filter(pk=me.pk)
            patiently(lambda: ended.update(ended_at=timezone.now()), self.leaving)
            self.leaving.set()
            beats.join()

    def _do_next(self, me: WorkerProcess) -> bool:
        for kind in long_works.all_kinds():
            work_states.take_back(kind.model, me=me)
        work = next_work()
        if work is not None:
            do(work, me, self.leaving)
            return True
        return any(errand() for errand in errands)

    def _live(self, me: WorkerProcess) -> None:
        """Say every few seconds that this process lives, on a connection of its own."""
        while not self.leaving.wait(BEAT):
            try:
                WorkerProcess.objects.filter(pk=me.pk).update(beat_at=timezone.now())
            except DatabaseError:
                log.warning("no sign of life written: the database is locked or away")
                connection.close()
        connection.close()


def next_work() -> BackgroundWork | None:
    """Return what has waited longest of all kinds."""
    firsts = [
        kind.model._default_manager.filter(status=WorkStatus.QUEUED).order_by("asked_at", "pk").first()
        for kind in long_works.all_kinds()
    ]
    return min(filter(None, firsts), key=lambda work: work.asked_at, default=None)


def do(work: BackgroundWork, me: WorkerProcess | None = None, leaving: threading.Event | None = None) -> None:
    """Do one row that is queued, and write once what came of it."""
    kind, leaving = long_works.kind_of(work), leaving or threading.Event()
    if not work_states.take(work, me):
        return

    def tell(done: int, of: int) -> None:
        if leaving.is_set():
            raise LeavingError
        work_states.move(work, done, of)

    try:
        result = _result(kind, work, tell)
    except StoppedError:
        return
    except LeavingError:
        patiently(lambda: work_states.give_back(work), leaving)
        return
    except DomainError as refused:
        _fail(work, refused.message, leaving)
    except (OperationalError, BusyError):
        log.exception("%s %s: the database did not answer, or no place to read files in", work._meta.label, work.pk)
        if work.tries < work_states.MOST_TRIES:
            patiently(lambda: work_states.give_back(work), leaving)
        else:
            _fail(work, kind.failed, leaving)
    except Exception:
        log.exception("%s %s failed", work._meta.label, work.pk)
        _fail(work, kind.failed, leaving)
    else:
        if not patiently(lambda: work_states.end(work, WorkStatus.READY, **result), leaving):
            kind.undo(result)


def patiently(act: Callable[[], Any], leaving: threading.Event) -> Any:
    """Do what asks the database, again and again while it is locked or away; what was asked may be asked twice.

    A worker that is asked to leave tries once more and gives up: what it had, the next takes up.
    """
    for _ in range(PATIENCE):
        try:
            return act()
        except OperationalError:
            log.warning("the database is locked or away; waiting", exc_info=True)
            close_old_connections()
            if leaving.wait(AGAIN):
                break
    return act()


def _result(kind: LongWork, work: BackgroundWork, tell: long_works.Tell) -> dict[str, Any]:
    is_there = work.post.is_in_force(timezone.localdate()) and work.post.user.is_active
    if kind.needs_its_post and not is_there:
        raise DomainError(LEFT_THE_POST)
    return kind.do(work, tell)


def _fail(work: BackgroundWork, problem: str, leaving: threading.Event) -> None:
    patiently(lambda: work_states.end(work, WorkStatus.FAILED, problem=problem[:200]), leaving)


def _enter() -> WorkerProcess:
    now = timezone.now()
    WorkerProcess.objects.filter(beat_at__lt=now - KEPT).delete()
    name = f"{socket.gethostname()[:50]}:{os.getpid()}:{secrets.token_hex(4)}"
    return WorkerProcess.objects.create(name=name, started_at=now, beat_at=now)
