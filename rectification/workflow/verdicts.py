"""The measures of a rectification, and which verdicts on them stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from casework.workflow.prefetched import has_read
from rectification.enums import Judge
from rectification.models import EvidenceVerdict, Measure

if TYPE_CHECKING:
    from casework.models import Case

WITH_ALL = ("measures__evidence", "measures__verdicts")


def read_measures(case: Case) -> list[Measure]:
    """Read the measures in order, with evidence and verdicts: three queries, and the guards ask no more of them."""
    prefetch_related_objects([case], *WITH_ALL)
    return list(case.measures.all())


def measures_of(case: Case) -> list[Measure]:
    """Return the measures in order, from what was read already or anew."""
    return list(
        case.measures.all()
        if has_read(case, "measures")
        else case.measures.prefetch_related("evidence", "verdicts").order_by("n")
    )


def standing(case: Case) -> dict[tuple[int, str], EvidenceVerdict]:
    """Return the newest word of each judge by (measure, judge).

    What the unit says anew about a measure (单位自验) lapses what the others said before. So does whatever changes what
    they judged, by whichever road it came: their word keeps the measure `as_judged`. Untouched measures keep their
    verdicts through a return, so nobody judges the same thing twice (docs/domain/compliance.md 8).
    """
    now = {measure.pk: measure.as_judged() for measure in measures_of(case)}
    found: dict[tuple[int, str], EvidenceVerdict] = {}
    for verdict in sorted((v for measure in measures_of(case) for v in measure.verdicts.all()), key=lambda v: v.pk):
        if verdict.judge == Judge.UNIT:
            for judge in (Judge.SUPERVISOR, Judge.OFFICE):
                found.pop((verdict.measure_id, judge), None)
        if verdict.judge == Judge.UNIT or verdict.judged == now[verdict.measure_id]:
            found[verdict.measure_id, verdict.judge] = verdict
        else:
            found.pop((verdict.measure_id, verdict.judge), None)
    return found
