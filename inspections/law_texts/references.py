"""How an article is called: 第五十八条第一款第二项, 第一百二十条之一; and how people write that."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from inspections.law_texts.numerals import WRITTEN, in_chinese, number_of

_N = rf"[{WRITTEN}]{{1,9}}"
_CALLED = re.compile(
    rf"第?(?P<number>{_N})条?(?:之(?P<sub>{_N}))?条?"
    rf"(?:第?(?P<clause>{_N})款)?(?:第?\(?(?P<item>{_N})\)?项)?$"
)
_OF_A_NUMBER = re.compile(rf"[第{WRITTEN}]$")
LONGEST = 80  # characters of a law and an article, as somebody types them
MOST = 2_000  # no law has so many articles, no article so many 款 or 项; a number above is a year or none


class Reference(NamedTuple):
    """An article of a law, and which 款 and 项 of it; 0 where none is meant."""

    number: int
    sub: int = 0
    clause: int = 0
    item: int = 0

    @property
    def label(self) -> str:
        """As the law writes it; 项 without brackets, as one law cites another."""
        return (
            article_label(self.number, self.sub)
            + (f"第{in_chinese(self.clause)}款" if self.clause else "")
            + (f"第{in_chinese(self.item)}项" if self.item else "")
        )


def article_label(number: int, sub: int = 0) -> str:
    """Write 第五十八条 or 第一百二十条之一."""
    return f"第{in_chinese(number)}条" + (f"之{in_chinese(sub)}" if sub else "")


def reference_of(text: str) -> Reference | None:
    """Read how an article is called, in figures or characters; None where nothing of the kind is meant."""
    found = _CALLED.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    if found is None:
        return None
    read = {name: number_of(words) if words else 0 for name, words in found.groupdict().items()}
    is_whole = all(0 < read[name] < MOST for name, words in found.groupdict().items() if words)
    return Reference(**read) if is_whole else None


def named(text: str) -> tuple[str, Reference] | None:
    """Take "处罚法 58" and "《行政处罚法》第五十八条" apart: the law's name, and the article."""
    text = unicodedata.normalize("NFKC", text).strip()[:LONGEST]
    for at in range(1, len(text)):
        law = text[:at].strip("《》〈〉<> ")
        if law and not _OF_A_NUMBER.search(law) and (called := reference_of(text[at:])):
            return law, called
    return None
