"""What a step writes besides the card, inside the same transaction."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from casework import kinds
from casework.deadlines.working_days import next_workday, rolled
from casework.enums import Capacity, Secrecy, Severity
from casework.models import Case, Event, Grant
from casework.workflow import engine
from casework.workflow.circuits import Changes, Doing, Given
from casework.workflow.engine import Recorded
from casework.workflow.notices import news, tell
from casework.workflow.prefetched import last_event
from inspections.enums import FindingState, Kind
from inspections.models import Finding
from inspections.workflow.holders import office_id
from organizations.enums import INSPECTED, Role
from organizations.models import Unit
from rectification.enums import NO_CLOCK, OUTSIDE, RECTIFICATION, State
from rectification.models import Demand, Measure, Rectification, StageGoal
from rectification.workflow.feedback import copy_to, issue_for
from ui.errors import DomainError

if TYPE_CHECKING:
    from organizations.actor import Actor

__all__ = ["office_id"]


def open_rectifications(recorded: Recorded) -> None:
    """Open one rectification for the lead unit and one for each assisting unit when a finding is fed back.

    A hook of the engine.
    """
    if recorded.case.kind != Kind.FINDING or recorded.event.name != "feed_back":
        return
    finding: Finding = recorded.case.content
    lead = open_rectification(finding, recorded.case.unit, recorded.actor, day=recorded.event.day)
    if (
        lead.severity == Severity.GRAVE
    ):  # 严重的自动要求分管市领导知悉 (docs/domain/dictionaries.md 9.5); the finding itself they do not see
        tell(lead, f"{lead.title}：已反馈{lead.unit_name}（严重）", [(None, (Role.CITY_LEADER,))])
    for n, unit in enumerate(finding.assisting.order_by("place"), 1):
        open_rectification(finding, unit, recorded.actor, day=recorded.event.day, suffix=f"-P{n:02}", is_lead=False)
    show_parts_to_lead(finding.pk, recorded.event.day)
    for issue in Case.objects.filter(fed_back__finding=finding).order_by("pk"):
        copy_to(issue, recorded.given.get("copied_to", ()), recorded.actor, recorded.event.day)


# kind -> how a card that follows one of it leads to its key
FOLLOWS = {
    Kind.FINDING: ("rectification__finding_id",),
    RECTIFICATION: ("lookback__rectification_id", "supportneed__rectification_id"),
}


def carry_corrections(recorded: Recorded) -> None:
    """Carry a corrected topic or severity of a finding on to its rectifications, whose figures count it.

    From these it goes on to their look-backs and needs for support. To those that have ended too: topic and severity
    are labels, and a correction holds for the past (docs/data.md A). A hook of the engine.
    """
    paths = FOLLOWS.get(recorded.case.kind, ())
    changed = recorded.event.note.get("changed", {})
    again = {name: getattr(recorded.case, name) for name in ("topic_id", "severity") if name in changed}
    if not paths or recorded.event.name != "amend" or not again:
        return
    for path in paths:
        for case in Case.objects.filter(**{path: recorded.case.pk}).order_by("pk"):
            engine.amend(case, recorded.actor, again)


def open_rectification(
    finding: Finding,
    unit: Unit,
    actor: Actor | None,
    *,
    day: date,
    suffix: str = "",
    is_lead: bool = True,
    previous: Rectification | None = None,
    within: Case | None = None,
    due_on: date | None = None,
    part: str = "",
    is_fed_back: bool = True,
) -> Case:
    """Make a rectification of a finding, or of a `part` of it, for a unit; return its card.

    Team, coordination group and supervising department take part. `is_fed_back`: it comes to the unit by a feedback,
    which is issued; one that was claimed against a programme does not.
    """
    card = finding.case
    within = within or card.within
    issue = issue_for(within, unit, actor, day) if is_fed_back and previous is None else None
    case = engine.open_case(
        RECTIFICATION,
        actor,
        unit=unit,
        title=card.title,
        make=lambda case: Rectification.objects.create(
            case=case,
            finding=finding,
            feedback=issue,
            part=part,
            previous=previous,
            round=previous.round + 1 if previous else 1,
        ),
        day=day,
        within=within,
        topic=card.topic,
        severity=card.severity,
        is_lead=is_lead,
        subkind=finding.rectify_type,
        counted=True,
        number=kinds.spec_of(RECTIFICATION).number.format(finding=card.number, part=suffix),
        due_on=due_on or finding.rectify_by,
        secrecy=Secrecy.OPEN,
    )
    _let_take_part(case, finding, day)
    return case


def _let_take_part(case: Case, finding: Finding, day: date) -> None:
    """Grant it to the supervising department, the team and the coordination group."""
    takes_part: list[tuple[int | None, str, Capacity]] = [
        (finding.supervisor_id, Role.INDUSTRY_REVIEWER, Capacity.SUPERVISE)
    ]
    if finding.team is not None:
        takes_part += [
            (finding.team_id, "", Capacity.INSPECT),
            (finding.team.group_id, Role.GROUP_MEMBER, Capacity.COORDINATE),
        ]
    Grant.objects.bulk_create(
        [
            Grant(case=case, unit_id=unit_id, role=role, capacity=capacity, from_on=day)
            for unit_id, role, capacity in takes_part
            if unit_id
        ]
    )


def settle_finding(doing: Doing) -> None:
    """Close the finding when its last rectification has ended; drop it when none was closed.

    See docs/architecture.md, Nouns.
    """
    finding = Case.objects.select_for_update(of=("self",)).get(
        pk=doing.case.content.finding_id
    )  # the lock: two last ones at once
    states = set(
        Case.objects.filter(rectification__finding_id=finding.pk)
        .exclude(state=State.REASSIGNED)
        .values_list("state", flat=True)
    )
    if finding.state == FindingState.FED_BACK and states <= {State.CLOSED, State.VOID}:
        engine.perform(finding, "settle" if State.CLOSED in states else "drop_void", None, day=doing.day)


def open_for_new_unit(doing: Doing, *, part: str, is_lead: bool, letter: str) -> None:
    """Open a rectification of the same finding for the unit that the decision names, and tell it."""
    row: Rectification = doing.case.content
    unit, due_on = doing.given["new_unit"], doing.given["new_due_on"]
    if due_on <= doing.day:
        raise DomainError(f"整改时限须在 {doing.day:%Y-%m-%d} 以后", {"new_due_on": "已经过去"})
    Case.objects.select_for_update(of=("self",)).get(pk=row.finding_id)  # the lock: two parts reassigned at once
    if not reassignable_units(doing.case).filter(pk=unit.pk).exists():
        raise DomainError(f"{unit}已有本问题的整改，请选其他单位", {"new_unit": "已有本问题的整改"})
    n = Rectification.objects.filter(finding_id=row.finding_id).count()
    opened = open_rectification(
        row.finding,
        unit,
        doing.actor,
        day=doing.day,
        suffix=f"-{letter}{n:02}",
        is_lead=is_lead,
        due_on=due_on,
        part=part,
    )
    show_parts_to_lead(row.finding_id, doing.day)
    tell(opened, news(opened, doing.transition.label), [(unit.pk, INSPECTED)])


def lead_of(finding_id: int) -> Case | None:
    """Return the card of the lead unit of a finding: the newest that stands."""
    cards = Case.objects.filter(rectification__finding_id=finding_id, is_lead=True)
    found: Case | None = cards.exclude(state__in=OUTSIDE).order_by("-pk").first()
    return found


def show_parts_to_lead(finding_id: int, day: date) -> None:
    """Let the lead unit see what the other units of its finding do, and whoever led before no longer."""
    lead = lead_of(finding_id)
    if lead is None:
        return
    parts = Case.objects.filter(rectification__finding_id=finding_id, is_lead=False, is_open=True).order_by("pk")
    for part in parts:
        seen = Grant.objects.filter(case=part, capacity=Capacity.LEAD, to_on=None).order_by("pk")
        if not seen.filter(unit_id=lead.unit_id).exists():
            for former in seen:
                former.to_on = day
                former.save(update_fields=["to_on"])
            Grant.objects.create(case=part, unit_id=lead.unit_id, capacity=Capacity.LEAD, from_on=day)


def reassignable_units(case: Case) -> Any:
    """Return the inspected units that do not have this finding yet."""
    taken = Case.objects.filter(rectification__finding_id=case.content.finding_id, is_open=True).values("unit_id")
    return Unit.objects.inspected().in_force(timezone.localdate()).exclude(pk__in=taken)


def copy_required_measures(doing: Doing) -> None:
    """Copy the required measures of a citywide problem to the unit that claims it: of a programme, those it claims.

    See docs/domain/samples.md 10.1: 10 个方面 30 条措施.
    """
    row: Rectification = doing.case.content
    lines = [line.strip() for line in row.finding.required_measures.splitlines() if line.strip()]
    claimed = list(Demand.objects.filter(claimed__finding=row.finding_id).order_by("n"))
    required: list[tuple[str, Demand | None]] = [(one.content, one) for one in claimed]
    due = doing.case.due_on or doing.day
    Measure.objects.bulk_create(
        Measure(
            case=doing.case, n=n, content=content, owner="", due_on=due, deliverable="", is_required=True, demand=demand
        )
        for n, (content, demand) in enumerate(required or [(line, None) for line in lines], 1)
    )


def remove_required_measures(doing: Doing) -> None:
    """Undo `copy_required_measures`: nothing has happened since, so nothing hangs on them."""
    Measure.objects.filter(case=doing.case, is_required=True).delete()


def latest_due(case: Case) -> date | None:
    """Return the latest day a deadline may be moved to.

    All extensions together take at most half the original time; the days of 中止 do not count
    (docs/domain/compliance.md 7.1.6).
    """
    original = case.original_due_on
    if original is None:
        return None
    return rolled(original + timedelta((original - case.opened_on).days // 2 + days_suspended(case)))


def days_suspended(case: Case) -> int:
    """Return for how many days the case has been suspended and taken up again: the trail keeps each stretch."""
    stretches = Event.objects.filter(case_id=case.pk, held_state=State.SUSPENDED).values_list("held_since", "day")
    return sum((day - since).days for since, day in stretches if since)


def _given_back(case: Case, day: date) -> timedelta:
    """How long the suspension lasted that ends on this day."""
    suspended = last_event(case, "suspend")
    return day - suspended.day if suspended else timedelta(0)


def resumed(case: Case, given: Given, day: date) -> dict[str, Any]:
    """中止期间不计入 (docs/domain/compliance.md 7.1.6): what was left of the deadline is left again."""
    return {"due_on": case.due_on + _given_back(case, day)} if case.due_on else {}


def resumed_in_words(case: Case, given: Given, day: date) -> str:
    """Say how the new deadline is worked out."""
    n = _given_back(case, day)
    if case.due_on is None:
        return ""
    said = f"中止 {n.days} 日（{day - n:%Y-%m-%d} 至 {day:%Y-%m-%d}）不计入，整改时限 {case.due_on:%Y-%m-%d}"
    to = case.due_on + n
    rests = "" if to == rolled(to) else f"，{to:%Y-%m-%d} 是休息日"
    return f"{said} 加 {n.days} 日{rests}，顺延到 {rolled(to):%Y-%m-%d}"


def _refuse_wrong_extension(case: Case, asked: date) -> None:
    most = latest_due(case)
    if case.due_on and asked <= case.due_on:
        raise DomainError(f"延至 {asked:%Y-%m-%d} 不晚于现时限 {case.due_on:%Y-%m-%d}，请填更晚的日期")
    if most and asked > most:
        raise DomainError(f"延至 {asked:%Y-%m-%d} 超过上限：累计延期不超过原期限的一半，最晚到 {most:%Y-%m-%d}")


def said_anew(name: str, refusal: str) -> Changes:
    """Refuse an answer in the very words that were refused before; it writes nothing."""

    def check(case: Case, given: Given, day: date) -> dict[str, Any]:
        _refuse_same_reason(case, name, refusal, given)
        return {}

    return check


def _refuse_same_reason(case: Case, name: str, refusal: str, given: Given) -> None:
    """What was refused is not asked again in the very same words."""
    last, answer = last_event(case, name), last_event(case, refusal)
    if (
        last is not None
        and answer is not None
        and last.seq < answer.seq
        and last.reason.strip() == str(given["reason"]).strip()
    ):
        raise DomainError(
            f"与 {last.day:%m-%d} 写的理由完全相同，已经答复过；请写明有什么新的理由", {"reason": "与上次相同"}
        )


def asked(case: Case, given: Given, day: date) -> dict[str, Any]:
    _refuse_same_reason(case, "ask_extension", "refuse_extension", given)
    asked_for = next_workday(given["asked_due_on"])
    _refuse_wrong_extension(case, asked_for)
    return {"asked_due_on": asked_for}


def extended(case: Case, given: Given, day: date) -> dict[str, Any]:
    """The new approved deadline; the original one stays (双时限)."""
    granted = next_workday(given["granted_due_on"])
    _refuse_wrong_extension(case, granted)
    return {"due_on": granted}


def settled(case: Case, given: Given, day: date) -> dict[str, Any]:
    return {"asked_due_on": None, "extensions": case.content.extensions + 1}


def no_longer_asked(case: Case, given: Given, day: date) -> dict[str, Any]:
    return {"asked_due_on": None}


def until_review(case: Case, given: Given, day: date) -> dict[str, Any]:
    """长期坚持 and 中止 wait for the day of the next review, not for the deadline of the whole."""
    for name, label in (("next_review_on", "下次复核日期"), ("expected_on", "预计最终完成日期")):
        if given.get(name) and given[name] <= day:
            raise DomainError(f"{label}须在 {day:%Y-%m-%d} 以后")
    return {"step_due_on": given["next_review_on"]}


def still_until_review(case: Case, given: Given, day: date) -> dict[str, Any]:
    """In whosever hands it is, 长期坚持 waits for the day of its review."""
    return {"step_due_on": case.content.next_review_on} if case.state in NO_CLOCK else {}


def stage(case: Case, given: Given, day: date) -> dict[str, Any]:
    """长期坚持 and 中止 carry a stage goal, the day of the next review and when it is all to be done.

    See docs/domain/process.md 2.3.
    """
    return {
        "stage_goal": str(given.get("stage_goal", "")),
        "next_review_on": given.get("next_review_on"),
        "expected_on": given.get("expected_on"),
    }


def _stages_left(case: Case) -> list[StageGoal]:
    """Return the stages of the plan that lie ahead, the next first (docs/domain/process.md 2.3, R3)."""
    return list(StageGoal.objects.filter(case=case, due_on__gt=timezone.localdate()).order_by("due_on", "pk"))


def next_goal(case: Case) -> str:
    return next((stage.goal for stage in _stages_left(case)), "")


def next_stage_on(case: Case) -> date | None:
    return next((stage.due_on for stage in _stages_left(case)), None)


def last_stage_on(case: Case) -> date | None:
    return next((stage.due_on for stage in reversed(_stages_left(case))), None)
