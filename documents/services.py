"""Write a long list out: asked for on its page, written by the worker, kept for some days for whoever asked."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone

from casework.enums import UNFINISHED, WorkStatus
from casework.jobs import work_states, worker
from casework.jobs.work_states import StoppedError
from documents.models import Export
from organizations.actor import Actor
from ui.errors import DomainError
from ui.lists import PIECE, Planned, Sheet, numbered
from ui.sheets import save_printed, save_sheet

KEPT = timedelta(days=7)
AT_ONCE = 3  # exports of one person under way at the same time
LONGEST_QUERY = 2_000  # characters of an address
NO_LIST = "没有这个列表，或者它不能导出，没有导出"


def folder() -> Path:
    """Return where exports lie: beside the attachments, below no web root."""
    return Path(settings.MEDIA_ROOT) / "exports"


def sheet_of(path: str, query: str, actor: Actor) -> Sheet:
    """Return the sheet of the list at an address (`export=print`: its 打印版), as this reader would get it there.

    Raises:
        DomainError: no such list for him, or a condition cannot be read; all the rows would be another answer.
    """
    try:
        found = resolve(path)
    except Resolver404 as gone:
        raise DomainError(NO_LIST) from gone
    kind = getattr(found.func, "page", None)
    if kind is None or kind.writes or kind.is_open:  # every list is a reading page
        raise DomainError(NO_LIST)
    request: Any = HttpRequest()
    request.method, request.path, request.htmx = "GET", path, False
    request.GET = QueryDict(query, mutable=True)
    request.GET["export"] = "print" if request.GET.get("export") == "print" else "xlsx"
    request.actor, request.user, request.plans_sheet = actor, actor.post.user, True
    try:
        answer = found.func(request, *found.args, **found.kwargs)
    except Http404 as hidden:
        raise DomainError(NO_LIST) from hidden
    if not isinstance(answer, Planned):
        raise DomainError(NO_LIST)
    if answer.sheet is None:
        raise DomainError(f"筛选条件读不出来，没有导出。{answer.problem}")
    return answer.sheet


@transaction.atomic
def ask_export(actor: Actor, path: str, query: str) -> Export:
    """Put the sheet of a list into the queue and return it.

    Raises:
        DomainError: there is nothing to export, or too many of one's own are under way.
    """
    query = query.replace("%00", "").replace("\0", "")
    if Export.objects.visible_to(actor).under_way().count() >= AT_ONCE:
        raise DomainError(f"您已有 {AT_ONCE} 份导出正在生成，请等其中一份完成，或者停止一份再导出")
    if len(query) > LONGEST_QUERY:
        raise DomainError("筛选条件太多，请减少后再导出")
    sheet = sheet_of(path, query, actor)
    total = sheet.rows.order_by().count()
    if not total:
        raise DomainError(f"没有符合条件的{sheet.measure}，请放宽条件再导出")
    now, past = timezone.now(), sheet.above
    export = Export.objects.create(
        post=actor.post,
        path=path,
        title=f"{sheet.title}（{past.stamp}）" if past and past.day != timezone.localdate(now) else sheet.title,
        query=query,
        total=total,
        asked_at=now,
        moved_at=now,
    )
    worker.enqueue(export)
    return export


def write_export(export: Export) -> None:
    """Write the sheet of an export, row by row; stopping or failing leaves no file.

    The scope is that of the post on the day of writing.
    """
    today = timezone.localdate()
    if not work_states.take(export):
        return
    if not export.post.is_in_force(today) or not export.post.user.is_active:
        work_states.end(export, WorkStatus.FAILED, problem="提出导出的岗位已经离任")
        return
    name = f"{secrets.token_hex(16)}.xlsx"
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder() / f"{name}.part"
    try:
        with unfinished.open("wb") as file:
            unfinished.chmod(0o600)
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
    with transaction.atomic(using="reading"):
        sheet = sheet_of(export.path, export.query, actor)
        found = sheet.rows.using("reading")
        total = found.order_by().count()

        def rows() -> Iterator[Any]:
            return found.iterator(PIECE)

        def progress(done: int) -> None:
            work_states.move(export, done, total)

        try:
            progress(0)
            if sheet.paper:
                written = save_printed(file, *sheet.paper, rows, progress)
            else:
                written = save_sheet(file, sheet.title, sheet.columns, numbered(rows()), progress, sheet.above)
            work_states.move(export, written, written)  # what is announced is what was written
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
