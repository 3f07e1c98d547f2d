"""The database's index over a column `tokens`, on either engine: it answers "which rows hold these tokens".

SQLite keeps an FTS5 table beside the rows, put up after every migrate. PostgreSQL keeps a stored column of its own,
`vector`, with a GIN index, which a migration adds; Django's model does not name it, since SQLite has none. Where it is
missing (an SQLite without FTS5) the same answers come from LIKE, only slower.
"""

# ruff: noqa: S608 - the names in the statements are our own constants; what a person typed is always a parameter

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, connections, router, transaction
from django.db.models import BooleanField, F, Func


@dataclass(frozen=True)
class TokenIndex:
    """The index of one table, whose rows are named by `key`; `trigger` begins the names of its triggers on SQLite."""

    table: str
    key: str
    trigger: str

    @property
    def name(self) -> str:
        return f"{self.table}_index"

    def install(self) -> None:
        """Put the index up; harmless when it stands.

        Run after every migrate, as the trail's triggers are. A database without the means goes without.
        """
        for statement in self._sqlite() if connection.vendor == "sqlite" else ():
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)
            except DatabaseError:
                return

    def _sqlite(self) -> tuple[str, ...]:
        learn = f"insert into {self.name}(rowid, tokens) values (new.{self.key}, new.tokens)"  # nosec B608  # own names
        forget = (
            f"insert into {self.name}({self.name}, rowid, tokens) "  # nosec B608  # own names
            f"values ('delete', old.{self.key}, old.tokens)"
        )
        on = f"create trigger if not exists {self.trigger}"
        return (
            (
                f"create virtual table if not exists {self.name} using fts5(tokens, content='{self.table}', "
                f"content_rowid='{self.key}', tokenize='unicode61', detail=none)"
            ),
            f"{on}_insert after insert on {self.table} begin {learn}; end",
            f"{on}_delete after delete on {self.table} begin {forget}; end",
            f"{on}_update after update on {self.table} begin {forget}; {learn}; end",
        )

    def stands(self) -> bool:
        """Say whether the index stands; once seen it is not asked again."""
        db = connections[self._alias]
        question = {
            "sqlite": f"select count(*) from sqlite_master where name = '{self.name}'",  # nosec B608  # own name
            "postgresql": f"select count(*) from pg_class where relname = '{self.table}_vector'",  # nosec B608
        }.get(db.vendor)
        if question and (self.table, db.vendor) not in _standing:
            with db.cursor() as cursor:
                cursor.execute(question)
                if cursor.fetchone()[0]:
                    _standing.add((self.table, db.vendor))
        return (self.table, db.vendor) in _standing

    def newest(self, query: dict[str, str], most: int) -> list[int]:
        """Return the keys of the newest rows that hold all the tokens, so many at most: a frequent word is not read
        through to its end.
        """
        db = connections[self._alias]
        sql = {
            "sqlite": f"select rowid from {self.name} where {self.name} match %s order by rowid desc limit %s",
            "postgresql": f"select {self.key} from {self.table} where vector @@ %s::tsquery "
            f"order by {self.key} desc limit %s",
        }[db.vendor]
        with db.cursor() as cursor:
            cursor.execute(sql, [query[db.vendor], most])
            return [key for (key,) in cursor.fetchall()]

    @property
    def _alias(self) -> str:
        return router.db_for_read(apps.get_model("casework", "Words"))  # where this page reads

    def holds(self, query: dict[str, str]) -> Holds:
        return Holds(self, query)


_standing: set[tuple[str, str]] = set()
INDEXES: list[TokenIndex] = []  # put up after every migrate: each floor adds its own, the words of cases first


class Holds(Func):
    """The condition that a row holds all the tokens, asked of the index."""

    output_field = BooleanField()

    def __init__(self, index: TokenIndex, query: dict[str, str]) -> None:
        self.index, self.query = index, query
        super().__init__(F(index.key))

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        name = self.index.name
        within = f"{column} in (select rowid from {name} where {name} match %s)"  # nosec B608  # own names
        return within, (*params, self.query["sqlite"])

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        vector = column.replace(f'"{self.index.key}"', '"vector"')
        # cast, not to_tsquery(): its parser drops Chinese characters under some locales of the server
        return f"{vector} @@ %s::tsquery", [*params, self.query["postgresql"]]


def asked(tokens: Iterable[str], prefixes: Iterable[str] = ()) -> dict[str, str]:
    """Return the question "all of these" in the words of each engine.

    Tokens hold nothing but letters, figures and Chinese characters.
    """
    whole, begun = list(tokens), list(prefixes)
    return {
        "sqlite": " AND ".join([f'"{t}"' for t in whole] + [f'"{t}"*' for t in begun]),
        "postgresql": " & ".join([f"'{t}'" for t in whole] + [f"'{t}':*" for t in begun]),
    }
