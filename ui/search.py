"""The search of short lists, read column by column: every word must stand somewhere.

Cases have an index of words instead (`casework.search`); the rule is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

MOST_WORDS = 10
Search = Callable[[QuerySet[Any], str, Any], QuerySet[Any]]


def words_in(*lookups: str) -> Search:
    """Return a search that keeps the rows in which each word typed fits one of the lookups.

    A lookup is written such as `name__icontains`.
    """

    def search(rows: QuerySet[Any], typed: str, actor: Any) -> QuerySet[Any]:
        every: Any = rows.model._base_manager
        for word in typed.split()[:MOST_WORDS]:
            fits = reduce(or_, (Q(**{lookup: word}) for lookup in lookups))
            rows = rows.filter(pk__in=every.filter(fits).order_by().values("pk"))  # a second name doubles no row
        return rows

    return search
