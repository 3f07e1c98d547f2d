"""What Django's ORM writes to rows that count as fact is noted down where every such write passes: in the compilers.

A save, a change of many rows, a removal, a list of links: each becomes one INSERT, UPDATE or DELETE here, so that no
writer has to remember the ledger, and none can forget it (decision 0023).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.lookups import Exact, In
from django.db.models.sql import Query

from organizations.records import ledger
from organizations.records.facts import Held, held_in


class Inserting:
    def execute_sql(self: Any, returning_fields: Any = None) -> Any:
        held = held_in(self.query.model)
        if held is None:
            return super().execute_sql(returning_fields)  # type: ignore[misc]
        with _one_commit(self):
            rows = list(super().execute_sql(returning_fields))  # type: ignore[misc]
            keys = [getattr(row, held.column) for row in self.query.objs]
            made = [field.attname for field in returning_fields or ()]
            if None in keys and held.column in made:
                keys = [row[made.index(held.column)] for row in rows]
            ledger.touch(held.fact, [key for key in keys if key is not None], self.using)
        return rows


class Changing:
    def execute_sql(self: Any, result_type: Any) -> Any:
        held = held_in(self.query.model)
        named = {field.attname for field, _, _ in self.query.values}
        if held is None or not named & {field.attname for field in held.fact.columns}:
            return super().execute_sql(result_type)  # type: ignore[misc]
        with _one_commit(self):
            keys = _keys(self, held)
            done = super().execute_sql(result_type)  # type: ignore[misc]
            ledger.touch(held.fact, keys, self.using)
        return done


class Removing:
    def execute_sql(self: Any, result_type: Any) -> Any:
        held = held_in(self.query.model)
        if held is None:
            return super().execute_sql(result_type)  # type: ignore[misc]
        with _one_commit(self):
            keys = _keys(self, held)
            done = super().execute_sql(result_type) or 0  # type: ignore[misc]  # of no rows Django says nothing
            ledger.touch(held.fact, keys, self.using)
        return done


def _one_commit(compiler: Any) -> Any:
    """Let a row and its record go in together, also outside a transaction; inside one this asks nothing."""
    return transaction.atomic(using=compiler.using, savepoint=False)


def _keys(compiler: Any, held: Held) -> list[int]:
    """Return which rows a statement is about to change: as it names them by key, or asked before it runs.

    Those that were asked for are then all that it changes: what comes to match meanwhile would not be recorded.
    """
    if (named := _named(compiler.query.where, held.column)) is not None:
        return named
    asked = compiler.query.chain(klass=Query)
    asked.select_related, asked.extra, asked.select = False, {}, ()
    asked.clear_ordering(force=True)
    asked.add_fields([held.column])
    found = [key for (key,) in asked.get_compiler(compiler.using).results_iter(tuple_expected=True)]
    if compiler.connection.features.has_select_for_update:  # SQLite has one writer, so that nothing comes to match
        compiler.query.add_filter(f"{held.column}__in", found)
    return found


def _named(where: Any, column: str) -> list[int] | None:
    if len(where.children) != 1 or where.negated:
        return None
    (look,) = where.children
    if not isinstance(look, Exact | In) or getattr(look.lhs, "target", None) is None or not look.rhs_is_direct_value():
        return None
    found = [look.rhs] if isinstance(look, Exact) else list(look.rhs)
    return found if look.lhs.target.attname == column and all(type(key) is int for key in found) else None
