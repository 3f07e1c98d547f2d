"""Sign-ins: so many of one account at once, shown to their owner, ended by him.

See docs/domain/compliance.md 6.1, L3-CES1-02 同账号并发会话限制; 数值待核.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any, NamedTuple

from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from organizations.enums import SignInEnd
from organizations.models import SignIn, User
from organizations.sessions import ACTIVE_AT, ADDRESS, AGENT, SIGNED_IN_AT, SessionStore


class Place(NamedTuple):
    """Where the person is signed in, for himself to see; `mark` names it without being its key."""

    mark: str
    row: Any
    is_here: bool


@transaction.atomic
def settle_sign_in(request: HttpRequest, user: User) -> int:
    """After a sign-in: note where it came from, and end those used longest ago beyond settings.SESSIONS_PER_USER;
    return how many.

    The person's row is locked, so that of two sign-ins at one moment the second sees the first. One that has begun and
    is not settled yet counts when it is settled: ended before, it would still end another.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    now = int(time.time())
    request.session.update(
        {
            ACTIVE_AT: now,
            SIGNED_IN_AT: now,
            ADDRESS: request.META.get("REMOTE_ADDR", ""),
            AGENT: request.headers.get("User-Agent", ""),
        }
    )
    request.session.save()
    others = [row for row in _open(user) if row.active_at and row.session_key != request.session.session_key]
    surplus = [row.session_key for row in others[settings.SESSIONS_PER_USER - 1 :]]
    return _end(user, surplus, SignInEnd.DISPLACED)


def places_of(user: User, request: HttpRequest) -> list[Place]:
    """Return where the person is signed in now, the place used last first."""
    return [Place(_mark(row.session_key), row, row.session_key == request.session.session_key) for row in _open(user)]


def end_sign_in(user: User, mark: str) -> int:
    """End one of one's own sign-ins by its mark; return how many there were: one, or none any more."""
    return _end(user, [row.session_key for row in _open(user) if _mark(row.session_key) == mark], SignInEnd.BY_PERSON)


def last_sign_in(user: User) -> str:
    """Say when and from where the account was used before the sign-in just done, and what was tried since."""
    before = list(AccessLog.objects.filter(username=user.username).order_by("-attempt_time", "-pk")[1:2])
    if not before:
        return ""
    failures = AccessFailureLog.objects.filter(username=user.username, attempt_time__gt=before[0].attempt_time)
    said = f"上次登录：{timezone.localtime(before[0].attempt_time):%Y-%m-%d %H:%M}，来自 {before[0].ip_address}。"
    n, latest = failures.count(), failures.order_by("-attempt_time", "-pk").first()
    return f"{said}此后口令输错 {n} 次，最近一次来自 {latest.ip_address}。" if latest else said


def _open(user: User) -> list[Any]:
    """Return the sign-ins that still count, the one used last first; one that hangs on an older password is over."""
    mine = user.get_session_auth_hash()
    rows = SignIn.objects.filter(user=user, ended="", expire_date__gt=timezone.now())
    ordered = rows.order_by("-active_at", "session_key")
    return [row for row in ordered if SessionStore().decode(row.session_data).get(HASH_SESSION_KEY) == mine]


def _end(user: User, keys: list[str], how: SignInEnd) -> int:
    return SignIn.objects.filter(user=user, session_key__in=keys, ended="").update(ended=how)


def _mark(key: str) -> str:
    return hashlib.sha256(f"sign-in {key}".encode()).hexdigest()[:24]


def sweep_sign_ins() -> int:
    """Remove what has expired; return how many."""
    return SignIn.objects.filter(expire_date__lt=timezone.now()).delete()[0]
