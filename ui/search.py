"""How what is typed into a search box is compared with what is stored, in every list alike.

Short lists are read column by column: every word must stand somewhere. Cases have an index of words instead
(`casework.search`); what is typed is made plain here for both. Units and persons are sought by `sought`, one column
that holds every name they ever bore, with its initials and its spelling (docs/decisions/0019-sought-by-any-name.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from ui.pinyin import initials, spelled
from ui.texts import INVISIBLE

MOST_WORDS = 10
# a number copied out of a letter may have any dash for its hyphens, and spaces about them
HYPHEN = re.compile("(?<=[a-z0-9])\\s*[-\u2010-\u2015\u2212]\\s*(?=[a-z0-9])")
Search = Callable[[QuerySet[Any], str, Any], QuerySet[Any]]


def plain(text: str) -> str:
    """Return a text as it is compared: half-width, lower case, one space for every gap; rare characters stay."""
    seen = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return re.sub(r"[^\S\n]+", " ", seen.lower()).strip()


def typed_words(text: str) -> list[str]:
    """Return the words typed into a search box, made plain; a number is one of them, however it was spaced."""
    return HYPHEN.sub("-", plain(text).replace("\n", " ")).split()[:MOST_WORDS]


def sought_by(*names: str, before: str = "") -> str:
    """Return what names are sought by: each of them, its initials and its spelling, after a space each.

    Args:
        before: what stood there; a name once borne is not forgotten.
    """
    found = before.split()
    for name in names:
        one = plain(name).replace(" ", "")
        found += [one, initials(one), spelled(one)]
    return "".join(f" {token}" for token in dict.fromkeys(found) if token)


def part_of_name(word: str) -> str:
    """Return what `sought` must hold: a part of a name; one or two letters begin initials or a spelling."""
    return f" {word}" if word.isascii() and word.isalpha() and len(word) < 3 else word


def words_in(*lookups: str | Callable[[str], Q]) -> Search:
    """Return a search that keeps the rows in which each word typed fits one of the lookups.

    A lookup is written such as `name__icontains`, or makes a condition of a word. What a column holds as it was typed
    is asked for as typed, too: a full-width bracket is found by either.
    """

    def search(rows: QuerySet[Any], typed: str, actor: Any) -> QuerySet[Any]:
        every: Any = rows.model._base_manager
        words = typed_words(typed)
        as_typed = typed.split()[:MOST_WORDS]
        for word, other in zip(words, as_typed if len(as_typed) == len(words) else words, strict=True):
            fits = Q(pk__in=())
            for way in dict.fromkeys((word, other)):
                for lookup in lookups:
                    fits |= lookup(way) if callable(lookup) else Q(**{lookup: way})
            rows = rows.filter(pk__in=every.filter(fits).order_by().values("pk"))  # a second name doubles no row
        return rows

    return search


def sought(path: str = "") -> Callable[[str], Q]:
    """Return the condition that a unit or a person, reached by `path`, is called so; for `words_in`."""
    return lambda word: Q(**{f"{path}sought__contains": part_of_name(plain(word))})
