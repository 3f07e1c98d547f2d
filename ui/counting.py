"""Counting the rows of a list: exactly up to a cap.

So a page costs the same at ten thousand rows and at a million.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Count, Func, IntegerField, QuerySet, Subquery

COUNT_CAP = 10_000  # rows of a list that are counted exactly
ALL = Func(template="count(*)", output_field=IntegerField())


def how_many(rows: QuerySet[Any]) -> Subquery:
    """Return how many rows there are, as a column of what they are asked for (OuterRef).

    A subquery each: joins would multiply each other. Without groups, so that no rows are a 0.
    """
    return Subquery(rows.order_by().values(how_many=ALL))


def count_by(rows: QuerySet[Any], field: str, cap: int | None) -> dict[Any, int] | None:
    """Count rows by the value of a column; return None when there are more than `cap` (the database stops there)."""
    if cap is None:
        return dict(rows.order_by().values_list(field).annotate(n=Count("*")))
    few = rows.order_by().values(field, *(["pk"] if rows.query.distinct else [])).query
    few.set_limits(high=cap + 1)  # in no order: where there are more than the cap, none of them is shown
    try:
        sql, params = few.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return {}
    with connections[rows.db].cursor() as cursor:
        # the inner question is the queryset's own; a grouped count of a piece is what it cannot say itself
        cursor.execute(f'select counted."{field}", count(*) from ({sql}) counted group by 1', params)  # noqa: S608
        found = dict(cursor.fetchall())
    return None if sum(found.values()) > cap else found
