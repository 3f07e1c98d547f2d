"""The warnings of a case as their reader may know them: the twin beside each, by name only where he sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from casework.files.content import PICTURES, extension
from casework.models import Attachment, Case
from casework.search.bigrams import marked, telling
from organizations.actor import Actor
from rectification.enums import WarningAnswer
from rectification.models import PaperWarning
from rectification.paper.rule import rules

ELSEWHERE = "另一件（不在您能看的范围内）"
Pieces = list[tuple[str, bool]]  # of a passage: text, and whether the other has it too


class Warned(NamedTuple):
    """One warning.

    Attributes:
        sentence: what was found. `name`, `url`: of the twin, where the reader sees it; `twin_file` likewise.
        own, theirs: passages that are alike. `picture`, `twin_picture`: the two to be seen side by side.
    """

    row: PaperWarning
    title: str
    sentence: str
    name: str
    url: str
    file: Attachment | None
    twin_file: Attachment | None
    own: Pieces
    theirs: Pieces
    picture: Attachment | None = None
    twin_picture: Attachment | None = None

    @property
    def is_open(self) -> bool:
        return not self.row.answer


def warned(case: Case, actor: Actor) -> list[Warned]:
    """Return the warnings that stand on a case: one question, whatever their number; none for whoever judges not.

    Those of a rule that the program no longer has stay in the admin alone.
    """
    rows = PaperWarning.objects.visible_to(actor).standing().filter(case=case, rule__in=sorted(rules()))
    rows = rows.with_twins(actor)
    return sorted(map(_shown, rows.order_by("pk")), key=lambda one: (not one.is_open, rules()[one.row.rule].order))


def warned_beside(cases: Sequence[Case], actor: Actor) -> dict[int, list[tuple[str, str]]]:
    """Return of several cases the warnings that nobody has answered, or that were found true: two questions."""
    rows = PaperWarning.objects.visible_to(actor).standing().exclude(answer=WarningAnswer.DISMISSED)
    rows = rows.filter(case__in=[case.pk for case in cases], rule__in=sorted(rules())).with_twins(actor)
    found: dict[int, list[tuple[str, str]]] = {}
    for row in rows.order_by("case_id", "pk"):
        one = _shown(row)
        said = row.get_answer_display() or "未认定"
        words = f"{one.title}（{said}）：{one.sentence}"
        found.setdefault(row.case_id, []).append((words, row.get_absolute_url()))
    return found


def _shown(row: Any) -> Warned:
    rule = rules()[row.rule]
    twin, twin_file = (row.twin, row.twin_file) if row.sees_twin else (None, None)
    named = ELSEWHERE if twin is None else f"{twin.unit_name}{twin.number or twin.title}"
    said = {name: value for name, value in row.said.items() if name not in {"own", "theirs"}}
    about = {"file": row.file.name if row.file else "", "measure": row.measure.n if row.measure else ""}
    own, theirs = row.said.get("own", ""), row.said.get("theirs", "") if twin else ""
    both = telling(own) & telling(theirs)
    pair = (row.file, twin_file) if _is_picture(row.file) and _is_picture(twin_file) else ()
    return Warned(
        row,
        rule.title,
        rule.says.format(**about, **said, twin=named),
        f"{twin.unit_name} {twin.number or ''} {twin.title}" if twin else "",
        twin.get_absolute_url() if twin else "",
        row.file,
        twin_file,
        marked(own, both),
        marked(theirs, both),
        *pair,
    )


def _is_picture(file: Attachment | None) -> bool:
    return file is not None and extension(file.name) in PICTURES
