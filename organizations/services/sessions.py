"""Sessions: so many of one account at once (docs/domain/compliance.md 6.1, L3-CES1-02 同账号并发会话限制; 数值待核)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from organizations.models import User

ACTIVE_AT = "active_at"  # session: seconds since the epoch
DISPLACED = "displaced"  # session: the account was signed in elsewhere once too often; said at its next request


def displace_sessions(user: User, *, keep: str) -> int:
    """After a sign-in into the session `keep`: mark those used longest ago, so that settings.SESSIONS_PER_USER are
    left; return how many.
    """
    others = sorted(((data.get(ACTIVE_AT, 0), key) for key, data in _open_sessions(user) if key != keep), reverse=True)
    surplus = [key for _, key in others[settings.SESSIONS_PER_USER - 1 :]]
    for key in surplus:
        data = SessionStore(key).load()
        Session.objects.filter(session_key=key).update(session_data=SessionStore().encode(data | {DISPLACED: True}))
    return len(surplus)


def _open_sessions(user: User) -> list[tuple[str, dict[str, Any]]]:
    """Return the person's sessions that still count: a session says only inside whose it is, and one that hangs on an
    older password is over.
    """
    mine = (str(user.pk), user.get_session_auth_hash())
    read = (
        (session.session_key, session.get_decoded())
        for session in Session.objects.filter(expire_date__gt=timezone.now()).order_by("session_key").iterator()
    )
    return [
        (key, data)
        for key, data in read
        if (data.get(SESSION_KEY), data.get(HASH_SESSION_KEY)) == mine and DISPLACED not in data
    ]
