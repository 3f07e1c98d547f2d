"""Find cases by the words of their numbers, titles and texts and by the names of their units.

The same answers on both engines (docs/data.md C).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from casework.kinds import worded_through
from casework.models import Case, Words
from casework.search import index
from casework.search.bigrams import bigrams, plain
from organizations.models import Unit

MOST_WORDS = 10
OF_UNIT = re.compile(r"-[pg]\d{2}\b", re.IGNORECASE)  # 0017-P01 is the assisting unit's part of 0017: found as 0017 is
Search = Callable[[QuerySet[Any], str, Any], QuerySet[Any]]


def search_of(kind: str) -> Search:
    """Return the search of a list of the cards of one kind."""

    def search(rows: QuerySet[Any], typed: str, actor: Any) -> QuerySet[Any]:
        return find(rows, typed, key=worded_through().get(kind, "pk"))

    return search


def search_cards(rows: QuerySet[Any], typed: str, actor: Any) -> QuerySet[Any]:
    """Search a list of cards of every kind."""
    return _narrowed(rows, typed, "unit", _of_any_kind)


def find(rows: QuerySet[Any], typed: str, *, key: str = "pk") -> QuerySet[Any]:
    """Return the rows whose case holds every word (typed with spaces between).

    A word may also be part of the unit's name.

    Args:
        rows: cards, or the rows of a kind, already in scope.
        key: from a row to the key of the card whose words are asked: "pk", or what `words_through` of its kind says.
    """
    unit = "unit" if rows.model is Case else "case__unit"
    return _narrowed(rows, typed, unit, lambda holding: Q(**{f"{key}__in": holding}))


def _narrowed(rows: QuerySet[Any], typed: str, unit: str, whose: Callable[[QuerySet[Any, Any]], Q]) -> QuerySet[Any]:
    """Narrow rows to those of the cards that hold the words.

    `unit` leads from a row to its unit, `whose` says which rows are those of the cards that hold the words.
    """
    words = plain(OF_UNIT.sub("", typed)).replace("\n", " ").split()[:MOST_WORDS]
    named = _units_named(words) if words else {}
    texts = [word for word in words if word not in named]
    if texts:
        rows = rows.filter(whose(_holding(texts)))
    for word, ids in named.items():
        rows = rows.filter(Q(**{f"{unit}__in": ids}) | whose(_holding([word])))
    return rows


def _of_any_kind(holding: QuerySet[Any, Any]) -> Q:
    """Cards with these words, and those found through them.

    One list of keys, so that the database looks them up instead of reading all cards.
    """
    through = [
        Case.objects.filter(kind=kind, **{f"{path}__in": holding}).order_by().values("pk")
        for kind, path in sorted(worded_through().items())
    ]
    return Q(pk__in=holding.union(*through, all=True) if through else holding)


def _units_named(words: Sequence[str]) -> dict[str, list[int]]:
    """Return, for each word that is part of a name of a unit, the ids of these units.

    Its short name or its whole name, present or earlier.
    """
    named = [word for word in words if len(word) > 1]
    condition = reduce(or_, (_is_called(word) for word in named), Q(pk__in=()))
    rows = (
        Unit.objects.filter(condition)
        .order_by("pk")
        .values_list("pk", "short_name", "names__short_name", "name", "names__name")
    )
    found: dict[str, list[int]] = {}
    for pk, short, earlier, name, earlier_name in rows:
        for word in named:
            is_called = any(word in plain(one or "") for one in (short, earlier)) or word in {
                plain(one or "") for one in (name, earlier_name)
            }
            if is_called and pk not in found.setdefault(word, []):
                found[word].append(pk)
    return {word: ids for word, ids in found.items() if ids}


def _is_called(word: str) -> Q:
    return Q(short_name__icontains=word) | Q(names__short_name__icontains=word) | Q(name=word) | Q(names__name=word)


def _holding(words: Sequence[str]) -> QuerySet[Any, Any]:
    """Return the ids of the cases whose texts hold all these words."""
    condition = Q()
    whole: list[str] = []
    prefixes: list[str] = []
    for word in words:
        tokens = [token for token in bigrams(word) if len(token) > 1 and token in index.looked_for(word)]
        if [word] != tokens or word.isascii():  # more than the index can say: look into the text too
            condition &= Q(text__contains=word)
        # letters and figures may be typed half: "zx0" finds ZX02, "202" finds 2026
        half = [tokens.pop()] if tokens and tokens[-1].isascii() and word.endswith(tokens[-1]) else []
        whole, prefixes = whole + tokens, prefixes + half
    found = Words.objects.filter(condition)
    if (whole or prefixes) and index.has_index():
        found = found.filter(index.Holds(index.asked(whole, prefixes)))
    else:
        found = found.filter(*(_stands(token) for token in whole), *(_stands(token, begun=True) for token in prefixes))
    return found.order_by().values("case_id")


def _stands(token: str, *, begun: bool = False) -> Q:
    """Say of a text what the index says of its tokens: letters and figures are whole runs, or begin one."""
    if not token.isascii():
        return Q(text__contains=token)
    return Q(text__regex=f"(^|[^a-z0-9]){token}" + ("" if begun else "([^a-z0-9]|$)"))
