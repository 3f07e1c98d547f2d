"""What the store says now against the day heads that were kept of it (decision 0024): which day, and which cases.

The file is read once. What differs is said by day and name (`Difference`), and put into words at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from casework.chore import CHECKS, Chore, Found, Progress
from casework.jobs import time_stamps
from casework.jobs.casework_chores import KEEP_THE_SCENE
from casework.jobs.day_heads import JOB, SAID, Line, heads_of, kept_at, lines_of, signature, written_between
from casework.models import NightlyProgress
from organizations.records import keys
from organizations.records.facts import all_facts


class Wrong(StrEnum):
    """What can be wrong with a kept head or with what it is of; as it is said of a day and a name."""

    NO_HEAD = "{name} 行不是日链值"
    CUT_OUT = "{day} 之前的日链值被删去或改动"
    LAST_CUT_OFF = "{day} 夜里写下的日链值不在文件里"
    NO_KEY = "{day} 的日链值：密钥 {name} 不在这里，无从核对"
    FORGED = "{day} 的日链值被改动"
    STAMP = "{day} 的{name}"
    GONE = "{day} {name}：当日写下的不见了"
    ADDED = "{day} {name}：多出当日没有写过的"
    CHANGED = "{day} {name}：与当日不同"


class Difference(NamedTuple):
    """One thing in which store and heads differ: what, on which day, and of which cards or table."""

    wrong: Wrong
    day: str = ""
    name: str = ""

    def __str__(self) -> str:
        return self.wrong.format(day=self.day, name=self.name)


class Comparison(NamedTuple):
    """How many heads there are, and everything in which the store is not what they say."""

    heads: int
    differences: list[Difference]


def compare(path: Path | None = None, since: date | None = None) -> Comparison:
    """Compare the store with the kept heads, day by day and card by card; a line that is no head hides no other.

    Args:
        path: a copy of the file, such as the lines that were sent by mail; None for the file itself.
        since: compare only the heads from this day on; of older ones, only that they are as they were signed.
    """
    lines = lines_of(path or kept_at())
    heads = heads_of(lines)
    found = [*_no_heads(lines, path or kept_at()), *(() if path else _cut_out(heads))]
    for head in heads:
        found += _of_head(head, since)
    return Comparison(len(heads), found)


def _no_heads(lines: list[Line], path: Path) -> Iterator[Difference]:
    for line in lines:
        if line.head is None:
            yield Difference(Wrong.NO_HEAD, name=f"{path.name} 第 {line.n}")


def _cut_out(heads: list[dict[str, Any]]) -> Iterator[Difference]:
    """Yield every place where lines of the file are missing: between others, before or behind them."""
    last = ""
    for head in heads:
        if head["before"] != last:
            yield Difference(Wrong.CUT_OUT, head["day"])
        last = head["head"]
    there = {head["head"] for head in heads}
    for progress in NightlyProgress.objects.filter(job=JOB).exclude(ended_at=None).order_by("day"):
        said = progress.said.rpartition(SAID)[2][:64]
        if SAID in progress.said and said not in there:
            yield Difference(Wrong.LAST_CUT_OFF, progress.day.isoformat())


def _of_head(head: Mapping[str, Any], since: date | None) -> Iterator[Difference]:
    day = head["day"]
    if not keys.is_known(head["key"]):
        yield Difference(Wrong.NO_KEY, day, head["key"])
    elif signature(head) != head["head"]:
        yield Difference(Wrong.FORGED, day)
    elif since is not None and date.fromisoformat(day) < since:
        return
    elif stamped := time_stamps.wrong(head):
        yield Difference(Wrong.STAMP, day, stamped)
    else:
        yield from _of_the_store(head)


def _of_the_store(head: Mapping[str, Any]) -> Iterator[Difference]:
    first = date.fromisoformat(head["since"]) if head["since"] else None
    now = written_between(first, date.fromisoformat(head["day"]), head["block"])["digests"]
    then = head["digests"]
    words = {fact.label: f"{fact.word}的存证" for fact in all_facts()}
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name):
            wrong = Wrong.ADDED if name not in then else Wrong.CHANGED if name in now else Wrong.GONE
            yield Difference(wrong, head["day"], words.get(name, name))


def verify_heads(progress: Progress, *, path: Path | None = None) -> Found:
    """Compare the store with every head that was kept, or with those of a copy."""
    found = compare(path)
    progress(found.heads, found.heads)
    wrong = [str(one) for one in found.differences]
    said = f"日链值 {found.heads} 条，{f'{len(wrong)} 处不符' if wrong else '全部相符'}"
    return Found(said, wrong, KEEP_THE_SCENE)


CHORE = Chore(
    "verify_heads",
    "核对日链值",
    "逐日与留存在数据库以外的日链值对照，指出哪一天、哪一件不同；只读。",
    "条",
    CHECKS,
    verify_heads,
)
