"""Write a long list out: asked for on its page, written by the worker, kept for some days for whoever asked."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from casework.enums import UNFINISHED, WorkStatus
from casework.jobs import long_works
from casework.jobs.long_works import LongWork, Tell
from documents.models import Export
from documents.models.export import KEPT
from organizations.access import has_in_menu
from organizations.actor import Actor
from ui.errors import DomainError
from ui.lists import PIECE, Planned, Sheet, numbered
from ui.sheets import marked, save_printed, save_sheet
from ui.taking import Taken

LONGEST_QUERY = 2_000  # characters of an address
LANDING = timedelta(hours=1)  # between a file and the row that points at it
UNFINISHED_FILE = ".part"
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
def ask_export(actor: Actor, path: str, query: str, tell: Callable[[Taken], int] = lambda taken: 0) -> Export:
    """Put the sheet of a list into the queue and return it; `tell` tells the log and gives the number of its line.

    Raises:
        DomainError: there is nothing to export, or too many of one's own are under way.
    """
    query = query.replace("%00", "").replace("\0", "")
    if len(query) > LONGEST_QUERY:
        raise DomainError("筛选条件太多，请减少后再导出")
    sheet = sheet_of(path, query, actor)
    total = sheet.rows.order_by().count()
    if not total:
        raise DomainError(f"没有符合条件的{sheet.measure}，请放宽条件再导出")
    past = sheet.above
    title = f"{sheet.title}（{past.stamp}）" if past and past.day != timezone.localdate() else sheet.title
    number = tell(Taken("export", title, total))
    export: Export = long_works.ask(Export, actor, path=path, title=title, query=query, total=total, log_number=number)
    return export


def write_export(export: Export, tell: Tell) -> dict[str, Any]:
    """Write the sheet of an export, row by row, and return its file; stopping or failing leaves none.

    The scope is that of the post on the day of writing.
    """
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder().glob(f"{export.pk}.*{UNFINISHED_FILE}"):  # by a worker that was killed
        left.unlink(missing_ok=True)
    unfinished = folder() / f"{export.pk}.{export.tries}{UNFINISHED_FILE}"
    try:
        with unfinished.open("wb") as file:
            unfinished.chmod(0o600)
            _write_rows(export, Actor(export.post, timezone.localdate()), file, tell)
        name = f"{secrets.token_hex(16)}.xlsx"
        os.replace(unfinished, folder() / name)
    finally:
        unfinished.unlink(missing_ok=True)
    return {"file": name, "size": (folder() / name).stat().st_size}


def _write_rows(export: Export, actor: Actor, file: IO[bytes], tell: Tell) -> None:
    """Write all rows as they stand at one moment."""
    with transaction.atomic(using="reading"):
        sheet = sheet_of(export.path, export.query, actor)
        found = sheet.rows.using("reading")
        total = found.order_by().count()

        def rows() -> Iterator[Any]:
            return found.iterator(PIECE)

        def progress(done: int) -> None:
            tell(done, max(done, total))

        progress(0)
        mark = marked(actor, export.log_number)
        if sheet.paper:
            layout, around = sheet.paper
            written = save_printed(file, layout, around.marked(export.log_number), rows, progress)
        else:
            written = save_sheet(file, sheet.title, sheet.columns, numbered(rows()), progress, sheet.above, mark)
        tell(written, written)  # what is announced is what was written


def _remove(result: dict[str, Any]) -> None:
    (folder() / result["file"]).unlink(missing_ok=True)


def sweep_files() -> None:
    """Remove what no row points at: files half written by a worker that died, whole ones that came too late."""
    known = set(Export.objects.exclude(file="").values_list("file", flat=True))
    running = {str(pk) for pk in Export.objects.filter(status=WorkStatus.RUNNING).values_list("pk", flat=True)}
    before = (timezone.now() - LANDING).timestamp()
    for path in folder().glob("*") if folder().exists() else ():
        half = path.name.endswith(UNFINISHED_FILE)
        is_alive = path.name.partition(".")[0] in running if half else path.name in known
        with suppress(FileNotFoundError):  # a worker finishes a file, another sweeps
            if not is_alive and path.stat().st_mtime < before:
                path.unlink()


def sweep_exports() -> str:
    """Remove what is older than it is kept, with its file, and files without a row (a nightly job)."""
    gone = Export.objects.older_than(timezone.now() - KEPT).exclude(status__in=UNFINISHED).delete()[0]
    sweep_files()
    return f"清理导出 {gone} 份"


def _leads(export: Export, actor: Actor) -> list[tuple[str, str]]:
    papers = [("文书与台账", reverse("documents"))] if has_in_menu("documents")(actor) else []
    return [*papers, ("列表", export.list_url)]


EXPORTS = LongWork(
    name="export",
    model=Export,
    title="导出",
    do=write_export,
    leads=_leads,
    ended="documents/export_ended.html",
    leaves="可以离开这一页，做好后回到这里下载。",
    stopped="已停止，没有留下文件。",
    failed="生成中出错，已记入日志，请重新导出",
    at_once=3,
    undo=_remove,
    sweep=sweep_files,
)
