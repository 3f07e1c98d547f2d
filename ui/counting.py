"""Counting the rows of a list: exactly up to a cap.

So a page costs the same at ten thousand rows and at a million.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connections
from django.db.models import Count, Func, IntegerField, QuerySet, Subquery

COUNT_CAP = 10_000  # rows of a list that are counted exactly
DEEPEST_PAGE = 400  # beyond, narrow the filter: an offset reads all rows before it
NBSP = "\N{NO-BREAK SPACE}"
ALL = Func(template="count(*)", output_field=IntegerField())


def how_many(rows: QuerySet[Any]) -> Subquery:
    """Return how many rows there are, as a column of what they are asked for (OuterRef).

    A subquery each: joins would multiply each other. Without groups, so that no rows are a 0.
    """
    return Subquery(rows.order_by().values(how_many=ALL))


def so_many(n: int, most: int, *, is_whole: bool = True) -> int | str:
    """Return a number as it is said: 999+ where no more than 999 are counted, or not all were looked at."""
    return n if is_whole and n <= most else f"{min(n, most):,}+".replace(",", NBSP)


def count_by(rows: QuerySet[Any], field: str, cap: int | None) -> dict[Any, int] | None:
    """Count rows by the value of a column; return None when there are more than `cap` (the database stops there)."""
    found = count_by_each(rows, (field,), cap)
    return None if found is None else {values[0]: n for values, n in found.items()}


def count_by_each(rows: QuerySet[Any], fields: Sequence[str], cap: int | None) -> dict[tuple[Any, ...], int] | None:
    """Count rows by the values of columns together, as `count_by` does by one."""
    if cap is None:
        return {tuple(row[:-1]): row[-1] for row in rows.order_by().values_list(*fields).annotate(n=Count("*"))}
    few = rows.order_by().values(*fields, *(["pk"] if rows.query.distinct else [])).query
    few.set_limits(high=cap + 1)  # in no order: where there are more than the cap, none of them is shown
    try:
        sql, params = few.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return {}
    named, groups = ", ".join(f'counted."{field}"' for field in fields), ", ".join(map(str, range(1, len(fields) + 1)))
    with connections[rows.db].cursor() as cursor:
        # the inner question is the queryset's own; a grouped count of a piece is what it cannot say itself
        cursor.execute(f"select {named}, count(*) from ({sql}) counted group by {groups}", params)  # noqa: S608
        found = {tuple(row[:-1]): row[-1] for row in cursor.fetchall()}
    return None if sum(found.values()) > cap else found


class HowManyOfMost(Subquery):
    """How many rows there are; the database stops at so many."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"

    def __init__(self, rows: QuerySet[Any], most: int) -> None:
        few = rows.order_by().values("pk")
        few.query.set_limits(high=most)  # in no order: it does not matter which
        super().__init__(few, output_field=IntegerField())


class CappedPaginator(Paginator[Any]):
    """A paginator that stops counting at a cap."""

    def __init__(self, rows: QuerySet[Any], per_page: int, cap: int | None, count: int | None = None) -> None:
        super().__init__(rows, per_page)
        self.cap = cap
        if count is not None:
            self._count = count

    @property
    def count(self) -> int:
        if not hasattr(self, "_count"):
            counted: Any = self.object_list
            rows = counted.order_by()
            if self.cap:
                rows.query.set_limits(high=self.cap + 1)  # in no order, so that any index may answer
            self._count = rows.count()
        return self._count

    @property
    def is_capped(self) -> bool:
        return self.cap is not None and self.count > self.cap

    @property
    def num_pages(self) -> int:
        """As many as can be turned to; `is_cut` says that there would be more."""
        return max(1, min(-(-self.count // self.per_page), DEEPEST_PAGE))

    @property
    def is_cut(self) -> bool:
        return self.count > DEEPEST_PAGE * self.per_page
