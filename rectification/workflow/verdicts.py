"""The measures of a rectification, and which verdicts on them stand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from casework.workflow.prefetched import has_read, last_event
from rectification.enums import Judge
from rectification.models import EvidenceVerdict, Measure
from rectification.querysets import proofs

if TYPE_CHECKING:
    from casework.models import Case


def read_measures(case: Case) -> list[Measure]:
    """Read the measures in order, with evidence and verdicts: three queries, and the guards ask no more of them."""
    prefetch_related_objects([case], proofs("measures__"), "measures__verdicts")
    return list(case.measures.all())


def measures_of(case: Case) -> list[Measure]:
    """Return the measures in order, from what was read already or anew."""
    return list(
        case.measures.all()
        if has_read(case, "measures")
        else case.measures.prefetch_related(proofs(), "verdicts").order_by("n")
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


def supply_by(case: Case) -> date | None:
    """Return the first day by which the unit is to supply what 部分到位 lacks, while it holds what was sent back.

    As the judges said since the closure was last asked for; what the unit has supplied meanwhile moves no day.
    """
    if case.holder_unit_id != case.unit_id:
        return None
    asked = last_event(case, "request_closure")
    if asked is None:
        return None
    given = EvidenceVerdict.objects.filter(measure__case=case, day__gte=asked.day).exclude(judge=Judge.UNIT)
    newest = {(one.measure_id, one.judge): one for one in given.order_by("pk")}
    return min((one.supply_by for one in newest.values() if one.supply_by), default=None)
