"""Store and withdraw the files of a case. Content-addressed under MEDIA_ROOT, never below the web root."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from casework.enums import MaterialKind
from casework.files.store import keep
from casework.files.uploads import check
from casework.models import Attachment, Case, PendingFile
from casework.workflow import engine
from casework.workflow.circuits import circuit_of
from casework.workflow.prefetched import events_of
from ui.errors import DomainError

if TYPE_CHECKING:
    from organizations.actor import Actor

GRACE = timedelta(days=1)  # how long a file may be without a row: longer than any transaction


@transaction.atomic
def attach(
    case: Case,
    actor: Actor | None,
    file: Any,
    *,
    kind: str = MaterialKind.OTHER,
    formed_on: date | None = None,
    note: str = "",
    record: bool = True,
) -> Attachment:
    """Check a file, store its bytes, write its row and (unless the step at hand records it) the event; return the row.

    The bytes are written before the row and stay if the transaction fails: without a row nobody can reach them, and
    `sweep` removes them a day
    later. The reverse order could leave a row without its file; and removing them at once, on rollback, could take away
    what another upload of
    the same bytes, not committed yet, relies on.

    The very file that the same person put there before is not put there twice (a form sent twice): its row is returned.

    A photo loses the place where it was made, except as 现场照片, where the place belongs to the evidence
    (docs/domain/dictionaries.md 9.8).

    Raises:
        UploadRefusedError: the file may not be taken; nothing is stored.
        DomainError: it was formed in the future.
    """
    if record and not Case.objects.select_for_update(of=("self",)).get(pk=case.pk).is_open:
        raise DomainError("本件已办结，不能再添加附件")
    if formed_on and formed_on > timezone.localdate():
        raise DomainError(f"形成日期 {formed_on:%Y-%m-%d} 在今天之后，请核对", {"formed_on": "在今天之后"})
    found = check(file, file.name, keep_location=kind == MaterialKind.PHOTO)
    if found.lost_location:
        note = "；".join(filter(None, (note, "已去除图片中的拍摄位置")))
    if found.unread:
        note = "；".join(filter(None, (note, found.unread)))
    keep(file, found.sha256)
    same = Attachment.objects.filter(
        case=case,
        sha256=found.sha256,
        kind=kind,
        name=found.name,
        uploaded_by=actor.post if actor else None,
        removed_at=None,
    ).first()
    if same is not None:
        return same
    attachment = Attachment.objects.create(
        case=case,
        kind=kind,
        name=found.name,
        size=found.size,
        sha256=found.sha256,
        content_type=found.content_type,
        formed_on=formed_on,
        note=note,
        uploaded_by=actor.post if actor else None,
        uploaded_at=timezone.now(),
    )
    if record:
        engine.note(case, actor, "attach", "上传附件", files=[attachment])
    return attachment


def orphans(*, older_than: timedelta = GRACE) -> Iterator[Path]:
    """Give the stored files that no row names: left by an upload whose step was refused afterwards, or that was
    interrupted.

    Younger ones may belong to a transaction that has not ended yet.
    """
    before = time.time() - older_than.total_seconds()
    for folder in sorted(Path(settings.MEDIA_ROOT).glob("??")):
        old = {path.name: path for path in folder.iterdir() if path.stat().st_mtime < before}
        named = {
            sha256
            for rows in (Attachment.objects, PendingFile.objects) if old
            for sha256 in rows.filter(sha256__in=old).values_list("sha256", flat=True)
        }  # fmt: skip
        yield from (old[name] for name in sorted(old.keys() - named))


def sweep() -> str:
    """Remove the orphans; say how many. Repeatable, and harmless when interrupted."""
    removed = 0
    for path in orphans():
        path.unlink(missing_ok=True)
        removed += 1
    return f"清理没有记录指向的文件 {removed} 个"


def may_withdraw(attachment: Attachment, actor: Actor, case: Case) -> bool:
    """Say whether this person may take the file out now: what was handed over, and judged by others, stays.

    It was judged when somebody of another unit has taken a step since it came: a dispute, a plan or a closure that was
    decided rests on it.
    """
    if not case.is_open or attachment.uploaded_by_id != actor.post.pk or case.holder_unit_id != actor.unit_id:
        return False
    steps = circuit_of(case).by_name
    return not any(
        event.name in steps
        and event.at >= attachment.uploaded_at
        and (not event.post or event.post.unit_id != actor.unit_id)
        for event in events_of(case)
    )


@transaction.atomic
def withdraw_file(attachment: Attachment, actor: Actor, reason: str) -> None:
    """Take a file out of the case while it is in one's own hands; the row stays on record.

    Raises:
        DomainError: the case has gone on, the file is somebody else's or gone already.
    """
    card = Case.objects.select_for_update(of=("self",)).get(pk=attachment.case_id)
    if not may_withdraw(attachment, actor, card):
        raise DomainError("只有上传人可以在本件还在自己手上时撤下附件；已交出、已认定的材料不能撤")
    if not Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(removed_at=timezone.now()):
        raise DomainError(f"“{attachment.name}”已经撤下")
    engine.note(attachment.case, actor, "detach", "撤下附件", files=[attachment], reason=reason)


def twins_of(attachments: Any) -> dict[str, list[Attachment]]:
    """Return, by hash, rows of the same bytes on other cases: 同一附件用于多个问题 is shown, not judged
    (docs/domain/process.md 2.5).
    """
    hashes = {a.sha256: a.case_id for a in attachments}
    found: dict[str, list[Attachment]] = {}
    for other in Attachment.objects.filter(sha256__in=hashes, removed_at=None).select_related("case").order_by("pk"):
        if other.case_id != hashes[other.sha256]:
            found.setdefault(other.sha256, []).append(other)
    return found
