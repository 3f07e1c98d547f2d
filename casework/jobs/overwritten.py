"""Rebuilding: not while a difference is unexplained, and what is written over is kept beside the day heads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from casework.chore import Found
from casework.jobs.casework_chores import KEEP_THE_SCENE, locks_in_disorder
from casework.jobs.night import JOBS
from casework.models import NightlyProgress

LOOKS = ("verify_", "check_")  # the jobs of the night that only look
MEND = (
    f"{KEEP_THE_SCENE}查清并处理以后再核对一次；查清了、仍要重建的，请系统管理员在服务器上用 --explained 写明原因运行，"
    "被覆盖的内容会留存下来。"
)
Keep = Callable[[Iterable[Mapping[str, Any]]], None]


def unexplained() -> list[str]:
    """Return what the night has found and nobody has mended since, and triggers that do not stand."""
    titles = {job.name: job.title for job in JOBS if job.name.startswith(LOOKS)}
    last = {p.job: p for p in NightlyProgress.objects.filter(job__in=titles).order_by("day", "pk")}
    told = [f"{titles[name]}（{p.day} 夜间）：{sentence}" for name, p in last.items() for sentence in p.found]
    return [*locks_in_disorder(), *told]


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
