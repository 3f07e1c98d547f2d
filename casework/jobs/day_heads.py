"""日链值: one head over all that was written since the one before it, kept outside the database (decision 0024).

A line of a file that is only ever added to, and of the log; by mail to the audit administrator; where the office wants
it, with a time stamp (RFC 3161). What was removed whole, or rewritten by who has the key, differs from what was kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from casework.jobs import time_stamps
from casework.models import Event
from casework.workflow.trail import midnight
from organizations.models import RowRecord
from organizations.records import keys
from organizations.records.facts import all_facts

MOST = 20_000  # cards that a head names one by one; beyond, a thousand together
BLOCK = 1_000
NAMES = frozenset({"since", "day", "events", "records", "block", "digests", "before", "key", "head"})
JOB, SAID = "keep_day_head", "日链值 "


def kept_at() -> Path:
    return Path(settings.DAY_HEADS)


class Line(NamedTuple):
    """A line of the file: its number, and the head it holds; None where it is torn or foreign."""

    n: int
    head: dict[str, Any] | None


def lines_of(path: Path) -> list[Line]:
    """Return the lines that were kept, oldest first."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    return [Line(n, _head_of(line)) for n, line in enumerate(text.splitlines(), 1)]


def heads_of(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Return the heads among lines: one that is torn or foreign is told by `verify_heads`, and stops no night."""
    return [line.head for line in lines if line.head is not None]


def kept() -> list[dict[str, Any]]:
    """Return the heads that were kept here, oldest first."""
    return heads_of(lines_of(kept_at()))


def _head_of(line: str) -> dict[str, Any] | None:
    try:
        head = json.loads(line)
    except ValueError:
        return None
    return head if isinstance(head, dict) and head.keys() >= NAMES else None


def make(day: date) -> dict[str, Any] | None:
    """Return the head of what was written since the last one, up to a day; None where that is kept already."""
    before = kept()
    since = date.fromisoformat(before[-1]["day"]) if before else None
    if since is not None and since >= day:
        return None
    head = {
        "since": since and since.isoformat(),
        "day": day.isoformat(),
        "made": timezone.now().isoformat(timespec="seconds"),
        **written_between(since, day),
        "rows": {fact.label: fact.rows("default").count() for fact in all_facts()},
        "before": before[-1]["head"] if before else "",
        "key": keys.current(),
    }
    return head | {"head": signature(head)}


def written_between(since: date | None, day: date, block: int | None = None) -> dict[str, Any]:
    """Return what was written after one day up to another: how many, and a digest for each card and each table."""
    events, records = (_within(model, since, day) for model in (Event, RowRecord))
    if block is None:
        block = BLOCK if events.order_by().values("case_id").distinct().count() > MOST else 1
    digests: dict[str, Any] = {}
    for case, seq, link in events.order_by("case_id", "seq").values_list("case_id", "seq", "hash").iterator(5000):
        _add(digests, _named(case, block), (seq, link))
    said = ("card", "model", "row", "n", "hash")
    for card, model, *what in records.order_by(*said[:4]).values_list(*said).iterator(5000):
        _add(digests, _named(card, block) if card else model, (model, *what))
    return {
        "events": events.count(), "records": records.count(), "block": block,
        "digests": {name: digest.hexdigest()[:32] for name, digest in digests.items()},
    }  # fmt: skip


def _within(model: Any, since: date | None, day: date) -> Any:
    rows = model.objects.filter(at__lt=midnight(day + timedelta(1)))
    return rows if since is None else rows.filter(at__gte=midnight(since + timedelta(1)))


def _add(digests: dict[str, Any], name: str, what: tuple[Any, ...]) -> None:
    digests.setdefault(name, hashlib.sha256()).update(repr(what).encode())


def _named(case: int, block: int) -> str:
    first = case - case % block
    return f"卡片 {case}" if block == 1 else f"卡片 {first}–{first + block - 1}"


def signature(head: Mapping[str, Any]) -> str:
    """Return what a head comes to under its key: all it says, and the head before it."""
    said = {name: value for name, value in head.items() if name != "head"}
    return keys.signed(head["key"], f"day {json.dumps(said, ensure_ascii=False, sort_keys=True)}")


def append(head: Mapping[str, Any]) -> None:
    """Add a head to the file, on a line of its own also behind one that was torn."""
    there = kept_at().read_bytes() if kept_at().exists() else b""
    begin = "\n" if there and not there.endswith(b"\n") else ""
    kept_at().parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(kept_at(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
        file.write(f"{begin}{_line(head)}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def send(head: Mapping[str, Any]) -> str:
    """Ask for the time stamp of a head, mail it; return what could not be done, empty when all could. Repeatable."""
    if settings.STAMP_AUTHORITY:
        time_stamps.ask(head)
    return _mailed(head) if settings.AUDIT_MAIL else ""


def _line(head: Mapping[str, Any]) -> str:
    return json.dumps(head, ensure_ascii=False, sort_keys=True)


def _mailed(head: Mapping[str, Any]) -> str:
    body = (
        f"{spoken(head)}\n\n请留存这封邮件。附件就是当日的一行，核对时运行："
        f"manage.py verify_heads --file 附件（几天的附件接在一起也可以）。"
    )
    mail = EmailMessage(f"日链值 {head['day']}", body, to=settings.AUDIT_MAIL)
    mail.attach(f"day-head-{head['day']}.jsonl", f"{_line(head)}\n", "application/json")
    try:
        mail.send()
    except OSError as failed:
        return f"日链值没有寄出：{failed}"
    return ""


def spoken(head: Mapping[str, Any]) -> str:
    return f"{head['day']} 经过 {head['events']} 条、存证 {head['records']} 条，{SAID}{head['head']}"
