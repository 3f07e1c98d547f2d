"""The night: what runs, in which order, how far each job came, and going on where a night was killed.

A job that looks at many rows takes them in key ranges (`Night.each`); after each the progress of that job on that day
is written, so a night begun again goes on behind the last range. A job that has ended well is not done a second time on
the same day; one that found something wrong is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from casework.chore import Found
from casework.models import NightlyProgress
from casework.querysets import PIECE, key_pieces

log = logging.getLogger(__name__)
KEPT = timedelta(days=90)
MOST_FOUND = 200  # sentences of what is wrong that a progress keeps
SAID_AT_MOST = 300
A_NIGHTS_WORK = 100_000  # cards that are looked at in one night; more come in turn


class Turn(NamedTuple):
    """A range of keys, one of so many; an end is None where it is open: what lies beyond it has a turn."""

    parts: int
    begin: int | None = None
    end: int | None = None


def turn_of(rows: QuerySet[Any], day: date, most: int) -> Turn:
    """Return the range of keys whose turn it is in a night, so that each comes once in some nights."""
    ends = rows.aggregate(n=Count("pk"), first=Min("pk"), last=Max("pk"))
    parts = -(-ends["n"] // most)
    if parts <= 1:
        return Turn(1)
    width, part = -(-(ends["last"] - ends["first"] + 1) // parts), day.toordinal() % parts
    begin = ends["first"] + part * width
    return Turn(parts, begin if part else None, begin + width if part < parts - 1 else None)


class Share(NamedTuple):
    """The rows whose turn it is in a night, how to say so, and whether they are all."""

    rows: QuerySet[Any]
    said: str
    is_whole: bool


def share_of(rows: QuerySet[Any], day: date, most: int = A_NIGHTS_WORK) -> Share:
    """Return the rows whose turn it is: all, or a range of keys, so that each comes once in some nights."""
    parts, begin, end = turn_of(rows, day, most)
    if begin is not None:
        rows = rows.filter(pk__gte=begin)
    if end is not None:
        rows = rows.filter(pk__lt=end)
    return Share(rows, f"每 {parts} 夜一遍，本夜" if parts > 1 else "全部", parts <= 1)


class ElsewhereError(Exception):
    """The same job of the same night is being done by another process."""


@dataclass(frozen=True)
class NightlyJob:
    """Something done every night. `run(night)` is repeatable and says what it did; what is wrong fails the night.

    `place` is its place in the order of the night, whatever the order in which apps are started. `whole`: the chore
    that looks at all of what this job may look at a share of.
    """

    place: int
    name: str
    title: str
    run: Callable[[Night], Found]
    whole: str = ""


class Night:
    """One job on one day: where to go on, and what was found so far."""

    def __init__(self, progress: NightlyProgress) -> None:
        self.progress, self.day = progress, progress.day

    @property
    def is_fresh(self) -> bool:
        return self.progress.last_key is None

    @property
    def done(self) -> int:
        return self.progress.done

    @property
    def found(self) -> Sequence[str]:
        return tuple(self.progress.found)

    def each(
        self,
        rows: QuerySet[Any],
        work: Callable[[list[int]], Sequence[str] | None],
        size: int = PIECE,
        *,
        key: str = "pk",
        is_writing: bool = False,
    ) -> None:
        """Do `work(keys)` for these rows a range of keys at a time, behind what this night has done already.

        Args:
            work: may return sentences of what is wrong. It may be repeated for a range that was killed in the middle.
            is_writing: the range and the progress are one transaction: what must not be done twice.

        Raises:
            ElsewhereError: another process went on meanwhile.
        """
        for keys in key_pieces(rows, size, key=key, after=self.progress.last_key):
            with transaction.atomic() if is_writing else nullcontext():
                self._move(keys, work(keys) or ())

    def _move(self, keys: list[int], wrong: Sequence[str]) -> None:
        now, was = self.progress, self.progress.done
        now.last_key, now.done, now.moved_at = keys[-1], was + len(keys), timezone.now()
        now.found = [*now.found, *wrong][:MOST_FOUND]
        moved = {name: getattr(now, name) for name in ("last_key", "done", "found", "moved_at")}
        if not NightlyProgress.objects.filter(pk=now.pk, done=was, ended_at=None).update(**moved):
            raise ElsewhereError


JOBS: list[NightlyJob] = []


def register(*jobs: NightlyJob) -> None:
    """Put jobs in their places; higher floors do so in AppConfig.ready()."""
    JOBS.extend(jobs)
    JOBS.sort(key=lambda job: job.place)


@dataclass(frozen=True)
class Outcome:
    """What came of a job: what it said, and whether the night has failed by it."""

    job: NightlyJob
    said: str
    has_failed: bool = False


def run(day: date | None = None) -> Iterator[Outcome]:
    """Do what is not yet done of a night, in order; one that fails does not hold up the others."""
    day = day or timezone.localdate()
    NightlyProgress.objects.filter(day__lt=day - KEPT, found=[], earlier=[]).delete()
    for job in JOBS:
        yield _run(job, day)


def _run(job: NightlyJob, day: date) -> Outcome:
    progress = _begin(job, day)
    if progress.ended_at is not None:
        return Outcome(job, f"今日已做：{progress.said}")
    try:
        found = job.run(Night(progress))
    except ElsewhereError:
        return Outcome(job, "另一处正在做，这里不再做")
    except Exception:
        log.exception("nightly job %s failed", job.name)
        return Outcome(job, f"出错中断，原因见日志；已办 {progress.done}，下次接着做", has_failed=True)
    said = "；".join([found.said, *found.wrong[:5], *([found.mend] if found.wrong else [])])
    NightlyProgress.objects.filter(pk=progress.pk).update(
        said=said[:SAID_AT_MOST],
        found=list(found.wrong[:MOST_FOUND]),
        earlier=[],
        is_whole=found.is_whole,
        ended_at=timezone.now(),
    )
    return Outcome(job, said, has_failed=bool(found.wrong))


def _begin(job: NightlyJob, day: date) -> NightlyProgress:
    """Return the progress of today; what ended with something wrong begins anew: it may have been mended."""
    now = timezone.now()
    begun = {"begun_at": now, "moved_at": now}
    progress, _ = NightlyProgress.objects.get_or_create(job=job.name, day=day, defaults=begun)
    if progress.ended_at is not None and progress.found:
        earlier = progress.found
        progress.delete()
        progress = NightlyProgress.objects.create(job=job.name, day=day, earlier=earlier, **begun)
    return progress
