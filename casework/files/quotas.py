"""How much may be uploaded: of one sending, of a case, of a unit on a day, of all on a day. The figures are settings.

What is beyond is refused in words that say how much is there already. Two that send at the same moment may together go
over by one sending: nobody waits for a lock because of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from casework.models import Attachment, Case, PendingFile
from ui.errors import DomainError
from ui.receiving import MEGABYTE

if TYPE_CHECKING:
    from organizations.actor import Actor


class Used(NamedTuple):
    """How many files, and how many bytes."""

    files: int
    bytes: int


def used(*rows: QuerySet[Any]) -> Used:
    """Return how much rows of files are, one question for each set of them."""
    sums = [each.order_by().aggregate(n=Count("pk"), size=Sum("size")) for each in rows]
    return Used(sum(one["n"] for one in sums), sum(one["size"] or 0 for one in sums))


def refuse_beyond_case(case: Case, size: int) -> None:
    """Look whether a file of this size has room in the case; withdrawn ones count, their bytes are still there.

    Raises:
        DomainError: the case is full.
    """
    of_case = used(Attachment.objects.filter(case=case, wiped_at=None))
    if of_case.files >= settings.CASE_MOST_FILES or of_case.bytes + size > settings.CASE_MOST_BYTES:
        raise DomainError(f"本件已有 {_said(of_case)}，最多 {_most('CASE')}，没有收下。请只上传必要的材料。")


def beyond_day(actor: Actor, files: Iterable[Any]) -> str:
    """Return why these files are too much for today, of the unit or of all, or ""."""
    new = Used(0, 0)
    for file in files:
        if getattr(file, "kept", False):  # counted where it is kept
            continue
        new = Used(new.files + 1, new.bytes + file.size)
    since = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    taken = Attachment.objects.filter(uploaded_at__gte=since, points_at=None)
    kept = PendingFile.objects.filter(at__gte=since)
    of_unit = used(taken.filter(uploaded_by__unit=actor.unit_id), kept.filter(post__unit=actor.unit_id))
    if _is_beyond(of_unit, new, "UNIT_DAY"):
        return (
            f"本单位今天已上传 {_said(of_unit)}，一天最多 {_most('UNIT_DAY')}，没有收下。请明天再传，或者压缩后上传。"
        )
    if _is_beyond(used(taken, kept), new, "DAY"):
        return "本系统今天收下的文件已经到了上限，没有收下。请明天再传；急用的请联系系统管理员。"
    return ""


def beyond_sending(n: int) -> str:
    """Return why so many files are too many for one sending, or ""."""
    most = settings.SENDING_MOST_FILES
    return f"一次最多上传 {most} 件，这次有 {n} 件，没有收下。请分几次上传。" if n > most else ""


def _is_beyond(there: Used, new: Used, of: str) -> bool:
    most_files, most_bytes = getattr(settings, f"{of}_MOST_FILES"), getattr(settings, f"{of}_MOST_BYTES")
    return bool(there.files + new.files > most_files or there.bytes + new.bytes > most_bytes)


def _said(what: Used) -> str:
    return f"{what.files} 件、{what.bytes // MEGABYTE} MB"


def _most(of: str) -> str:
    return f"{getattr(settings, f'{of}_MOST_FILES')} 件、{getattr(settings, f'{of}_MOST_BYTES') // MEGABYTE} MB"
