"""Dates as whole numbers, natively on both engines.

The ORM's own functions call Python for every row on SQLite (docs/data.md A).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import BooleanField, F, Func, IntegerField


class Month(Func):
    """The month of a date as one number, year * 12 + month - 1."""

    arity, output_field = 1, IntegerField()
    # date_part, not extract: this answers in numeric, which takes a third of the time of a count by month
    template = "(date_part('year', %(expressions)s) * 12 + date_part('month', %(expressions)s) - 1)::integer"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = (
            "(cast(substr(%(expressions)s, 1, 4) as integer) * 12 + cast(substr(%(expressions)s, 6, 2) as integer) - 1)"
        )
        return self.as_sql(compiler, connection, template=template, **extra)


class AnyRange(Func):
    """Whether (kind, day) lies in any of these ranges (kind, after, until): after < day <= until.

    One short index range for each; written as text once, because sixteen Q objects joined by OR cost the ORM
    milliseconds to compile.
    """

    conditional = True
    output_field = BooleanField()

    def __init__(self, kind: str, day: str, *, ranges: Sequence[tuple[int, date, date]]) -> None:
        super().__init__(F(kind), F(day))
        self.ranges = tuple(ranges)

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Any:  # type: ignore[override]  # narrower on purpose
        (kind, kind_params), (day, day_params) = (compiler.compile(source) for source in self.get_source_expressions())
        adapt = connection.ops.adapt_datefield_value
        sql = " or ".join(f"({kind} = {which} and {day} > %s and {day} <= %s)" for which, _, _ in self.ranges)
        return f"({sql})", [
            *kind_params,
            *day_params,
            *(adapt(edge) for _, after, until in self.ranges for edge in (after, until)),
        ]
