"""Find cases by the words of their numbers and texts and by the names of their units; the same answers on both engines (data.md C)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from casework.models import Words
from casework.search import index
from casework.search.bigrams import bigrams, plain
from organizations.models import Unit


def find(rows: QuerySet[Any], words: str, *, key: str = "pk", unit: str = "unit") -> QuerySet[Any]:
    """Return the rows whose case holds every word (typed with spaces between); a word may also be part of the unit's name.

    Args:
        rows: any queryset, already in scope.
        key: from a row to the primary key of the case that has words: "pk" for findings, "finding_id" for rectifications,
            "rectification__finding_id" for cards of rectifications.
        unit: from a row to its unit; "" where a unit's name does not count.
    """
    asked_for = plain(words).replace("\n", " ").split()[:10]
    named = _units_named(asked_for) if unit and asked_for else {}
    texts = [word for word in asked_for if word not in named]
    if texts:
        rows = rows.filter(**{f"{key}__in": _holding(texts)})
    for word, ids in named.items():
        rows = rows.filter(Q(**{f"{unit}__in": ids}) | Q(**{f"{key}__in": _holding([word])}))
    return rows


def _units_named(words: Sequence[str]) -> dict[str, list[int]]:
    """Return, for each word that is part of a unit's name, the ids of these units."""
    named = [word for word in words if len(word) > 1]
    condition = reduce(
        or_, (Q(short_name__icontains=word) | Q(names__short_name__icontains=word) for word in named), Q(pk__in=())
    )
    rows = Unit.objects.filter(condition).order_by("pk").values_list("pk", "short_name", "names__short_name")
    found: dict[str, list[int]] = {}
    for pk, *names in rows:
        for word in named:
            if any(word in plain(name or "") for name in names) and pk not in found.setdefault(word, []):
                found[word].append(pk)
    return {word: ids for word, ids in found.items() if ids}


def _holding(words: Sequence[str]) -> QuerySet[Any, Any]:
    """Return the ids of the cases whose texts hold all these words."""
    condition = Q()
    whole: list[str] = []
    prefixes: list[str] = []
    for word in words:
        tokens = [token for token in bigrams(word) if len(token) > 1 and not token.isdigit()]
        if [word] != tokens or word.isascii():  # more than the index can say: look into the text too
            condition &= Q(text__contains=word)
        # a word of letters may be typed half: "zx0" finds ZX02
        half = [tokens.pop()] if tokens and tokens[-1].isascii() and word.endswith(tokens[-1]) else []
        whole, prefixes = whole + tokens, prefixes + half
    found = Words.objects.filter(condition)
    if (whole or prefixes) and index.has_index():
        found = found.filter(index.Holds(index.asked(whole, prefixes)))
    else:
        found = found.filter(*(Q(text__contains=token) for token in whole))
    return found.order_by().values("case_id")
