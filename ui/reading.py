"""Reading pages run on a connection that refuses to write, inside one snapshot (design.md, idea 2; data.md A)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections, transaction

_is_reading: ContextVar[bool] = ContextVar("is_reading", default=False)
WRITES = ("insert", "update", "delete", "replace", "drop", "create", "alter", "truncate")


class WroteWhileReadingError(Exception):
    """A page that says it reads tried to write: declare it `@page(writes=True)`."""


def _refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if sql.lstrip().lower().startswith(WRITES):
        raise WroteWhileReadingError(sql[:80])
    return execute(sql, params, many, context)


@contextmanager
def reading() -> Iterator[None]:
    """Send queries to the reading connection, in one snapshot, and refuse writes on any connection."""
    token = _is_reading.set(True)
    try:
        with ExitStack() as stack:
            for alias in ("default", "reading"):
                stack.enter_context(connections[alias].execute_wrapper(_refuse))
            stack.enter_context(transaction.atomic(using="reading"))
            yield
    finally:
        _is_reading.reset(token)


class ReadingRouter:
    """Reads go to `reading` inside a reading page, everything else to `default`."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "reading" if _is_reading.get() else "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
