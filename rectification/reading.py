"""What the page of a rectification shows beyond any case: measures with three judges, the ruler of time, rounds."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone

from casework.circuits import circuit_of, word_for
from casework.models import Case
from organizations.actor import Actor
from organizations.enums import INSPECTED, OFFICE, Role
from rectification.enums import Judge, State, Verdict
from rectification.models import EvidenceVerdict, LookBack, Measure, ProgressReport
from rectification.services import DRAFTING, WORKING, evidence_warnings

TONES = {Verdict.DONE: ("done", "check-circle-fill"), Verdict.PARTLY: ("part", "circle-half"), Verdict.NOT_DONE: ("none", "x-circle")}


class Judged(NamedTuple):
    label: str
    tone: str
    icon: str
    reason: str


class Row(NamedTuple):
    """A measure, its evidence and the newest word of each judge."""

    measure: Measure
    files: list[Any]
    unit: Judged | None
    supervisor: Judged | None
    office: Judged | None


def _judged(verdict: EvidenceVerdict | None) -> Judged | None:
    return Judged(verdict.get_verdict_display(), *TONES[Verdict(verdict.verdict)], verdict.reason) if verdict else None


def measures(case: Case) -> list[Row]:
    """Return the measures in order; three queries whatever their number."""
    found = list(Measure.objects.filter(case=case).prefetch_related("evidence").order_by("n"))
    newest: dict[tuple[int, str], EvidenceVerdict] = {}
    for verdict in EvidenceVerdict.objects.filter(measure__case=case).order_by("pk"):
        newest[verdict.measure_id, verdict.judge] = verdict
    rows = []
    for m in found:
        own = Judged("到位", "done", "check-circle-fill", "") if m.done_on else None
        rows.append(Row(m, list(m.evidence.all()), own, _judged(newest.get((m.pk, Judge.SUPERVISOR))), _judged(newest.get((m.pk, Judge.OFFICE)))))
    return rows


def ruler(case: Case, rows: list[Row]) -> dict[str, Any] | None:
    """Return the ruler of time in percent of its length: fed back, measures, original and approved deadline, today."""
    if case.due_on is None:
        return None
    today = case.closed_on or timezone.localdate()
    first, last = case.opened_on, max(case.due_on, today, case.original_due_on or case.due_on)
    length = max((last - first).days, 1)

    def at(day: date) -> str:
        return f"{1 + 96 * max((day - first).days, 0) / length:.1f}%"

    original = case.original_due_on or case.due_on
    return {
        "first": first, "start": at(first), "end": at(last), "today": today, "now": at(today), "due": case.due_on, "due_at": at(case.due_on),
        "original": original, "original_at": at(original), "is_extended": original != case.due_on, "is_late": today > case.due_on and case.is_open,
        "over_from": at(min(case.due_on, today)), "miles": [{"n": r.measure.n, "x": at(r.measure.due_on), "ok": bool(r.measure.done_on)} for r in rows],
    }  # fmt: skip


def rounds(case: Case, actor: Actor) -> list[dict[str, Any]]:
    """Return the rounds of the same finding at the same unit that the reader may see."""
    rows = Case.objects.visible_to(actor).filter(rectification__finding_id=case.content.finding_id, unit_id=case.unit_id).order_by("rectification__round")
    return [
        {"case": c, "round": c.rectification.round, "word": word_for(c, actor), "is_this": c.pk == case.pk}
        for c in rows.select_related("rectification__finding__case__within__campaign")
    ]


def read_rectification(case: Case, actor: Actor) -> dict[str, Any]:
    """Return what the page adds to casework.pages.case_context."""
    rows, row = measures(case), case.content
    finding = row.finding
    own = actor.role in INSPECTED and case.unit_id in actor.unit_ids
    no_plan = "submit_plan" not in circuit_of(case).by_name
    judging = (case.state == State.SUPERVISION and actor.role == Role.INDUSTRY_REVIEWER) or (case.state == State.FINAL_REVIEW and actor.role in OFFICE)
    others = rounds(case, actor)
    return {
        "row": row, "finding": finding, "citations": list(finding.citations.select_related("basis")), "measures": rows, "ruler": ruler(case, rows),
        "n_done": sum(1 for r in rows if r.measure.done_on), "may_draft": own and (case.state in DRAFTING or (no_plan and case.state in WORKING)),
        "may_head": own and case.state in DRAFTING, "may_complete": own and case.state in WORKING, "may_judge": judging,
        "warnings": evidence_warnings(case) if not own else [], "rounds": others if len(others) > 1 else [],
        "look_backs": list(LookBack.objects.filter(case=case).order_by("pk")), "progress": list(ProgressReport.objects.filter(case=case).select_related("post__user")[:5]),
        "may_look_back": actor.role in OFFICE, "assisting": list(finding.assisting.order_by("code")),
        "finding_url": finding.case.get_absolute_url() if Case.objects.visible_to(actor).filter(pk=finding.pk).exists() else "",
    }  # fmt: skip
