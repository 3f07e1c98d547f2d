"""Texts as they are compared: marks by which a passage is found again, and how much of a text stands in another.

A mark is the hash of four characters running, one of four of them kept, the same ones of every text. What the finding
itself says, required measures, names of units and figures are left out: they are nobody's own words. What many have
written weighs less, what more than `MANY` have written weighs nothing: it is a phrase of the office, or a template.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from casework.models import Case
from rectification.models import Measure, TextMark
from rectification.paper import names

RUNNING, KEPT_OF = 4, 4  # characters of a mark; one of so many is kept
MANY, LEAST = 8, 20  # texts that may share a mark before it is a phrase; marks of a text that can be judged
PLAN, RESULT = "plan", "result"
SHOWN = 300  # characters of a passage that are kept with a warning
WORDS = re.compile(r"[^\u3400-\u9fff]+")


class Like(NamedTuple):
    """A case whose text is like another's: the share of the other's own words that stand in it, in percent."""

    case: int
    share: int


def own_texts(case: Case, measures: Sequence[Measure]) -> dict[str, str]:
    """Return what the unit has written itself: plan and results."""
    row = case.content
    own = [measure for measure in measures if not measure.is_required]
    plan = [row.goal, *(f"{m.content}。{m.deliverable}" for m in own)]
    results = [measure.result for measure in measures if measure.result]
    return {PLAN: "\n".join(filter(None, plan)), RESULT: "\n".join(results)}


def said_by_others(case: Case, measures: Sequence[Measure]) -> list[str]:
    """Return what stands in a unit's text without being its own words."""
    row = case.content.finding
    return [case.title, row.statement, row.required_measures, *(m.content for m in measures if m.is_required)]


def marks(text: str, not_own: Iterable[str] = (), units: Collection[str] = ()) -> frozenset[int]:
    """Return the marks of a text without those of what is not its own."""
    others = {mark for one in not_own for mark in _marks(one, ())}
    return frozenset(_marks(text, units) - others)


def _marks(text: str, units: Collection[str]) -> set[int]:
    for name in sorted(units, key=len, reverse=True):
        text = text.replace(name, "")
    plain = WORDS.sub("", unicodedata.normalize("NFKC", text))
    hashed = (zlib.crc32(plain[at : at + RUNNING].encode()) >> 1 for at in range(len(plain) - RUNNING + 1))
    return {mark for mark in hashed if mark % KEPT_OF == 0}


def keep_marks(case: Case, part: str, found: frozenset[int]) -> dict[int, int]:
    """Keep the marks of a part of a case in place of those it had; return the key of each."""
    rows = TextMark.objects.filter(case=case, part=part)
    had = set(rows.values_list("mark", flat=True))
    if gone := had - found:
        rows.filter(mark__in=gone).delete()
    TextMark.objects.bulk_create(TextMark(case=case, part=part, mark=mark) for mark in sorted(found - had))
    return dict(rows.order_by("pk").values_list("mark", "pk"))


def likest(case: Case, part: str, mine: Mapping[int, int]) -> list[Like]:
    """Return the cases in which most of the words of a text stood before, the likest first.

    Args:
        mine: the marks of the text, each with the key it is kept under: what was kept later was written later.
    """
    rows = TextMark.objects.filter(part=part, mark__in=mine).exclude(case=case).order_by("pk")
    where: dict[int, list[int]] = defaultdict(list)
    spread: Counter[int] = Counter()
    for pk, other, mark in rows.values_list("pk", "case", "mark"):
        spread[mark] += 1
        if pk < mine[mark]:
            where[mark].append(other)
    weights = {mark: math.log(1 + MANY / (1 + spread[mark])) for mark in mine if spread[mark] < MANY}
    if len(weights) < LEAST:
        return []
    shared: dict[int, float] = defaultdict(float)
    for mark, weight in weights.items():
        for other in where[mark]:
            shared[other] += weight
    whole = sum(weights.values())
    likes = [Like(other, round(100 * found / whole)) for other, found in shared.items()]
    return sorted(likes, key=lambda like: (-like.share, like.case))


def passages(mine: str, theirs: str) -> tuple[str, str]:
    """Return of each text a piece that begins where the longest passage both have begins."""
    found = SequenceMatcher(None, mine, theirs, autojunk=False).find_longest_match()
    return mine[found.a : found.a + SHOWN], theirs[found.b : found.b + SHOWN]


def own_names(case: Case) -> set[str]:
    """Return every name of the unit of a case and of those below it."""
    return names.names_of(case.unit.family_ids())
