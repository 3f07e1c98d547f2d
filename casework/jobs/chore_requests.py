"""Runs of chores: asked for on a page, done by the background worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError
from django.urls import reverse

from casework.chore import Chore, Found, chore
from casework.jobs import long_works
from casework.jobs.long_works import LongWork, Tell
from casework.models import ChoreRun
from organizations.actor import Actor
from ui.errors import DomainError

KEPT = 200  # sentences of what is wrong that a run keeps; the terminal prints all


def ask(chore: Chore, actor: Actor) -> ChoreRun:
    """Put a chore into the queue of the background worker.

    Raises:
        DomainError: it is under way already.
    """
    try:
        run: ChoreRun = long_works.ask(ChoreRun, actor, chore=chore.name, title=chore.title)
    except IntegrityError as doubled:  # the database keeps one at a time, whoever asks at once
        raise DomainError(f"“{chore.title}”正在进行，请等它做完，或者先停止") from doubled
    return run


def _perform(run: ChoreRun, tell: Tell) -> dict[str, Any]:
    """Do what was asked for; what was done before it is stopped stays done."""
    found = chore(run.chore).run(tell)
    return _outcome(found)


def _outcome(found: Found) -> dict[str, Any]:
    return {
        "said": found.said[:200],
        "n_wrong": len(found.wrong),
        "wrong": "\n".join(found.wrong[:KEPT]),
        "mend": found.mend if found.wrong else "",
    }


def _leads(run: ChoreRun, actor: Actor) -> Sequence[tuple[str, str]]:
    return [("维护", reverse("upkeep"))]


CHORES = LongWork(
    name="chore",
    model=ChoreRun,
    title="维护任务",
    do=_perform,
    leads=_leads,
    ended="casework/chore_ended.html",
    leaves="可以离开这一页，做完后在“维护”里看结果。",
    stopped="已停止，已做的部分保留，再次运行即可。",
    failed="出错中断，已记入日志，请告知系统管理员",
    at_once=10,
)
