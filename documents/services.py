"""Write a ledger out: asked for on a page, written by the background worker, kept for some days for whoever asked."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from casework.enums import UNFINISHED, WorkStatus
from casework.jobs import work_states, worker
from casework.jobs.work_states import StoppedError
from documents.ledger import Ledger, ledgers, numbered
from documents.models import Export
from organizations.actor import Actor
from ui.errors import DomainError
from ui.sheets import stream_sheet

KEPT = timedelta(days=7)
AT_ONCE = 3  # exports of one person under way at the same time
PIECE = 500
LONGEST_QUERY = 2_000  # characters of an address


def folder() -> Path:
    """Return where exports lie: beside the attachments, below no web root."""
    return Path(settings.MEDIA_ROOT) / "exports"


def chosen(ledger: Ledger, actor: Actor, query: QueryDict) -> QuerySet[Any]:
    """Return the rows of a ledger under the conditions of an address, in the actor's scope.

    Raises:
        DomainError: a condition cannot be read; all the rows would be another answer.
    """
    rows = ledger.rows(actor)
    words = query.get("q", "").strip()[:100]
    if words and ledger.search:
        rows = ledger.search(rows, words, actor)
    if ledger.filterset is not None:
        found = ledger.filterset(query, queryset=rows, request=SimpleNamespace(actor=actor))
        if not found.is_valid():
            wrong = "；".join(
                f"{found.form.fields[name].label}：{errors[0]}"
                for name, errors in found.form.errors.items()
                if name in found.form.fields
            )
            raise DomainError(f"筛选条件读不出来，没有导出。{wrong}")
        rows = found.qs
    return rows.order_by(*ledger.order)


@transaction.atomic
def ask_export(ledger: Ledger, actor: Actor, query: str) -> Export:
    """Put an export into the queue and return it.

    Raises:
        DomainError: there is nothing to export, or too many of one's own are under way.
    """
    query = query.replace("%00", "").replace("\0", "")

    if Export.objects.visible_to(actor).under_way().count() >= AT_ONCE:
        raise DomainError(f"您已有 {AT_ONCE} 份导出正在生成，请等其中一份完成，或者停止一份再导出")
    if len(query) > LONGEST_QUERY:
        raise DomainError("筛选条件太多，请减少后再导出")
    total = chosen(ledger, actor, QueryDict(query)).count()
    if not total:
        raise DomainError("没有符合条件的件，请放宽条件再导出")
    now = timezone.now()
    export = Export.objects.create(
        post=actor.post,
        ledger=ledger.name,
        title=f"{ledger.title}（{total} 件）",
        query=query,
        total=total,
        asked_at=now,
        moved_at=now,
    )
    worker.enqueue(export)
    return export


def write_export(export: Export) -> None:
    """Write the sheet of an export, row by row; stopping or failing leaves no file. The scope is that of the post on the day of writing."""
    today = timezone.localdate()
    if not work_states.take(export):
        return
    if not export.post.is_in_force(today) or not export.post.user.is_active:
        work_states.end(export, WorkStatus.FAILED, problem="提出导出的岗位已经离任")
        return
    name = f"{secrets.token_hex(16)}.xlsx"
    folder().mkdir(parents=True, exist_ok=True)
    unfinished = folder() / f"{name}.part"
    try:
        with unfinished.open("wb") as file:
            is_whole = _write_rows(export, Actor(export.post, today), file)
        if not is_whole:
            return
        os.replace(unfinished, folder() / name)
    except Exception:
        work_states.end(export, WorkStatus.FAILED, problem="生成中出错，已记入日志，请重新导出")
        raise
    finally:
        unfinished.unlink(missing_ok=True)
    if not work_states.end(export, WorkStatus.READY, file=name, size=(folder() / name).stat().st_size):
        (folder() / name).unlink(missing_ok=True)


def _write_rows(export: Export, actor: Actor, file: IO[bytes]) -> bool:
    """Write all rows as they stand at one moment; return False when it was stopped on the way."""
    ledger = ledgers()[export.ledger]
    with transaction.atomic(using="reading"):
        rows = ledger.with_all(chosen(ledger, actor, QueryDict(export.query))).using("reading")
        total = rows.count()
        try:
            work_states.move(export, 0, total)
            found: Iterable[Any] = numbered(rows.iterator(PIECE))
            for piece in stream_sheet(
                ledger.title, ledger.export, found, lambda done: work_states.move(export, done, total)
            ):
                file.write(piece)
            work_states.move(export, total, total)
        except StoppedError:
            return False
    return True


def sweep_exports() -> str:
    """Remove what is older than it is kept, with its file, and files without a row (a nightly job)."""
    work_states.give_up_stuck(Export)
    gone = Export.objects.older_than(timezone.now() - KEPT).exclude(status__in=UNFINISHED).delete()[0]
    known = set(Export.objects.exclude(file="").values_list("file", flat=True))
    before = (timezone.now() - KEPT).timestamp()
    for path in folder().glob("*") if folder().exists() else ():
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink()
    return f"清理导出 {gone} 份"
