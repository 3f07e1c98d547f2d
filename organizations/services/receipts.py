"""Receipts of forms: a form is acted on once, however often it is sent (ui.sending)."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from organizations.models import SentForm
from ui.sending import ONCE, AlreadySentError, token_of

KEPT = timedelta(days=8)  # a day longer than a browser keeps a draft (static/drafts.js)
# What differs between two sendings of the same form: the key against forgery, the post in force
BESIDE_THE_POINT = frozenset({"csrfmiddlewaretoken", ONCE, "_post"})


def answered_before(request: HttpRequest) -> HttpResponse | None:
    """Lead to what came of the very same form, when it was accepted before."""
    content, receipt = _content(request), _receipt(request)  # the bytes are read here, before a transaction begins
    if receipt is None or receipt.content != content:
        return None
    messages.info(request, "这张表刚才已经办好，没有重复办理。")
    return redirect(receipt.leads or "home")


def claim(request: HttpRequest) -> None:
    """Take the token for this form; a second one waits here until the first is done.

    Raises:
        AlreadySentError: the token is taken.
    """
    post = _post(request)
    if post is None:
        return
    try:
        with transaction.atomic():
            SentForm.objects.create(token=token_of(request), post=post, content=_content(request))
    except IntegrityError as taken:
        raise AlreadySentError(
            "这张表已经办过一次。现在的内容与那次不同，没有再办：要另办一件的，请核对后再按一次"
        ) from taken


def settle(request: HttpRequest, answer: HttpResponse) -> None:
    """Keep where the person was led."""
    leads = answer.headers.get("Location", request.get_full_path())
    _receipts(request).update(leads=leads if not urlsplit(leads).netloc else "")


def release(request: HttpRequest) -> None:
    """Give the token back: nothing came of the form."""
    _receipts(request).delete()


def sweep() -> int:
    """Remove receipts older than any draft; return how many."""
    return SentForm.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def _receipts(request: HttpRequest) -> Any:
    return SentForm.objects.filter(post=_post(request), token=token_of(request))


def _receipt(request: HttpRequest) -> SentForm | None:
    return _receipts(request).first() if _post(request) else None


def _post(request: HttpRequest) -> Any:
    actor = getattr(request, "actor", None)
    return actor.post if actor else None


def _content(request: HttpRequest) -> str:
    """Return the hash of what was typed, chosen and attached, and of where it was sent; found once a request."""
    known: str = getattr(request, "sent_content", "") or _hashed(request)
    request.sent_content = known  # type: ignore[attr-defined]  # ours, on the request at hand
    return known


def _hashed(request: HttpRequest) -> str:
    digest = hashlib.sha256(request.path.encode())
    for name, values in sorted(request.POST.lists()):
        if name not in BESIDE_THE_POINT:
            digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode())
            for piece in file.chunks():
                digest.update(piece)
            file.seek(0)
    return digest.hexdigest()
