"""Errors in the product's voice: the base of all domain errors, and the pages for what went wrong."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Mapping, Sequence

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

log = logging.getLogger(__name__)


BARE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>系统出错</title><h1>系统出错了，这一步没有办成</h1>'
    "<p>请稍后再试；仍不行的，把编号 {number} 告诉系统管理员。</p></html>"
)


class DomainError(Exception):
    """A rule said no. The message is a Chinese sentence the reader can act on.

    Attributes:
        reasons: the sentences one by one; the message itself where there is but one.
        fields: what is wrong in which field, by its name.
        title: the heading of that page. link: where to look or to go on from it, address and words.
    """

    title = "没有办成"
    link: tuple[str, str] | None = None

    def __init__(
        self, message: str = "", fields: Mapping[str, str] | None = None, reasons: Sequence[str] | None = None
    ) -> None:
        self.message, self.fields = message, dict(fields or {})
        self.reasons = list(reasons) if reasons is not None else [message]
        super().__init__(message)


def _number(status: int) -> str:
    """Return a number to quote on the telephone: status, day and time, four random characters."""
    return f"{status}-{timezone.localtime():%m%d-%H%M}-{secrets.token_hex(2).upper()}"


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Say which rule refused, on a page of its own (used where no form is there to carry the sentence)."""
    return render(request, "errors/refused.html", {"error": error}, status=409)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same words whether it exists or not."""
    return render(request, "errors/404.html", {"number": _number(404)}, status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"number": _number(403)}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", {"number": _number(400)}, status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long, or the form came from elsewhere."""
    answer = render(request, "errors/csrf.html", {"number": _number(403)}, status=403)
    answer.headers["QY-Refused"] = "csrf"  # the script fetches a new key and sends once more (static/drafts.js)
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without database and without context processors: they may be what failed.

    A database that is away is said to be away.
    """
    exception = sys.exc_info()[1]
    away = isinstance(exception, OperationalError | InterfaceError)
    status = 503 if away else 500
    number = _number(status)
    log.error("%s %s %s", number, request.path, exception)
    try:
        page: str = render_to_string(f"errors/{status}.html", {"number": number})
    except Exception:  # the page itself needs what failed, for example the collected static files
        log.exception("%s has no page", number)
        page = BARE.format(number=number)
    response = HttpResponse(page, status=status)
    if away:
        response["Retry-After"] = "30"
    return response
