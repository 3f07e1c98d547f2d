"""What a view says about itself: who may open it, whether it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from ui.errors import DomainError, refused
from ui.reading import reading

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class PageKind:
    """The classification of a page, readable by tests."""

    to: Callable[[Any], bool] | None
    writes: bool
    is_open: bool
    asks: bool = False


def page(*, to: Callable[[Any], bool] | None = None, writes: bool = False, is_open: bool = False, asks: bool = False) -> Callable[[View], View]:
    """Declare a page.

    Args:
        to: who may open it at all, a claim about the actor; others get a 404. None: everybody signed in with a post.
        writes: POST runs in one transaction on the default connection. Otherwise the page reads: one snapshot, writing is an error.
        is_open: shown without sign-in.
        asks: it reads, and is also asked by POST because the question is too long for an address.
    """

    def declare(view: View) -> View:
        methods = ["GET", "HEAD", "POST"] if writes or asks else ["GET", "HEAD"]

        @require_http_methods(methods)
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = getattr(request, "actor", None)
            if not is_open and (actor is None or (to is not None and not to(actor))):
                raise Http404
            try:
                if request.method == "POST" and writes:
                    with transaction.atomic():
                        return view(request, *args, **kwargs)
                with reading():
                    return view(request, *args, **kwargs)
            except DomainError as error:
                return refused(request, error)

        run.page = PageKind(to, writes, is_open, asks)  # type: ignore[attr-defined]
        return login_not_required(run) if is_open else run

    return declare
