"""Find cases by the words of their numbers, titles and texts and by the names of their units.

The same answers on both engines (docs/data.md C).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from casework.kinds import worded_through
from casework.models import Case, Words
from casework.search import index
from casework.search.bigrams import bigrams
from casework.search.token_index import asked
from organizations.models import Unit
from ui.search import Search, part_of_name, plain, typed_words

APART = re.compile(r"(?<=\d{4})\s+(?=[a-z]\d{1,2}(?:\s|$))")  # "0017 L2" is 0017-L2
# What one matter is followed up by bears its number and a part: 0017-P01, -G01 of an assisting or a claiming unit, -L2
# of a second round (docs/domain/dictionaries.md 9.1). It has no words of its own but those of 0017.
PART = re.compile(r"(?:-[a-z]\d{0,2})+$")
LEAST_OF_A_NAME = 4  # characters of a whole name: 庆阳市 alone names nobody


class Rows(NamedTuple):
    """How the rows of a list are reached from the words of cards.

    `unit`, `number`: from a row to its unit and its number. `whose`: which rows are those of the cards that hold the
    words. `own`: whether the very card, reached by this path, must bear a number with a part in it; None where the
    rows are what the parts follow up. `indexed`: whether the index is asked.
    """

    unit: str
    number: str
    whose: Callable[[QuerySet[Any, Any]], Q]
    own: str | None
    indexed: bool = True


def search_of(kind: str, *, looks: bool = False) -> Search:
    """Return the search of a list of the cards of one kind.

    `looks`: the same answers for few rows, from the text of each instead of the index.
    """

    def search(rows: QuerySet[Any], typed: str, actor: Any) -> QuerySet[Any]:
        named = None if actor is None else actor.recall(f"named by {typed}", lambda: _units_named(_words(typed)))
        return find(rows, typed, key=worded_through().get(kind, "pk"), looks=looks, named=named)

    return search


def search_cards(rows: QuerySet[Any], typed: str, actor: Any) -> QuerySet[Any]:
    """Search a list of cards of every kind."""
    return _narrowed(rows, typed, Rows("unit", "number", _of_any_kind, "pk"))


def find(
    rows: QuerySet[Any], typed: str, *, key: str = "pk", looks: bool = False, named: dict[str, list[int]] | None = None
) -> QuerySet[Any]:
    """Return the rows whose case holds every word (typed with spaces between).

    A word may also name the unit, by any name it ever had or by initials, and a number may be typed in part.

    Args:
        rows: cards, or the rows of a kind, already in scope.
        key: from a row to the key of the card whose words are asked: "pk", or what `words_through` of its kind says.
        looks: into the text of each row, instead of asking the index for all that hold a word.
        named: the units that the words name, where they are known already.
    """
    card = "" if rows.model is Case else "case__"

    def whose(holding: QuerySet[Any, Any]) -> Q:
        return Q(Exists(holding.filter(case_id=OuterRef(key)))) if looks else Q(**{f"{key}__in": holding})

    reached = Rows(f"{card}unit", f"{card}number", whose, None if key == "pk" else "pk", not looks)
    return _narrowed(rows, typed, reached, named)


def _narrowed(
    rows: QuerySet[Any], typed: str, reached: Rows, named: dict[str, list[int]] | None = None
) -> QuerySet[Any]:
    """Narrow rows to those that hold each word, or whose unit bears it as a name."""
    words = _words(typed)
    named = _units_named(words) if named is None else named
    texts = [word for word in words if word not in named and not PART.search(word) and not _is_short_number(word)]
    if texts:
        rows = rows.filter(reached.whose(_holding(texts, indexed=reached.indexed)))
    for word in words:
        if word in texts:
            continue
        found = _by_number(word, reached)
        rows = rows.filter(found | Q(**{f"{reached.unit}__in": named[word]}) if word in named else found)
    return rows


def _words(typed: str) -> list[str]:
    return list(dict.fromkeys(APART.sub("-", " ".join(typed_words(typed))).split()))


def _is_short_number(word: str) -> bool:
    return word.isdecimal() and 1 < len(word) < 4


def _by_number(word: str, reached: Rows) -> Q:
    """Return the rows that hold a word, or a number of which it is a part."""
    held = reached.whose(_holding([word], indexed=reached.indexed))
    if _is_short_number(word):  # 17 is 0017
        return held | reached.whose(_holding([word.zfill(4)], indexed=reached.indexed))
    part = PART.search(word)
    if part is None or not part.start():
        return held
    followed = reached.whose(_holding([word[: part.start()]], indexed=reached.indexed))
    return held | (followed if reached.own is None else followed & Q(**{f"{reached.number}__contains": word.upper()}))


def _of_any_kind(holding: QuerySet[Any, Any]) -> Q:
    """Cards with these words, and those found through them.

    One list of keys, so that the database looks them up instead of reading all cards.
    """
    through = [
        Case.objects.filter(kind=kind, **{f"{path}__in": holding}).order_by().values("pk")
        for kind, path in sorted(worded_through().items())
    ]
    return Q(pk__in=holding.union(*through, all=True) if through else holding)


def units_called(words: Sequence[str]) -> QuerySet[Any]:
    """Return the units that may be meant by one of these words: a part of any name they ever had, or initials."""
    holds = (Q(sought__contains=part_of_name(word)) for word in words if len(word) > 1)
    return Unit.objects.filter(reduce(or_, holds, Q(pk__in=()))).order_by("place")


def _units_named(words: Sequence[str]) -> dict[str, list[int]]:
    """Return, for each word that names units, their ids."""
    found: dict[str, list[int]] = {}
    for unit in units_called(words).only("sought", "short_name", "name").prefetch_related("names"):
        for word in words:
            if len(word) > 1 and names(word, unit):
                found.setdefault(word, []).append(unit.pk)
    return found


def names(word: str, unit: Unit) -> bool:
    """Say whether a word (plain) names a unit: a part of a short name it has or had, the whole of a name, its beginning
    or end from four characters on, or how its initials begin.

    A part of a whole name names nobody: 建设 is looked for in texts, 市 or 行政执法 too.
    """
    bearers: list[Any] = [unit, *unit.names.all()]
    if any(word in plain(one.short_name) for one in bearers):
        return True
    wholes = [plain(one.name) for one in bearers]
    if word in wholes or (
        len(word) >= LEAST_OF_A_NAME and any(one.startswith(word) or one.endswith(word) for one in wholes)
    ):
        return True
    return (
        word.isascii()
        and word.isalpha()
        and any(token.startswith(word) for token in unit.sought.split() if token.isascii())
    )


def _holding(words: Sequence[str], *, indexed: bool = True) -> QuerySet[Any, Any]:
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
        # of a longer part of a number the beginning, too: "x02-0017"
        if half and tokens and "-" in word and word.startswith(tokens[0]):
            tokens.pop(0)
        whole, prefixes = whole + tokens, prefixes + half
    found = Words.objects.filter(condition)
    if indexed and (whole or prefixes) and index.has_index():
        found = found.filter(index.WORDS.holds(asked(whole, prefixes)))
    else:
        found = found.filter(*(_stands(token) for token in whole), *(_stands(token, begun=True) for token in prefixes))
    return found.order_by().values("case_id")


def _stands(token: str, *, begun: bool = False) -> Q:
    """Say of a text what the index says of its tokens: letters and figures are whole runs, or begin one."""
    if not token.isascii():
        return Q(text__contains=token)
    return Q(text__regex=f"(^|[^a-z0-9]){token}" + ("" if begun else "([^a-z0-9]|$)"))
