"""Files of a form that came back: kept for this very form, and sent with it the next time without being chosen again.

A good file beside a bad one, or beside a date that is wrong, is not lost
(docs/decisions/0020-drafts-receipts-pending-files.md). What is kept is checked like every upload; it becomes an
attachment only by the form itself, where it is checked once more.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from casework.files.quotas import used
from casework.files.store import keep, open_stored
from casework.files.uploads import check
from casework.models import PendingFile
from organizations.requests import actor_of
from ui.errors import DomainError
from ui.hostile.unfit import DISK_FULL
from ui.receiving import refusal_of
from ui.sending import token_of

KEPT = timedelta(days=1)
CHOSEN = "_pending"  # field: the kept files that are to be sent with the form
MOST = 30  # of one form, however often it comes back


def bring(request: HttpRequest) -> None:
    """Put the kept files that are ticked among the files of the request, before a transaction begins."""
    chosen = [int(pk[:18]) for pk in request.POST.getlist(CHOSEN) if pk.isdecimal()]
    for row in _kept(request).filter(pk__in=chosen) if chosen and token_of(request) else ():
        try:
            file = TemporaryUploadedFile(row.name, None, row.size, None)
            with open_stored(row.sha256) as stored:
                shutil.copyfileobj(stored, file, 1 << 20)
            file.seek(0)
        except OSError as full:
            raise DomainError(DISK_FULL) from full
        file.kept = True  # type: ignore[attr-defined]  # a mark of ours, read by _keep
        request.FILES.appendlist(row.field, file)


def keep_sent(request: HttpRequest, shown: list[Any]) -> None:
    """Keep the good files of a form that comes back, and say of each bad one, at its field, what is wrong with it."""
    if not token_of(request):
        return
    for form, name in _fields(shown):
        field = form.add_prefix(name)
        for file in request.FILES.getlist(field):
            try:
                _keep(request, field, file)
            except DomainError as refused:
                _say_beside(form, name, refused.message)


def _keep(request: HttpRequest, field: str, file: Any) -> None:
    """Check a file, as it is: what is taken out of a photo is taken out when it becomes an attachment."""
    if getattr(file, "kept", False) or refusal_of(file):
        return
    kept = used(_kept(request))
    if kept.files >= MOST or kept.bytes + file.size > settings.SENDING_MOST_BYTES:
        raise DomainError(f"这张表单已经留了 {MOST} 件或者太大的文件，“{file.name}”没有留下，提交前请重新选择。")
    found = check(file, file.name, as_it_is=True)
    keep(file, found.sha256)
    PendingFile.objects.get_or_create(
        post=actor_of(request).post,
        token=token_of(request),
        field=field,
        sha256=found.sha256,
        name=found.name,
        defaults={"path": request.path[:200], "size": found.size},
    )


def _say_beside(form: Any, name: str, text: str) -> None:
    """Say what is wrong with a file at its field; where it stands on top already, only there."""
    top = form.errors.get(NON_FIELD_ERRORS)
    if text in (top or ()):
        top.data[:] = [error for error in top.data if text not in error.messages]
        if not top.data:
            del form.errors[NON_FIELD_ERRORS]
    form.add_error(name, text)


def tell(request: HttpRequest, shown: list[Any]) -> None:
    """Let each file field of a form that came back show what is kept for it."""
    rows = list(_kept(request)) if token_of(request) and not getattr(request, "token_is_used", False) else []
    for form, name in _fields(shown) if rows else ():
        form.fields[name].widget.kept = [row for row in rows if row.field == form.add_prefix(name)]


def forget(request: HttpRequest, _: Any) -> None:
    """The form was accepted: its files are attachments now, or were not wanted."""
    _kept(request).delete()


def kept_for(actor: Any, tokens: list[str]) -> QuerySet[PendingFile]:
    """Return what is kept for forms of this person by their tokens."""
    found: QuerySet[PendingFile] = PendingFile.objects.visible_to(actor).filter(token__in=tokens).order_by("pk")
    return found


def sweep() -> int:
    """Remove what nobody came back for within a day; return how many. The bytes go with the orphans of the store."""
    return PendingFile.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def _kept(request: HttpRequest) -> QuerySet[PendingFile]:
    actor = getattr(request, "actor", None)  # open pages have forms too
    if actor is None:
        return PendingFile.objects.none()
    return kept_for(actor, [token_of(request)]).filter(path=request.path[:200])


def _fields(shown: list[Any]) -> Iterator[tuple[Any, str]]:
    """Yield form and name of each field that takes several files."""
    for form in shown:
        for name, field in form.fields.items():
            if isinstance(field, forms.FileField) and hasattr(field.widget, "kept"):
                yield form, name
