from django.db.backends.postgresql import compiler
from django.db.backends.postgresql.compiler import SQLAggregateCompiler, SQLCompiler

from qingyang_inspect.database.noting import Changing, Inserting, Removing

__all__ = ["SQLAggregateCompiler", "SQLCompiler", "SQLDeleteCompiler", "SQLInsertCompiler", "SQLUpdateCompiler"]


class SQLInsertCompiler(Inserting, compiler.SQLInsertCompiler):  # type: ignore[misc]
    pass


class SQLUpdateCompiler(Changing, compiler.SQLUpdateCompiler):  # type: ignore[misc]
    pass


class SQLDeleteCompiler(Removing, compiler.SQLDeleteCompiler):  # type: ignore[misc]
    pass
