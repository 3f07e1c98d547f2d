"""Rebuilding: not while a difference is unexplained, and what is written over is kept beside the day heads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from casework.chore import Found, checks
from casework.enums import WorkStatus
from casework.jobs.casework_chores import KEEP_THE_SCENE, locks_in_disorder
from casework.jobs.night import JOBS, NightlyJob
from casework.models import ChoreRun, NightlyProgress

LOOKS = ("verify_", "check_")  # the jobs of the night that only look
MEND = (
    f"{KEEP_THE_SCENE}查清并处理以后，在“维护”里再核对一次，看过全部、没有不符的才算数；"
    "查清了、仍要重建的，请系统管理员在服务器上用 --explained 写明原因运行，被覆盖的内容会留存下来。"
)
Keep = Callable[[Iterable[Mapping[str, Any]]], None]


class Look(NamedTuple):
    """One look over the store that has found something: where it stands, when it found it, what."""

    where: str
    at: datetime
    found: list[str]


def unexplained() -> list[str]:
    """Return what was found and no clean look over everything has cleared since, and triggers that do not stand.

    A look at a share, or one that was killed, clears nothing.
    """
    told = [*locks_in_disorder()]
    for job in JOBS:
        if job.name.startswith(LOOKS):
            told += _not_cleared(_by_night(job), _last_clean(job))
    for check in checks():
        told += _not_cleared(_asked_for(check.name), _chore_last_clean(check.name))
    return list(dict.fromkeys(told))


def _not_cleared(looks: Iterable[Look], clean_since: datetime | None) -> list[str]:
    left = [look for look in looks if clean_since is None or look.at > clean_since]
    return [f"{look.where}：{sentence}" for look in left for sentence in look.found]


def _by_night(job: NightlyJob) -> Iterator[Look]:
    for p in NightlyProgress.objects.filter(job=job.name).order_by("day", "pk"):
        if found := [*p.earlier, *p.found]:
            yield Look(f"{job.title}（{p.day} 夜间）", p.ended_at or p.moved_at, found)


def _asked_for(name: str) -> Iterator[Look]:
    for run in ChoreRun.objects.filter(chore=name, n_wrong__gt=0).order_by("pk"):
        at = timezone.localtime(run.asked_at)
        yield Look(f"{run.title}（{at:%Y-%m-%d %H:%M} 起）", run.moved_at, run.wrong.splitlines())


def _last_clean(job: NightlyJob) -> datetime | None:
    """Return when the last look over everything began that found nothing: by this job, or by the chore of the whole."""
    nights = NightlyProgress.objects.filter(job=job.name, is_whole=True, found=[]).exclude(ended_at=None)
    night = nights.aggregate(last=Max("begun_at"))["last"]
    return max(filter(None, (night, _chore_last_clean(job.whole))), default=None)


def _chore_last_clean(name: str) -> datetime | None:
    runs = ChoreRun.objects.filter(chore=name, status=WorkStatus.READY, n_wrong=0)
    last: datetime | None = runs.aggregate(last=Max("asked_at"))["last"]
    return last


def refused(differences: list[str]) -> Found:
    """Return what a rebuilding says that did not begin."""
    return Found(f"没有重建：有 {len(differences)} 处不符还没有查清", differences, MEND)


def keeper(name: str, explained: str) -> Keep:
    """Return a function that keeps rows before they are written over; a file is made when there are any."""
    now = timezone.localtime()
    path = Path(settings.OVERWRITTEN) / f"{name}-{now:%Y%m%d-%H%M%S-%f}.jsonl"

    def keep(rows: Iterable[Mapping[str, Any]]) -> None:
        lines = [json.dumps(row, ensure_ascii=False, sort_keys=True, default=str) for row in rows]
        if not lines:
            return
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            lines.insert(0, json.dumps({"explained": explained, "at": now.isoformat()}, ensure_ascii=False))
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)

    return keep
