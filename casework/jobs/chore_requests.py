"""Runs of chores: asked for on a page, done by the background worker."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from casework.chore import Chore, Found, chore
from casework.enums import WorkStatus
from casework.jobs import work_states, worker
from casework.models import ChoreRun
from organizations.actor import Actor
from ui.errors import DomainError

KEPT = 200  # sentences of what is wrong that a run keeps; the terminal prints all


def ask(chore: Chore, actor: Actor) -> ChoreRun:
    """Put a chore into the queue of the background worker.

    Raises:
        DomainError: it is under way already.
    """
    work_states.give_up_stuck(ChoreRun)
    if ChoreRun.objects.filter(chore=chore.name).under_way().exists():
        raise DomainError(f"“{chore.title}”正在进行，请等它做完，或者先停止")
    now = timezone.now()
    run = ChoreRun.objects.create(post=actor.post, chore=chore.name, title=chore.title, asked_at=now, moved_at=now)
    worker.enqueue(run)
    return run


def perform(run: ChoreRun) -> None:
    """Do what was asked for, telling how far it is; what was done before it is stopped stays done."""
    if not work_states.take(run):
        return
    try:
        found = chore(run.chore).run(lambda done, of: work_states.move(run, done, of))
    except work_states.StoppedError:
        return
    except Exception:
        work_states.end(run, WorkStatus.FAILED, problem="出错中断，已记入日志，请告知系统管理员")
        raise
    work_states.end(run, WorkStatus.READY, **_outcome(found))


def _outcome(found: Found) -> dict[str, Any]:
    return {
        "said": found.said[:200],
        "n_wrong": len(found.wrong),
        "wrong": "\n".join(found.wrong[:KEPT]),
        "mend": found.mend if found.wrong else "",
    }
