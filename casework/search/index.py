"""The words of each case and the database's index over them: kept with each step, written anew by a chore.

SQLite keeps an FTS5 table beside the words, put up after every migrate. PostgreSQL keeps a stored column of its own,
`vector`, with a GIN index (migration 0003); Django's model does not name it, since SQLite has none. The index only
answers "which texts hold these tokens". Where it is missing (an SQLite without FTS5) the same answers come from LIKE,
only slower.
"""

# ruff: noqa: S608 - the names in the statements are our own constants; what a person typed is always a parameter

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection, connections, router, transaction
from django.db.models import BooleanField, F, Func

from casework.kinds import worded
from casework.models import Case, Words
from casework.search.bigram_counts import count_bigrams
from casework.search.bigrams import bigrams
from ui.search import plain

if TYPE_CHECKING:
    from casework.workflow.engine import Recorded

TABLE, INDEX = Words._meta.db_table, f"{Words._meta.db_table}_index"
LEARN = f"insert into {INDEX}(rowid, tokens) values (new.case_id, new.tokens)"  # nosec B608  # own names
FORGET = f"insert into {INDEX}({INDEX}, rowid, tokens) values ('delete', old.case_id, old.tokens)"  # nosec B608
INSTALL = {
    "sqlite": (
        (
            f"create virtual table if not exists {INDEX} using fts5(tokens, content='{TABLE}', "
            "content_rowid='case_id', tokenize='unicode61', detail=none)"
        ),
        f"create trigger if not exists words_insert after insert on {TABLE} begin {LEARN}; end",
        f"create trigger if not exists words_delete after delete on {TABLE} begin {FORGET}; end",
        f"create trigger if not exists words_update after update on {TABLE} begin {FORGET}; {LEARN}; end",
    ),
}
STANDS = {
    "sqlite": f"select count(*) from sqlite_master where name = '{INDEX}'",  # nosec B608  # own name
    "postgresql": "select count(*) from pg_class where relname = 'casework_words_vector'",
}
LEAST_FIGURES = 3  # a run of figures as long as this is a year or a number somebody looks for; "3 份" is not


def row_of(case: Case) -> Words:
    """Return the row a case is found by (unsaved)."""
    text = plain(f"{case.number or ''}\n{case.title}\n{worded()[case.kind](case)}")
    tokens = [f"u{case.unit_id}", *([f"k{case.topic_id}"] if case.topic_id else []), *sorted(looked_for(text))]
    return Words(case=case, tokens=" ".join(tokens), text=text)


def looked_for(text: str) -> set[str]:
    """Return the tokens the index keeps of a text: short figures stand in every text and find nothing."""
    return {token for token in bigrams(text) if len(token) >= LEAST_FIGURES or not token.isdigit()}


def keep_words(recorded: Recorded) -> None:
    """Write the words of a case when it is opened or corrected, in the same transaction (a hook of the engine)."""
    if recorded.case.kind in worded() and recorded.event.name in {"open", "amend"}:
        store([row_of(recorded.case)])


def store(rows: Sequence[Words]) -> None:
    """Write rows, over those that are there."""
    Words.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case"], update_fields=["tokens", "text"])


class Holds(Func):
    """The condition that a row of Words holds all the tokens, asked of the index."""

    output_field = BooleanField()

    def __init__(self, query: dict[str, str]) -> None:
        self.query = query
        super().__init__(F("case_id"))

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        within = f"{column} in (select rowid from {INDEX} where {INDEX} match %s)"  # nosec B608  # own names
        return within, (*params, self.query["sqlite"])

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        vector = column.replace('"case_id"', '"vector"')
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


def install() -> None:
    """Put the index up; harmless when it stands.

    Run after every migrate, as the trail's triggers are. A database without the means goes without.
    """
    for statement in INSTALL.get(connection.vendor, ()):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            return


_standing: set[str] = set()


def has_index() -> bool:
    """Say whether the index stands; once seen it is not asked again."""
    db = connections[router.db_for_read(Words)]
    if db.vendor not in _standing and db.vendor in STANDS:
        with db.cursor() as cursor:
            cursor.execute(STANDS[db.vendor])
            if cursor.fetchone()[0]:
                _standing.add(db.vendor)
    return db.vendor in _standing


def rebuild(
    progress: Callable[[int, int], None] | None = None, keep: Callable[[Iterable[Any]], None] | None = None
) -> int:
    """Write the words of every case anew, a thousand at a time, each batch a transaction of its own; return how many.

    It may be interrupted and begun again. `progress` is told (done, of how many), `keep` given the rows that are not
    what they are written over with.
    """
    kinds = worded()
    cards = Case.objects.filter(kind__in=kinds).order_by("pk")
    of = cards.count()
    done = 0
    loose = Words.objects.exclude(case__in=cards)
    if keep:
        keep(loose.values("case_id", "text").order_by("case_id"))
    loose.delete()
    for batch in _batches(
        cards.prefetch_related(*(kind for kind in kinds if hasattr(Case, kind))).iterator(1000), 1000
    ):
        with transaction.atomic():
            rows = [row_of(case) for case in batch]
            if keep:
                keep(_otherwise(rows))
            store(rows)
        done += len(batch)
        if progress:
            progress(done, of)
    count_bigrams()
    return done


def _otherwise(rows: list[Words]) -> list[Any]:
    """Return what stands there now where it is not what these rows say."""
    said = {row.case_id: row.text for row in rows}
    there = Words.objects.filter(case__in=said).order_by("case_id").values("case_id", "text")
    return [row for row in there if row["text"] != said[row["case_id"]]]


def _batches(rows: Iterator[Case], size: int) -> Iterator[list[Case]]:
    while batch := list(islice(rows, size)):
        yield batch
