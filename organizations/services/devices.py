"""A browser in which somebody has signed in before vouches for him: others cannot make him wait (services/guesses.py).

What it carries is signed, says who signed in here of late, and opens nothing: the password is asked for all the same.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from organizations.models import User
from organizations.services.guesses import Guess

NAME = "__Host-known" if settings.TLS else "known"
SALT = "organizations.known-browser"
KEPT_SECONDS = 180 * 24 * 60 * 60
ACCOUNTS = 5  # so many of one browser: a computer of an office, not of everybody


def guess_from(request: HttpRequest, account: str) -> Guess:
    """Return who is claimed to be there, and whether this browser vouches for him."""
    device, accounts = _carried(request)
    vouched = device if account and account in accounts else ""
    return Guess(account, str(request.META.get("REMOTE_ADDR", "")), vouched)


def vouch(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser vouch for who has just signed in with it."""
    device, accounts = _carried(request)
    accounts = [user.username, *(one for one in accounts if one != user.username)][:ACCOUNTS]
    response.set_cookie(
        NAME,
        signing.dumps([device or secrets.token_urlsafe(16), accounts], salt=SALT),
        max_age=KEPT_SECONDS,
        secure=settings.TLS,
        httponly=True,
        samesite="Lax",
    )


def _carried(request: HttpRequest) -> tuple[str, list[str]]:
    """Return the mark of the browser and the accounts it vouches for; nothing for what is not ours or too old."""
    try:
        device, accounts = signing.loads(request.COOKIES.get(NAME, ""), salt=SALT, max_age=KEPT_SECONDS)
    except (signing.BadSignature, ValueError):
        return "", []
    return str(device), [str(one) for one in accounts]
