"""Questions whose text is written once: a dear one costs the ORM five times what the database takes to answer it.

A question is kept under its name and all that its text depends on (casework.querysets.reading_of: of rows in a
person's scope). Only the text is kept; what it asks for is asked each time. Where `is_checked`, as in the tests, each
is written anew besides and must be the same: a key that leaves something out is found by whatever test varies that.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import Model, QuerySet, prefetch_related_objects
from django.db.models.query import ModelIterable

KEPT = 500  # texts in each process, of some ten kB
SLOTS = -(10**9)  # stand for the keys of rows while the text is written
is_checked = False


@dataclass(frozen=True)
class Text:
    """A question as it is sent, and who wrote it: he knows how an answer becomes objects."""

    alias: str
    sql: str
    params: tuple[Any, ...]
    prefetched: tuple[Any, ...]
    compiler: Any = field(compare=False)

    def here(self) -> Any:
        """Return whoever wrote it, on the connection of this thread."""
        own = copy(self.compiler)
        own.connection = connections[self.alias]
        return own


UNWRITTEN = Text("", "", (), (), None)
_texts: OrderedDict[Hashable, Text | None] = OrderedDict()


def models_of(key: Hashable, make: Callable[[], QuerySet[Any]]) -> list[Any]:
    """Return the rows of a question as objects, with all that is joined to them."""
    return _models(_text(key, make), ())


def models_by_key(key: Hashable, make: Callable[[], QuerySet[Any]], keys: Sequence[int]) -> dict[int, Any]:
    """Return those of the rows that have these keys, as objects."""
    if not keys:
        return {}
    size = 1 << (len(keys) - 1).bit_length()  # few texts for all numbers of rows; a key that is asked twice is one row
    filled = (*keys, *[keys[-1]] * (size - len(keys)))
    text = _text((key, size), lambda: make().order_by().filter(pk__in=list(range(SLOTS, SLOTS + size))))
    return {row.pk: row for row in _models(text, filled)}


def tuples_of(key: Hashable, make: Callable[[], QuerySet[Any]]) -> list[tuple[Any, ...]]:
    """Return the rows of a question that asks for values."""
    text = _text(key, make)
    return [] if text is None else list(text.here().results_iter([_asked(text, text.params)], tuple_expected=True))


def forget() -> None:
    """Forget every text."""
    _texts.clear()


def _text(key: Hashable, make: Callable[[], QuerySet[Any]]) -> Text | None:
    """Return the text of a question; None where the ORM knows that nothing answers it."""
    alias = router.db_for_read(Model)
    kept = (alias, key)
    text = _texts.get(kept, UNWRITTEN)
    if text is UNWRITTEN:
        text = _texts[kept] = _write(alias, make())
        while len(_texts) > KEPT:
            _texts.popitem(last=False)
    elif is_checked and _said(_write(alias, make())) != _said(text):
        raise AssertionError(f"the text of a question depends on more than it is kept under: {key}")
    with suppress(KeyError):  # another thread may have put it out
        _texts.move_to_end(kept)  # what was asked longest ago goes first
    return text


def _said(text: Text | None) -> tuple[Any, ...]:
    """Return what two writings must agree in; psycopg's wrapper of a JSON value equals only itself."""
    if text is None:
        return ()
    return text.alias, text.sql, tuple(getattr(value, "obj", value) for value in text.params), text.prefetched


def _write(alias: str, rows: QuerySet[Any]) -> Text | None:
    compiler = rows.query.get_compiler(alias)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    return Text(alias, sql, tuple(params), tuple(getattr(rows, "_prefetch_related_lookups", ())), compiler)


def _asked(text: Text, params: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connections[text.alias].cursor() as cursor:
        cursor.execute(text.sql, params)
        return list(cursor.fetchall())


def _models(text: Text | None, keys: tuple[int, ...]) -> list[Any]:
    if text is None:
        return []
    params = text.params
    if keys:
        at = params.index(SLOTS)
        params = (*params[:at], *keys, *params[at + len(keys) :])
    made: list[Any] = list(ModelIterable(_Answered(text, _asked(text, params))))  # type: ignore[arg-type]  # stands for a queryset
    prefetch_related_objects(made, *text.prefetched)
    return made


class _Answered:
    """Stands for a queryset whose rows are here already, so that Django makes objects of them as always."""

    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, text: Text, found: list[tuple[Any, ...]]) -> None:
        self.db, self.query = text.alias, self
        self.compiler = text.here()
        self.compiler.execute_sql = lambda **options: [found]

    def get_compiler(self, using: str) -> Any:
        return self.compiler
