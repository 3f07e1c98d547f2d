"""Reading pages run on a connection that refuses to write, inside one snapshot.

docs/architecture.md, Reading and writing; docs/data.md A.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections, transaction

_is_reading: ContextVar[bool] = ContextVar("is_reading", default=False)
_writes_aside: ContextVar[bool] = ContextVar("writes_aside", default=False)
FIRST_WORD = re.compile(r"(?:\s|/\*.*?\*/|--[^\n]*\n)*(\w+)", re.DOTALL)
WRITES = {"insert", "update", "delete", "replace", "merge", "drop", "create", "alter", "truncate", "copy"}
WRITES_WITHIN = re.compile(
    r'\b(?:insert\s+into|(?<!for )update\s+[\w"]|delete\s+from)\b', re.IGNORECASE
)  # with … as (…) delete from …


class WroteWhileReadingError(Exception):
    """A page that says it reads tried to write: declare it `@page(writes=True)`."""


def _refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if _writes_aside.get():
        return execute(sql, params, many, context)
    first = FIRST_WORD.match(sql)
    word = first[1].lower() if first else ""
    if word in WRITES or (word == "with" and WRITES_WITHIN.search(sql)):
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


@contextmanager
def writing_aside() -> Iterator[None]:
    """Let a line be written that says what is read: beside the snapshot, and kept whatever becomes of the page."""
    token = _writes_aside.set(True)
    try:
        yield
    finally:
        _writes_aside.reset(token)


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
