"""The articles that a finding cites: what was in force when it was discovered, written as the law writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from inspections.models import Basis, Citation, Finding
from inspections.services.editing import refuse_invalid
from ui.errors import DomainError
from ui.texts import clean_text


class Cited(NamedTuple):
    """An article of a basis, with its words where they matter."""

    basis: Basis
    article: str
    words: str = ""


def cite(finding: Finding, citations: Iterable[Cited]) -> None:
    """Write down the articles that a finding cites, each in force on the day it was discovered."""
    for one in citations:
        _refuse_out_of_force(one.basis, finding.discovered_on)
        row = Citation(finding=finding, basis=one.basis, article=article_of(one.article), words=clean_text(one.words))
        refuse_invalid(row)
        row.save(force_insert=True)


def _refuse_out_of_force(basis: Basis, on: date) -> None:
    """A finding is judged by what was in force on the day it was discovered."""
    if basis.in_force_from and basis.in_force_from > on:
        raise DomainError(
            f"《{basis}》{basis.in_force_from:%Y-%m-%d} 起施行，"
            f"发现之日（{on:%Y-%m-%d}）还没有生效，请改引当时有效的依据",
            {"citations": "发现之日无效"},
        )
    if basis.repealed_on and basis.repealed_on <= on:
        raise DomainError(
            f"《{basis}》已于 {basis.repealed_on:%Y-%m-%d} 废止，请改引现行的依据", {"citations": "发现之日无效"}
        )


def article_of(text: str) -> str:
    """Write an article as the law does: 58 becomes 第五十八条; what is written out stays."""
    text = clean_text(text)
    return f"第{_in_chinese(int(text))}条" if text.isdecimal() and 0 < int(text) < 2_000 else text


def _in_chinese(n: int) -> str:
    digits = "零一二三四五六七八九"
    said = ""
    for power, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, power)
        if digit:
            said += ("" if word == "十" and digit == 1 and not said else digits[digit]) + word
        elif said and n and not said.endswith("零"):
            said += "零"
    return said
