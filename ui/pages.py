"""What a view says about itself: who may open it, whether it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from ui import sending
from ui.errors import DomainError, refused
from ui.giving_way import once_more
from ui.readonly import reading

UNIQUE = "23505"  # SQLSTATE
View = Callable[..., HttpResponseBase]
before_writing: list[
    Callable[[HttpRequest], None]
] = []  # what takes long and needs no database: done before a transaction begins; filled in ready()


@dataclass(frozen=True)
class PageKind:
    """The classification of a page, readable by tests."""

    to: Callable[[Any], bool] | None
    writes: bool
    is_open: bool
    asks: bool = False
    piecemeal: bool = False
    asks_once: bool = False


def page(
    *,
    to: Callable[[Any], bool] | None = None,
    writes: bool = False,
    is_open: bool = False,
    asks: bool = False,
    piecemeal: bool = False,
    asks_once: bool = False,
) -> Callable[[View], View]:
    """Declare a page.

    Args:
        to: who may open it at all, a claim about the actor; others get a 404. None: everybody signed in with a post.
        writes: POST runs in one transaction on the default connection. Otherwise the page reads: one snapshot, writing
            is an error.
        is_open: shown without sign-in.
        asks: it reads, and is also asked by POST because the question is too long for an address.
        piecemeal: it writes piece by piece, each in a transaction of its own: what is done stays done, whatever comes
            of the rest.
        asks_once: it takes something away, or is not taken back: it shows what it will do first (ui.deeds).
    """

    def declare(view: View) -> View:
        methods = ["GET", "HEAD", "POST"] if writes or asks or piecemeal else ["GET", "HEAD"]

        @require_http_methods(methods)
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = getattr(request, "actor", None)
            if not is_open and (actor is None or (to is not None and not to(actor))):
                raise Http404
            try:
                if request.method == "POST" and (writes or piecemeal):
                    if earlier := sending.earlier_answer(request):
                        return _kept_private(earlier)
                    for prepare in before_writing:
                        prepare(request)
                if request.method == "POST" and writes:
                    return _kept_private(_write(view, request, *args, **kwargs))
                if request.method == "POST" and piecemeal:
                    return _kept_private(view(request, *args, **kwargs))
                with reading():
                    return _kept_private(view(request, *args, **kwargs))
            except DomainError as error:
                return refused(request, error)

        run.page = PageKind(to, writes, is_open, asks, piecemeal, asks_once)  # type: ignore[attr-defined]  # a function tells what it is
        return login_not_required(run) if is_open else run

    return declare


def _write(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Run a view in one transaction, and once more when the database chose it to give way to another.

    When another was first with a key, it says so in words.
    """
    try:
        return once_more(lambda: transaction.atomic(view)(request, *args, **kwargs))
    except IntegrityError as taken:
        if not _is_unique(taken):
            raise
        raise DomainError("没有保存：刚才已有人存了同样的编号、代码或名称。请返回刷新，核对后再办") from taken


def _kept_private(response: HttpResponseBase) -> HttpResponseBase:
    """Nothing keeps a page, neither a store on the way nor the browser: who sits down next does not read it."""
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_store=True)
    return response


def _is_unique(taken: IntegrityError) -> bool:
    return getattr(taken.__cause__, "sqlstate", "") == UNIQUE or "UNIQUE constraint failed" in str(taken)
