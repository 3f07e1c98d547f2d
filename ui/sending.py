"""A form is sent once, and what was typed into it is given up only when the server has accepted that very form.

Each form carries a one-time token (`{% once %}`). A form that comes a second time with the token of one that was
accepted is answered with what came of the first (docs/decisions/0020-drafts-receipts-pending-files.md). The script that
sends (static/drafts.js) reads in headers what a browser would act on without telling it.

This floor has no models: who keeps receipts and files fills the lists below in AppConfig.ready().
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from ui.errors import DomainError
from ui.requests import AskedRequest

ONCE = "_once"  # the field that carries the token
SENT_BY_SCRIPT = "QY-Sent"  # header of a request: the script waits for the answer
ACCEPTED = "QY-Accepted"  # header of an answer: the token whose form was accepted
LEADS = "QY-Location"  # header of an answer: where a browser would have been led
IS_FORM = "QY-Form"  # header of an answer: the page is the form again, or says who was first
SHAPE = re.compile(r"[\w-]{16,40}")

Answer = Callable[[HttpRequest], HttpResponse]

answered_before: list[Callable[[HttpRequest], HttpResponse | None]] = []  # the answer to the same form, if it came
claims: list[Callable[[HttpRequest], None]] = []  # take the token within the transaction, or AlreadySentError
settles: list[Callable[[HttpRequest, HttpResponse], None]] = []  # the form was accepted: keep what was answered
releases: list[Callable[[HttpRequest], None]] = []  # nothing came of it: the token may be used again
refusals: list[Callable[[HttpRequest, list[Any]], None]] = []  # the form comes back: keep what can be kept for it
shows: list[Callable[[HttpRequest, list[Any]], None]] = []  # the form is shown


class AlreadySentError(DomainError):
    """A form with this token was accepted already."""


def token_of(request: HttpRequest) -> str:
    """Return the token that was sent, or "": none, or no token of ours."""
    token = request.POST.get(ONCE, "") if request.method == "POST" else ""
    return token if SHAPE.fullmatch(token) else ""


def token_to_show(request: HttpRequest) -> str:
    """Return the token of the form to be shown: that of the form that came back, a new one where it is used up."""
    used = getattr(request, "token_is_used", False)
    return (not used and token_of(request)) or secrets.token_urlsafe(16)


def earlier_answer(request: HttpRequest) -> HttpResponse | None:
    """Return what was answered to the very same form before, None when it comes for the first time."""
    for find in answered_before if token_of(request) else ():
        if answer := find(request):
            return accepted(request, answer)
    return None


def claim(request: HttpRequest) -> None:
    """Take the token, within the transaction of the deed.

    Raises:
        AlreadySentError: it is taken; the form gets another.
    """
    try:
        for take in claims if token_of(request) else ():
            take(request)
    except AlreadySentError:
        cast(AskedRequest, request).token_is_used = True
        raise


def settle(request: HttpRequest, answer: HttpResponse | None) -> HttpResponse | None:
    """Keep what is answered to an accepted form; without an answer nothing came of it."""
    if not token_of(request):
        return answer
    if answer is None:
        for let_go in releases:
            let_go(request)
        return None
    for keep in settles:
        keep(request, answer)
    return accepted(request, answer)


def comes_back(request: HttpRequest, forms: Iterable[Any]) -> None:
    """Keep for a form that comes back what can be kept: accepted files need not be chosen again."""
    for keep in refusals:
        keep(request, list(forms))


def is_shown(request: HttpRequest, forms: Iterable[Any]) -> None:
    """Tell a form what is kept for it already."""
    for tell in shows:
        tell(request, list(forms))


def is_form(answer: HttpResponse) -> HttpResponse:
    """Mark an answer as the form itself: the script shows it instead of staying on the page."""
    answer.headers[IS_FORM] = "1"
    return answer


def told_to_script(get_response: Answer) -> Answer:
    """Middleware: tell the script where it would be led, instead of leading it.

    A redirect would be followed unseen, and what that page had to say (the sign-in page too) be lost.
    """

    def answer_to(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if SENT_BY_SCRIPT in request.headers and 300 <= answer.status_code < 400 and "Location" in answer.headers:
            answer.headers[LEADS] = str(answer.headers["Location"])
            del answer.headers["Location"]
            answer.status_code = 204
        return answer

    return answer_to


def accepted(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Say in the answer that the form was accepted: its draft may go."""
    answer.headers[ACCEPTED] = token_of(request)
    return answer
