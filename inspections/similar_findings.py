"""What is like the finding being written, as the form shows it beside the words."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from casework.models import Case, Topic
from casework.search.bigrams import marked, telling
from casework.search.similar_cases import Similar, similar
from casework.workflow.circuits import StateWord, word_for
from inspections.enums import Kind
from inspections.models import Citation, Finding
from organizations.actor import Actor

CLOSE, SAME = (
    0.2,
    0.3,
)  # from here on a text is worth a glance, is the same problem again (docs/data.md C: paraphrases score above 0.3)
SHOWN, SNIPPET = 5, 90


class Twin(NamedTuple):
    """A finding like the one being written."""

    case: Case
    pieces: list[tuple[str, bool]]
    word: StateWord
    is_same_unit: bool
    cited: list[str]


def likeness(actor: Actor, text: str, unit_id: int | None = None, leave_out: int | None = None) -> dict[str, Any]:
    """Return what the side of the form shows.

    `twins`, `again` (the unit had the same before), `topic_hint`, `asked` (enough was written to compare).
    """
    asked = len(telling(text)) >= 3
    found = similar(text, actor, Kind.FINDING, unit_id=unit_id, top=2, leave_out=leave_out) if asked and unit_id else []
    found = [like for like in found if like.share >= CLOSE]
    known = {like.case.pk for like in found}
    if asked:
        found += [
            like
            for like in similar(text, actor, Kind.FINDING, top=SHOWN, leave_out=leave_out)
            if like.case.pk not in known
        ]
    found = found[:SHOWN]
    rows = {
        row.pk: row
        for row in Finding.objects.filter(pk__in=[like.case.pk for like in found]).prefetch_related("citations__basis")
    }
    twins = [_twin(like, rows[like.case.pk], actor, unit_id) for like in found if like.case.pk in rows]
    again = next(
        (like.case for like in found if like.share >= SAME and like.case.unit_id == unit_id and not like.case.is_open),
        None,
    )
    return {
        "twins": twins,
        "again": again,
        "topic_hint": _topic([like.case for like in found if like.share >= CLOSE]),
        "asked": asked,
    }


def citations_of(actor: Actor, finding_id: object) -> list[dict[str, Any]]:
    """Return the articles of a finding in scope, as the form takes them over."""
    if not str(finding_id or "").isdecimal():
        return []
    rows = Citation.objects.filter(
        finding__case__in=Case.objects.visible_to(actor), finding_id=int(str(finding_id)[:18])
    ).order_by("pk")
    return [as_initial(row) for row in rows]


def as_initial(row: Citation) -> dict[str, Any]:
    """Return a citation as a row of the form; nothing picked from the library is an empty field."""
    return {"basis": row.basis_id, "article": row.article, "words": row.words, "took": row.cites_id or ""}


def _twin(like: Similar, row: Finding, actor: Actor, unit_id: int | None) -> Twin:
    pieces = marked(_snippet(row.statement, like.common), like.common)
    return Twin(
        like.case,
        pieces,
        word_for(like.case, actor),
        like.case.unit_id == unit_id,
        [str(one) for one in row.citations.all()],
    )


def _snippet(statement: str, common: tuple[str, ...]) -> str:
    """Cut a long statement to where it first has something in common."""
    if len(statement) <= SNIPPET:
        return statement
    places = [place for pair in common if (place := statement.find(pair)) >= 0]
    start = max(min(places, default=0) - 15, 0)
    return (
        f"{'…' if start else ''}{statement[start : start + SNIPPET]}{'…' if start + SNIPPET < len(statement) else ''}"
    )


def _topic(cases: list[Case]) -> Topic | None:
    counted = Counter(case.topic_id for case in cases if case.topic_id)
    return Topic.objects.filter(pk=counted.most_common(1)[0][0]).first() if counted else None
