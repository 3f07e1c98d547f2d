"""Which verdicts stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rectification.enums import Judge
from rectification.models import EvidenceVerdict

if TYPE_CHECKING:
    from casework.models import Case


def standing(case: Case) -> dict[tuple[int, str], EvidenceVerdict]:
    """Return the newest word of each judge by (measure, judge), in one query.

    What the unit says anew about a measure (单位自验) lapses what the others said before: they judged other evidence. Untouched measures keep
    their verdicts through a return, so nobody judges the same thing twice (domain/compliance.md 8).
    """
    found: dict[tuple[int, str], EvidenceVerdict] = {}
    for verdict in EvidenceVerdict.objects.filter(measure__case=case).order_by("pk"):
        if verdict.judge == Judge.UNIT:
            for judge in (Judge.SUPERVISOR, Judge.OFFICE):
                found.pop((verdict.measure_id, judge), None)
        found[verdict.measure_id, verdict.judge] = verdict
    return found
