"""款 and 项 of an article: 款 are its paragraphs, 项 are those that begin with （一）, and belong to the 款 before."""

from __future__ import annotations

import re
from typing import NamedTuple

from inspections.law_texts.numerals import WRITTEN
from inspections.law_texts.references import Reference

_ITEM = re.compile(rf"^[（(][{WRITTEN}]{{1,4}}[）)]")
_SUBITEM = re.compile(r"^(?:[（(]\d{1,2}[）)]|\d{1,2}[.．、])")  # 目 belongs to its 项


class Clause(NamedTuple):
    """A 款: its words, and its 项 with theirs."""

    words: str
    items: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join((self.words, *self.items))


def clauses(text: str) -> list[Clause]:
    """Return the 款 of an article's text (a paragraph a line)."""
    found: list[Clause] = []
    for line in text.split("\n"):
        last = found[-1] if found else None
        if last and _ITEM.match(line) and not line[1].isascii():
            found[-1] = last._replace(items=(*last.items, line))
        elif last and last.items and _SUBITEM.match(line):
            found[-1] = last._replace(items=(*last.items[:-1], f"{last.items[-1]}\n{line}"))
        else:
            found.append(Clause(line))
    return found


def words_of(text: str, called: Reference) -> str:
    """Return the words of the 款 or 项 that is meant, of the whole article where none is; "" where it has none such."""
    if not (called.clause or called.item):
        return text
    all_of_them = clauses(text)
    if called.clause > len(all_of_them):
        return ""
    clause = all_of_them[max(called.clause - 1, 0)]
    if not called.item:
        return clause.text
    return f"{clause.words}\n{clause.items[called.item - 1]}" if called.item <= len(clause.items) else ""
