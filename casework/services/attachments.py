"""Store and withdraw the files of a case. Content-addressed under MEDIA_ROOT, never below the web root."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from casework.enums import MaterialKind
from casework.files.quotas import refuse_beyond_case
from casework.files.store import keep
from casework.files.uploads import check
from casework.models import Attachment, Case, PdfCopy, PendingFile
from casework.workflow import engine
from casework.workflow.circuits import circuit_of
from casework.workflow.prefetched import events_of
from ui.errors import DomainError

if TYPE_CHECKING:
    from organizations.actor import Actor

REPLACED: list[Callable[[Attachment, Attachment], None]] = []  # what rests on files takes the new version in
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
    note = "；".join(filter(None, (note, found.words)))
    by = actor.post if actor else None
    same = Attachment.objects.standing().filter(case=case, sha256=found.sha256, kind=kind, name=found.name)
    there = same.filter(uploaded_by=by).first()
    if there is None:
        refuse_beyond_case(case, found.size)
    keep(file, found.sha256)  # also what is there: its bytes have their day anew
    if there is not None:
        return there
    attachment = Attachment.objects.create(
        case=case,
        kind=kind,
        name=found.name,
        size=found.size,
        sha256=found.sha256,
        content_type=found.content_type,
        is_searched=found.is_searched,
        formed_on=formed_on,
        note=note,
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )
    if record:
        engine.note(case, actor, "attach", "上传附件", files=[attachment])
    return attachment


def point_at(case: Case, actor: Actor, filed: Attachment) -> Attachment:
    """Put a file of another case of the unit into this one: a row of its own over the same bytes, not an upload.

    Whatever becomes of the other, replaced or taken out, this row keeps what is judged here; kind and day of forming
    are facts of the file and come with it.

    Raises:
        DomainError: it is no file that the unit itself has filed where all who see its cases may see it.
    """
    first = Attachment.objects.filed_by(actor).select_related("points_at").filter(pk=filed.pk).first()
    if first is None:
        raise DomainError(f"“{filed.name}”不是本单位提交的材料，或者已经撤下，不能引用")
    root: Attachment = first.points_at or first
    there = Attachment.objects.standing().filter(case=case, sha256=first.sha256, points_at=root).first()
    if there is not None:
        return there
    refuse_beyond_case(case, 0)
    alike = ("kind", "name", "size", "sha256", "content_type", "is_searched", "formed_on", "note")
    return Attachment.objects.create(
        case=case,
        points_at=root,
        uploaded_by=actor.post,
        uploaded_at=timezone.now(),
        **{name: getattr(first, name) for name in alike},
    )


def orphans(*, older_than: timedelta = GRACE) -> Iterator[Path]:
    """Give the stored files that no row names: left by an upload whose step was refused afterwards, or that was
    interrupted.

    Younger ones may belong to a transaction that has not ended yet.
    """
    before = time.time() - older_than.total_seconds()
    for folder in sorted(Path(settings.MEDIA_ROOT).glob("??")):
        old = {path.name: path for path in folder.iterdir() if path.stat().st_mtime < before}
        holding = ((Attachment.objects.filter(wiped_at=None), "sha256"), (PendingFile.objects, "sha256"))
        named = {
            sha256
            for rows, column in (*holding, (PdfCopy.objects, "pdf")) if old
            for sha256 in rows.filter(**{f"{column}__in": old}).values_list(column, flat=True)
        }  # fmt: skip
        yield from (old[name] for name in sorted(old.keys() - named))


def wipe_withdrawn() -> int:
    """Give up the bytes of files that were taken out long ago, with a line in the trail; return how many.

    The row stays: name, size and hash say what it was. The bytes go with the orphans of the store, unless another row
    has the same.
    """
    before = timezone.now() - timedelta(settings.WITHDRAWN_FILES_KEPT_DAYS)
    rows = Attachment.objects.filter(removed_at__lt=before, wiped_at=None)
    cases = list(rows.order_by("case").values_list("case", flat=True).distinct())
    n = 0
    for pk in cases:
        with transaction.atomic():
            files = list(rows.filter(case=pk).order_by("pk"))
            n += Attachment.objects.filter(pk__in=[file.pk for file in files]).update(wiped_at=timezone.now())
            engine.note(Case.objects.get(pk=pk), None, "wipe", "清除已撤下附件的内容", files=files)
    there = Attachment.objects.filter(sha256=OuterRef("sha256"), wiped_at=None).order_by()
    PdfCopy.objects.filter(~Exists(there)).delete()
    return n


def sweep() -> str:
    """Remove the orphans; say how many. Repeatable, and harmless when interrupted."""
    removed = 0
    for path in orphans():
        path.unlink(missing_ok=True)
        removed += 1
    return f"清理没有记录指向的文件 {removed} 个"


def was_handed_over(attachment: Attachment, case: Case) -> bool:
    """Say whether a step was taken since the file came: it was signed, reported, submitted or decided on with it.

    A step that was taken back afterwards counts too: others could read the file meanwhile. What was handed over is
    never taken out, only replaced by a new version (docs/decisions/0026-evidence-stays-what-was-judged.md).
    """
    steps, came = circuit_of(case).by_name, attachment.uploaded_at
    since = came.replace(microsecond=came.microsecond // 1000 * 1000)  # the trail keeps milliseconds
    return any(event.name in steps and event.at >= since for event in events_of(case))


def is_in_own_hands(attachment: Attachment, actor: Actor, case: Case) -> bool:
    """Say whether this person put the file there, and the case is in the hands of his unit now."""
    is_own = attachment.uploaded_by_id == actor.post.pk and case.holder_unit_id == actor.unit_id
    return bool(case.is_open and is_own and attachment.removed_at is None)


def may_withdraw(attachment: Attachment, actor: Actor, case: Case) -> bool:
    """Say whether this person may take the file out now: nobody else has had it before his eyes with a step."""
    return is_in_own_hands(attachment, actor, case) and not was_handed_over(attachment, case)


def may_replace(attachment: Attachment, actor: Actor, case: Case) -> bool:
    """Say whether this person may put a new version in the place of the file now: the case is in his very hands."""
    return is_in_own_hands(attachment, actor, case) and case.holder_role == actor.role


@transaction.atomic
def replace_file(attachment: Attachment, actor: Actor, file: Any, reason: str) -> Attachment:
    """Put a new version in the place of a file; the former stays, is shown as such and can be opened.

    Whatever rests on the file (`REPLACED`) takes the new version in, in the same transaction.

    Raises:
        DomainError: the case is not in this person's hands, the file is somebody else's, gone, or replaced already.
        UploadRefusedError: the new one may not be taken.
    """
    card = Case.objects.select_for_update(of=("self",)).get(pk=attachment.case_id)
    former: Attachment = Attachment.objects.get(pk=attachment.pk)
    if not may_replace(former, actor, card):
        raise DomainError("只有上传人可以在本件在自己手上时换新版本")
    if Attachment.objects.filter(replaces=former, removed_at=None).exists():
        raise DomainError(f"“{former.name}”已经换过新版本，请在新版本上再换")
    there = set(Attachment.objects.filter(case=card).values_list("pk", flat=True))
    new = attach(card, actor, file, kind=former.kind, formed_on=former.formed_on, record=False)
    if new.pk in there:
        raise DomainError(f"本件已经有完全相同的“{new.name}”，没有换", {"files": "与已有的文件相同"})
    new.replaces = former
    new.save(update_fields=["replaces"])
    for take_in in REPLACED:
        take_in(former, new)
    engine.note(card, actor, "replace", f"“{former.name}”换新版本", files=[new], reason=reason)
    return new


@transaction.atomic
def withdraw_file(attachment: Attachment, actor: Actor, reason: str) -> None:
    """Take a file out of the case while it is in one's own hands; the row stays on record.

    Raises:
        DomainError: the case has gone on, the file is somebody else's or gone already.
    """
    card = Case.objects.select_for_update(of=("self",)).get(pk=attachment.case_id)
    if not may_withdraw(attachment, actor, card):
        raise DomainError("只有上传人可以在本件还在自己手上时撤下附件；已交出、已认定的材料不能撤，可以换新版本")
    if not Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(removed_at=timezone.now()):
        raise DomainError(f"“{attachment.name}”已经撤下")
    engine.note(attachment.case, actor, "detach", "撤下附件", files=[attachment], reason=reason)
