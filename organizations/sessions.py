"""Django's sessions in the database, kept as `SignIn`: whose they are stands in columns, and an end stays an end.

Django writes a session back whole at the end of a request. Requests at the same moment then undo each other's changes;
so `ended` is written by nobody but who ends, and read with the session itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as InDatabase

ACTIVE_AT = "active_at"  # session: seconds since the epoch
SIGNED_IN_AT = "signed_in_at"  # session: the same, of the sign-in; the lifetime counts from there
ADDRESS, AGENT = "address", "agent"  # session: where the sign-in came from
COLUMNS = ("session_data", "expire_date", "user_id", "began_at", "active_at", "address", "agent")


class SessionStore(InDatabase):
    """The store; `ended` says how the session was ended, when it was read."""

    ended = ""

    @classmethod
    def get_model_class(cls) -> Any:
        from organizations.models import SignIn

        return SignIn

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.began_at, row.active_at = _moment(data.get(SIGNED_IN_AT)), _moment(data.get(ACTIVE_AT))
        row.address, row.agent = str(data.get(ADDRESS, ""))[:45], str(data.get(AGENT, ""))[:255]
        return row

    def save(self, must_create: bool = False) -> None:
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        row = self.create_model_instance(self._get_session())  # type: ignore[attr-defined]  # the stubs do not know it
        kept = {name: getattr(row, name) for name in COLUMNS}
        if not self.get_model_class().objects.filter(session_key=self.session_key).update(**kept):
            raise UpdateError

    def _get_session_from_db(self) -> Any:
        row: Any = super()._get_session_from_db()  # type: ignore[misc]  # the stubs do not know it
        self.ended = row.ended if row else ""
        return row


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
