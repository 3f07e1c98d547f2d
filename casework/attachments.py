"""Store, serve and withdraw the files of a case. Content-addressed under MEDIA_ROOT, never below the web root."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone

from casework.material import MaterialKind
from casework.models import Attachment, Case
from casework.uploads import check
from ui.errors import DomainError
from ui.sheets import attachment_header

if TYPE_CHECKING:
    from organizations.actor import Actor

SHOWN_IN_PAGE = frozenset({"application/pdf", "image/jpeg", "image/png"})


def stored_at(sha256: str) -> Path:
    """Return where the bytes of a hash lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def attach(
    case: Case, actor: Actor | None, file: Any, *, kind: str = MaterialKind.OTHER, formed_on: date | None = None, note: str = "", record: bool = True
) -> Attachment:
    """Check a file, store its bytes, write its row and (unless the step at hand records it) the event; return the row.

    The bytes are written before the row and stay if the transaction fails: without a row nobody can reach them, and
    `manage.py sweep_attachments` removes what no row names. The reverse order could leave a row without its file.

    Raises:
        UploadRefusedError: the file may not be taken; nothing is stored.
        DomainError: it was formed in the future.
    """
    from casework import engine

    if formed_on and formed_on > timezone.localdate():
        raise DomainError(f"形成日期 {formed_on:%Y-%m-%d} 在今天之后，请核对")
    found = check(file, file.name)
    _store(file, found.sha256)
    attachment = Attachment.objects.create(
        case=case, kind=kind, name=found.name, size=found.size, sha256=found.sha256, content_type=found.content_type, formed_on=formed_on, note=note,
        uploaded_by=actor.post if actor else None, uploaded_at=timezone.now(),
    )  # fmt: skip
    if record:
        engine.note(case, actor, "attach", "上传附件", files=[attachment])
    return attachment


def _store(file: IO[bytes], sha256: str) -> None:
    """Write under a temporary name, then rename: a file under its hash is always whole."""
    path = stored_at(sha256)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as out:
            file.seek(0)
            while piece := file.read(1 << 20):
                out.write(piece)
        os.replace(name, path)
    except OSError as full:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise DomainError("文件没有存下：磁盘写入失败。请稍后再试，仍不行请告知系统管理员。") from full


def withdraw_file(attachment: Attachment, actor: Actor, reason: str) -> None:
    """Take a file out of the case while it is open; the row stays on record.

    Raises:
        DomainError: the case is closed, the file is somebody else's or gone already.
    """
    from casework import engine

    if not attachment.case.is_open or attachment.removed_at or attachment.uploaded_by_id != actor.post.pk:
        raise DomainError("只有上传人可以在办结前撤下自己的附件")
    attachment.removed_at = timezone.now()
    attachment.save(update_fields=["removed_at"])
    engine.note(attachment.case, actor, "detach", "撤下附件", files=[attachment], reason=reason)


def twins_of(attachments: Any) -> dict[str, list[Attachment]]:
    """Return, by hash, rows of the same bytes on other cases: 同一附件用于多个问题 is shown, not judged (domain/process.md 2.5)."""
    hashes = {a.sha256: a.case_id for a in attachments}
    found: dict[str, list[Attachment]] = {}
    for other in Attachment.objects.filter(sha256__in=hashes, removed_at=None).select_related("case").order_by("pk"):
        if other.case_id != hashes[other.sha256]:
            found.setdefault(other.sha256, []).append(other)
    return found


def serve(request: HttpRequest, attachment: Attachment) -> HttpResponse:
    """Answer with the bytes: as a download, or in the page where asked and harmless; a range where asked."""
    path = stored_at(attachment.sha256)
    if not path.exists():
        raise DomainError(f"“{attachment.name}”的文件不在存储中，请告知系统管理员核对备份")
    total, etag = path.stat().st_size, f'"{attachment.sha256}"'
    span = _span(request, total, etag)
    if span is None:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{total}"
        return refused
    first, last = span
    file = path.open("rb")
    file.seek(first)
    response: Any = FileResponse(_Part(file, last - first + 1), content_type=attachment.content_type)
    partial = (first, last) != (0, total - 1)
    response.status_code = 206 if partial else 200
    if partial:
        response["Content-Range"] = f"bytes {first}-{last}/{total}"
    inline = request.GET.get("show") == "1" and attachment.content_type in SHOWN_IN_PAGE
    header = attachment_header(attachment.name)
    response["Content-Disposition"] = header.replace("attachment;", "inline;", 1) if inline else header
    response["Content-Length"], response["Accept-Ranges"], response["ETag"] = str(last - first + 1), "bytes", etag
    response["Cache-Control"], response["X-Content-Type-Options"] = "private, no-store", "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response  # type: ignore[no-any-return]


class _Part:
    """A piece of a file, as FileResponse reads it."""

    def __init__(self, file: IO[bytes], left: int) -> None:
        self.file, self.left = file, left

    def read(self, n: int = -1) -> bytes:
        data = self.file.read(self.left if n < 0 else min(n, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.file.close()


def _span(request: HttpRequest, total: int, etag: str) -> tuple[int, int] | None:
    """Return first and last byte asked for (the whole when no single range is asked), or None when it cannot be had."""
    asked = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("Range", ""))
    if asked is None or not (asked[1] or asked[2]) or request.headers.get("If-Range", etag) != etag:
        return 0, max(total - 1, 0)
    if not asked[1]:
        return max(total - int(asked[2]), 0), total - 1
    first, last = int(asked[1]), min(int(asked[2] or total - 1), total - 1)
    return (first, last) if first <= last else None
