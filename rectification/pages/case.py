"""What the page of a rectification shows beyond any case: measures with three judges, the ruler of time, rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.utils import timezone

from casework.models import Case
from casework.pages.case_page import statements
from casework.pages.timeline import Line
from casework.workflow.circuits import StateWord, circuit_of, word_for
from casework.workflow.undecided import is_kept_from
from inspections.models import Finding
from organizations.actor import Actor
from organizations.enums import INSPECTED, OFFICE
from rectification import facts
from rectification.enums import DRAFTING, NO_CLOCK, Judge, State, Verdict
from rectification.models import EvidenceVerdict, Measure, PaperWarning, ProgressReport, Proof, StageGoal
from rectification.pages import closure
from rectification.paper.shown import warned
from rectification.querysets import ledger, with_measures
from rectification.services import judge_of, shut_to, stays_out
from rectification.workflow import guards, signed
from rectification.workflow.effects import latest_due
from rectification.workflow.guards import EXTENSIONS_AT_MOST
from rectification.workflow.plan_items import review_of
from rectification.workflow.verdicts import measures_of, standing

TONES = {
    Verdict.DONE: ("done", "check-circle-fill"),
    Verdict.PARTLY: ("part", "circle-half"),
    Verdict.NOT_DONE: ("none", "x-circle"),
}


class Judged(NamedTuple):
    """A word on a measure; of 部分到位 with what is missing and by when."""

    label: str
    tone: str
    icon: str
    reason: str
    verdict: str = Verdict.DONE
    lacking: str = ""
    supply_by: date | None = None


class Row(NamedTuple):
    """A measure, its evidence and the word of each judge that stands."""

    measure: Measure
    proofs: list[Proof]
    unit: Judged | None
    supervisor: Judged | None
    office: Judged | None


def _judged(verdict: EvidenceVerdict | None) -> Judged | None:
    if verdict is None:
        return None
    gap = (verdict.lacking, verdict.supply_by)
    tone = TONES[Verdict(verdict.verdict)]
    return Judged(verdict.get_verdict_display(), *tone, verdict.reason, verdict.verdict, *gap)


class Progress(NamedTuple):
    """What was reported on a day."""

    day: date
    who: str
    percent: str
    text: str


class Extension(NamedTuple):
    """One line of the history of a deadline: asked, granted or refused."""

    day: date
    label: str
    until: str
    reason: str


EXTENDING = ("ask_extension", "sign_extension", "return_extension_to_liaison", "grant_extension", "refuse_extension")
SAYS_DONE = Judged("到位", *TONES[Verdict.DONE], "")
UNDECIDED = Judged("作出决定后显示", "rest", "hourglass-split", "")
NOT_ASKED = Judged("不需要认定", "", "", "")  # no supervising department, or the campaign has none judge
LACKS_EVIDENCE = Judged("缺佐证", *TONES[Verdict.NOT_DONE], "报了完成，佐证已撤下", Verdict.NOT_DONE)


def measures(case: Case, actor: Actor) -> list[Row]:
    """Return the measures in order, with what their reader may know of the verdicts.

    Three queries whatever their number, and none when the page has read them.
    """
    said, waits = standing(case), is_kept_from(case, actor)
    is_supervised = State.SUPERVISION in circuit_of(case).roads

    def row(m: Measure) -> Row:
        proofs = m.standing_proofs()
        own = _judged(said.get((m.pk, Judge.UNIT)))
        if m.done_on:
            own = SAYS_DONE if proofs else LACKS_EVIDENCE
        supervisor, office = (_judged(said.get((m.pk, judge))) for judge in (Judge.SUPERVISOR, Judge.OFFICE))
        return Row(m, proofs, own, supervisor if is_supervised else NOT_ASKED, UNDECIDED if waits else office)

    return [row(m) for m in measures_of(case)]


def extensions(trail: Sequence[Line]) -> list[Extension]:
    """Read from the trail what was asked and answered about the deadline, oldest first."""
    found = []
    for line in reversed(trail):
        if line.event.name in EXTENDING:
            given = line.event.note.get("given", {})
            found.append(
                Extension(
                    line.event.day,
                    line.label,
                    given.get("granted_due_on") or given.get("asked_due_on") or "",
                    line.quote,
                )
            )
    return found


class Mark(NamedTuple):
    """A place on the ruler of time, in percent of its length, and which way its words run so that they stay on it."""

    x: str
    anchor: str
    text: str = ""
    done: bool = False


TOUCH = 0.12  # of the ruler's length: marks nearer than this would print over each other on a phone


class Ruler(NamedTuple):
    """The time of a rectification from feedback to its deadline: what the page draws as a line."""

    first: date
    original: date
    due: date
    today: date
    start: Mark
    end: Mark
    original_at: Mark
    due_at: Mark
    now: Mark
    measures: list[Mark]

    @property
    def is_extended(self) -> bool:
        return self.original != self.due

    @property
    def days_over(self) -> int:
        """Days past the original deadline."""
        return max((self.today - self.original).days, 0)


def ruler(case: Case, rows: list[Row]) -> Ruler | None:
    """Return the ruler of time, or None where no clock runs."""
    if case.due_on is None or case.state in NO_CLOCK:
        return None
    today, original, first = case.closed_on or timezone.localdate(), case.original_due_on or case.due_on, case.opened_on
    last = max(case.due_on, today, original)

    def share(day: date) -> float:
        return max((day - first).days, 0) / max((last - first).days, 1)

    def at(day: date, measures: Sequence[Measure] = ()) -> Mark:
        x = share(day)
        return Mark(
            f"{1 + 98 * x:.1f}%",
            "start" if x < 0.15 else "end" if x > 0.85 else "middle",
            _span([m.n for m in measures]),
            all(m.done_on for m in measures),
        )

    together: list[list[Measure]] = []
    for measure in sorted(
        (row.measure for row in rows if first <= row.measure.due_on <= last), key=lambda m: (m.due_on, m.n)
    ):
        if together and share(measure.due_on) - share(together[-1][0].due_on) < TOUCH:
            together[-1].append(measure)
        else:
            together.append([measure])
    miles = [at(them[-1].due_on, them) for them in together]
    return Ruler(
        first, original, case.due_on, today, at(first), at(last), at(original), at(case.due_on), at(today), miles
    )


def _span(numbers: Sequence[int]) -> str:
    """Write the numbers of measures that stand together: 3, 1 至 3, or 1、4."""
    if len(numbers) > 1 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} 至 {numbers[-1]}"
    return "、".join(map(str, numbers))


REVIEWED = DRAFTING | {State.PLAN_REVIEW}  # where what was said of each item of the plan still matters
LOOKED_BACK = frozenset({"look_back_planned", "closure_withdrawn"})
ON_THE_WAY = ("request_closure", "end_publicity", "verify")
OFF_THE_CLOCK = ("make_long_term", "suspend")


def read_briefs(case: Case, actor: Actor) -> dict[str, Any]:
    """Return what the steps lay before whoever decides (templates/rectification/briefs)."""
    rows, finding, files = measures(case, actor), case.content.finding, signed.files_of(case)
    return {
        "finding": finding,
        "citations": list(finding.citations.select_related("basis")),
        "measures": rows,
        "papers": files[signed.HEAD],
        "signed_files": files,
        "n_done": sum(1 for r in rows if r.measure.done_on),
        "suspect_before": None if actor.role in INSPECTED else finding.discovered_on,
        "dispute": statements(case, actor, *guards.ANSWERS)[-1:],
        "parts": parts(case, actor),
        "opinions": statements(case, actor, *ON_THE_WAY),
        "asked": statements(case, actor, "ask_extension", "sign_extension"),
        "reported": statements(case, actor, "report_progress"),
        "off_the_clock": statements(case, actor, *OFF_THE_CLOCK),
        "warned": warned(case, actor),
        "latest_due": latest_due(case),
        "items": review_of(case) if case.state in REVIEWED else [],
        "goal_hint": facts.goal_hint(case.content.goal) if case.state in REVIEWED else "",
        "stages": list(case.stage_goals.all()),
        "extensions_at_most": EXTENSIONS_AT_MOST,
        "conditions": closure.conditions(case, actor),
        **closure.read_closure(case, actor, to_sign=True),
    }


def brief_of_look_back(case: Case, actor: Actor) -> dict[str, Any]:
    """What is looked back on: the rectification as it was closed."""
    closed = case.content.rectification
    return read_briefs(closed, actor) | {"content": closed.content}


def with_surroundings(rows: Any, actor: Actor) -> Any:
    """Annotate rectification cards with what is there to be read besides.

    That is other rounds, assisting units, a finding the reader may see, stages of the plan, warnings of 纸面整改.
    """
    seen, finding = Case.objects.visible_to(actor).order_by(), OuterRef("rectification__finding_id")
    return rows.annotate(
        has_rounds=Exists(
            seen.filter(rectification__finding_id=finding, unit_id=OuterRef("unit_id")).exclude(pk=OuterRef("pk"))
        ),
        has_assisting=Exists(Finding.assisting.through.objects.filter(finding_id=finding)),
        has_parts=Exists(seen.filter(rectification__finding_id=finding).exclude(unit_id=OuterRef("unit_id"))),
        shows_finding=Exists(seen.filter(pk=finding)),
        has_stages=Exists(StageGoal.objects.filter(case=OuterRef("pk"))),
        has_warnings=Exists(PaperWarning.objects.filter(case=OuterRef("pk"), lapsed_at=None).order_by()),
    )


def rounds(case: Case, actor: Actor) -> list[dict[str, Any]]:
    """Return the rounds of the same finding at the same unit that the reader may see.

    None when there is but this one.
    """
    if not case.has_rounds:  # type: ignore[attr-defined]  # with_surroundings brings it
        return []
    rows = Case.objects.visible_to(actor).filter(
        rectification__finding_id=case.content.finding_id, unit_id=case.unit_id
    )
    found = rows.select_related("rectification").order_by("rectification__round", "pk")
    return [
        {"case": c, "round": c.rectification.round, "word": word_for(c, actor), "is_this": c.pk == case.pk}
        for c in found
    ]


def progress(trail: Sequence[Line]) -> list[Progress]:
    """Read from the trail what was reported lately, newest first."""
    said = [line for line in trail if line.event.name == "report_progress"]
    return [Progress(line.event.day, line.who, line.event.note["given"]["percent"], line.quote) for line in said[:5]]


class Part(NamedTuple):
    """What another unit does about the same finding: how far it has come, in its own words."""

    case: Case
    word: StateWord
    n_measures: int
    n_done: int
    report: ProgressReport | None


def parts(case: Case, actor: Actor) -> list[Part]:
    """Return the rectifications of the same finding at other units that the reader may see: the lead sees the others'.

    Former rounds and what was handed on are left out.
    """
    rows = ledger(actor).filter(rectification__finding_id=case.content.finding_id, rectification__next_round=None)
    rows = with_measures(rows.exclude(unit_id=case.unit_id).exclude(state=State.REASSIGNED))
    found = rows.select_related("rectification").prefetch_related("progress_reports").order_by("-is_lead", "number")
    return [
        Part(one, word_for(one, actor), one.n_measures, one.n_done, next(iter(one.progress_reports.all()), None))
        for one in found
    ]


def read_rectification(case: Case, actor: Actor, trail: Sequence[Line] = ()) -> dict[str, Any]:
    """Return what the page adds to casework.pages.case_page.case_context.

    It reads the history of the deadline from that context's `trail`; the card comes `with_surroundings`.
    """
    rows, row, reported = measures(case, actor), case.content, progress(trail)
    finding = row.finding
    around: Any = case  # with what with_surroundings brings
    own = actor.role in INSPECTED and case.unit_id in actor.unit_ids
    shown_warnings = warned(case, actor) if around.has_warnings else []
    around_it = rounds(case, actor)
    return {
        "row": row,
        "conditions": closure.conditions(case, actor),
        **closure.read_closure(case, actor),
        "stages": list(case.stage_goals.all()) if around.has_stages else [],
        "items": review_of(case) if case.state in REVIEWED else [],
        "finding": finding,
        "citations": list(finding.citations.select_related("basis")),
        "measures": rows,
        "ruler": ruler(case, rows),
        "n_done": sum(1 for r in rows if r.measure.done_on),
        "may_draft": shut_to(case, actor, drafting=True) is None,
        "may_complete": shut_to(case, actor, drafting=False) is None,
        "judging": judge_of(case, actor),
        "may_head": own and bool(circuit_of(case).editable(case, actor)),
        "warned": shown_warnings,
        "may_answer": bool(shown_warnings) and stays_out(case, actor) is None,
        "suspect_before": None if own else finding.discovered_on,
        "rounds": around_it,
        "is_followed": any(r["round"] > row.round for r in around_it),
        "look_backs": list(case.look_backs.visible_to(actor).select_related("case").order_by("pk"))
        if any(line.event.name in LOOKED_BACK for line in trail)
        else [],
        "extensions": extensions(trail),
        "progress": reported,
        "pace": facts.pace(case, int(reported[0].percent) if reported else 0),
        "needs": list(case.needs.select_related("case").order_by("pk")) if reported else [],
        "may_look_back": actor.role in OFFICE,
        "assisting": list(finding.assisting.order_by("place")) if around.has_assisting else [],
        "parts": parts(case, actor) if around.has_parts else [],
        "shows_stage": case.state in NO_CLOCK,
        "finding_url": finding.case.get_absolute_url() if around.shows_finding else "",
    }


BRIEFS = {
    name: f"rectification/briefs/{name}.html"
    for name in ("finding", "plan", "evidence", "parts", "dispute", "opinions", "extension", "stage", "warnings")
} | closure.BRIEFS
