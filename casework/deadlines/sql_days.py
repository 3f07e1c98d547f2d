"""Whole days between dates, natively on both engines.

The ORM's own functions call Python for every row on SQLite (docs/data.md A).
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Func, IntegerField


class _Julian(Func):
    """A date as something that can be subtracted: itself on PostgreSQL, its Julian day on SQLite."""

    function, template, output_field = "", "%(expressions)s", IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="julianday(%(expressions)s)", **extra)


class Days(Func):
    """Whole days from the sooner date to the later one."""

    template, arg_joiner, output_field = "(%(expressions)s)", " - ", IntegerField()

    def __init__(self, later: Any, sooner: Any) -> None:
        super().__init__(*(_Julian(F(day) if isinstance(day, str) else day) for day in (later, sooner)))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="cast(%(expressions)s as integer)", **extra)
