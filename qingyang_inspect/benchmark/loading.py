"""Rows by the hundred thousand: COPY on PostgreSQL, `executemany` on SQLite.

Indexes and triggers are down meanwhile and are put up again at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

from casework.workflow import trail

INDEXES = {  # name and statement of every index that is no constraint
    "sqlite": "select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name = %s "
    "and sql not like 'CREATE UNIQUE%%'",
    "postgresql": "select indexname, indexdef from pg_indexes where tablename = %s "
    "and indexdef not like 'CREATE UNIQUE%%'",
}
FAST = {  # no sync, no look-up of every foreign key
    "sqlite": ("pragma foreign_keys = off", "pragma synchronous = off", "pragma cache_size = -1000000"),
    "postgresql": ("set session_replication_role = replica", "set maintenance_work_mem = '512MB'"),
}
SAFE = {
    "sqlite": ("pragma synchronous = normal", "pragma foreign_keys = on"),
    "postgresql": ("set session_replication_role = default",),
}


@contextmanager
def alone() -> Iterator[None]:
    """Write without a journal on SQLite, which refuses it (database is locked) while another connection is open."""
    journal = {"sqlite": ("pragma journal_mode = off", "pragma journal_mode = wal")}.get(connection.vendor)
    with connection.cursor() as cursor:
        if journal:
            cursor.execute(journal[0])
            cursor.fetchall()  # an answer that is not fetched keeps the tables locked
        yield
        if journal:
            cursor.execute(journal[1])


class Table:
    """Where the rows of one model go. `names`: what each row gives, in this order; other columns get their default."""

    def __init__(self, model: type[Model], names: Sequence[str]) -> None:
        given = set(names)
        fields = {field.attname: field for field in model._meta.concrete_fields}
        rest = [f for name, f in fields.items() if name not in given and f.get_internal_type() != "BigAutoField"]
        self.model, self.table = model, model._meta.db_table
        self.columns = [fields[name].column for name in names] + [field.column for field in rest]
        self.defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in rest)

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows: dates and JSON as text, truths as truths."""
        columns = ", ".join(f'"{column}"' for column in self.columns)
        whole = (row + self.defaults for row in rows) if self.defaults else iter(rows)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f'copy "{self.table}" ({columns}) from stdin') as copy:
                    for row in whole:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(self.columns))
                inner: Any = connection.connection  # the driver itself: Django would rewrite each statement's marks
                inner.executemany(f'insert into "{self.table}" ({columns}) values ({marks})', whole)  # noqa: S608


@contextmanager
def bare_tables(tables: Sequence[Table]) -> Iterator[None]:
    """Take indexes and triggers of the tables down while rows are loaded, and put them up again."""
    with connection.cursor() as cursor:
        found: list[tuple[str, str]] = []
        for table in tables:
            cursor.execute(INDEXES[connection.vendor], [table.table])
            found += cursor.fetchall()
        for statement in (*FAST[connection.vendor], *(f'drop index "{name}"' for name, _ in found)):
            cursor.execute(statement)
    trail.lift()
    yield
    with connection.cursor() as cursor:
        for statement in (*(made for _, made in found), *SAFE[connection.vendor]):
            cursor.execute(statement)
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in tables]):
            cursor.execute(statement)
    trail.install()
