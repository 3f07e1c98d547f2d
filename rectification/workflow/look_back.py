"""The circuit of a look-back: 待核查 → 已核查; a relapse of what was closed opens the next round.

See docs/domain/process.md 1.4 (P14) and 2.4.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from casework.enums import AT_REST, DONE, VOID
from casework.models import Case
from casework.workflow import engine
from casework.workflow.asking import NotYet
from casework.workflow.circuits import Circuit, Doing, Edit, Given, Tie, step
from casework.workflow.inputs import Input
from casework.workflow.notices import tell
from casework.workflow.prefetched import last_event
from casework.workflow.recusals import bars, last_did
from casework.workflow.relations import OFFICE
from inspections.enums import RUNNING, Kind
from inspections.workflow.holders import office
from organizations.enums import BUSINESS, INSPECTED, Role
from rectification.enums import LOOK_BACK, RELAPSED, LookBackVerdict
from rectification.enums import LookBackState as L
from rectification.models import LookBack, Measure, Rectification
from rectification.workflow.closing import copied
from rectification.workflow.effects import open_rectification
from rectification.workflow.guards import not_from_the_unit
from ui.errors import DomainError

if TYPE_CHECKING:
    from organizations.actor import Actor

INPUTS = (
    Input("verdict", "结论", "choice", options=tuple(LookBackVerdict.choices)),
    Input("found", "核查情况", most=500, help="写现场看到什么、核对了多少件。"),
    Input("relapse_due_on", "重新整改时限", "date",
          help="已销号的认定为部分反弹、反弹、虚假整改时必填，另开新一轮；其余不填。"),
    Input("relapse_within", "新一轮所属批次", "row", help="不选的，新一轮仍属原批次。",
          rows=lambda case, actor: Case.objects.visible_to(actor).filter(
              kind=Kind.CAMPAIGN, state__in=sorted(RUNNING)).order_by("-pk")),
    Input("replanned_on", "改到哪一天核查", "date", help="须在今天以后。是休息日的，顺延到下一个工作日。"),
)  # fmt: skip


OF = "lookback__rectification_id"  # from the card of a look-back to that of the rectification


def _did(case: Case, actor: Actor, name: str, what: str) -> str | None:
    """提交人≠审核人≠销号审定人 (docs/domain/process.md 2.4): nobody looks back at what he had a hand in."""
    event = last_event(case.content.rectification, name)
    did = event is not None and event.post is not None and event.post.user_id == actor.user_id
    return f"整改由您{what}，须由其他人员回头看" if did else None


@bars(last_did("request_closure", OF))
def not_the_requester(case: Case, actor: Actor) -> str | None:
    return _did(case, actor, "request_closure", "申请销号")


@bars(last_did("endorse", OF))
def not_the_supervisor(case: Case, actor: Actor) -> str | None:
    return _did(case, actor, "endorse", "作过主管部门审核")


@bars(last_did("verify", OF))
def not_the_verifier(case: Case, actor: Actor) -> str | None:
    return _did(case, actor, "verify", "核验")


@bars(last_did("close", OF))
def not_the_closer(case: Case, actor: Actor) -> str | None:
    return _did(case, actor, "close", "审定销号")


def act_on_verdict(doing: Doing) -> None:
    """Say on the rectification what was found; of a relapse tell the unit, and open the next round of what was closed.

    Raises:
        DomainError: a relapse of what was closed, without a new deadline after today.
    """
    look_back: LookBack = doing.case.content
    case, verdict = look_back.rectification, LookBackVerdict(doing.given["verdict"])
    engine.note(case, doing.actor, "look_back", f"回头看：{verdict.label}", day=doing.day, note=doing.given["found"])
    if verdict not in RELAPSED:
        return
    said = f"{case.title}：回头看认定{verdict.label}"
    if case.is_open:  # it goes on in the same round
        tell(case, said, [(case.unit_id, INSPECTED)])
        return
    due_on = doing.given.get("relapse_due_on")
    if due_on is None or due_on <= doing.day:
        raise DomainError("反弹的须重新挂账，请填今天以后的整改时限", {"relapse_due_on": "须在今天以后"})
    look_back.next_round = _open_next_round(doing, case, due_on)
    look_back.save(update_fields=["next_round"])
    tell(look_back.next_round, f"{said}，重新挂账", [(case.unit_id, INSPECTED)])
    if verdict == LookBackVerdict.FALSE:
        _withdraw_closure(doing, case, look_back.next_round)


def _withdraw_closure(doing: Doing, case: Case, following: Case) -> None:
    """Say on the closed round that its closure was withdrawn, and tell whoever got a notice of it."""
    row: Rectification = case.content
    label = f"撤销销号（虚假整改），另开第 {following.content.round} 轮 {following.number}"
    engine.note(case, doing.actor, "closure_withdrawn", label, day=doing.day, reason=doing.given["found"])
    got_copy = [(unit_id, BUSINESS) for unit_id in copied(case)]
    if row.feedback is not None and got_copy:
        number = f"，原文号 {row.closure_number}" if row.closure_number else ""
        tell(row.feedback, f"{case.unit_name}“{case.title}”：{label}{number}", got_copy)


def _open_next_round(doing: Doing, case: Case, due_on: date) -> Case:
    """Open round n+1 with the plan and the measures of this one, none of them done; return its card.

    It leaves this round's days and figures alone.
    """
    row: Rectification = case.content
    number = case.number or ""
    base = number[: -len(f"-L{row.round}")] if number.endswith(f"-L{row.round}") else number
    suffix = base.removeprefix(row.finding.case.number or "") + f"-L{row.round + 1}"
    following = open_rectification(
        row.finding,
        case.unit,
        doing.actor,
        day=doing.day,
        suffix=suffix,
        is_lead=case.is_lead,
        previous=row,
        within=doing.given.get("relapse_within"),
        due_on=due_on,
        part=row.part,
    )
    head = {name: getattr(row, name) for name in ("goal", "cause_id", "leader_title", "owner")}
    Rectification.objects.filter(pk=following.pk).update(**head)
    Measure.objects.bulk_create(
        Measure(
            case=following,
            n=m.n,
            content=m.content,
            owner=m.owner,
            due_on=due_on,
            deliverable=m.deliverable,
            standard=m.standard,
            is_required=m.is_required,
            demand_id=m.demand_id,
        )
        for m in Measure.objects.filter(case=case).order_by("n")
    )
    return following


def replanned(case: Case, given: Given, day: date) -> dict[str, Any]:
    """Book it for another day to come.

    Raises:
        DomainError: the day has gone by, or it is the one it was booked for.
    """
    to: date = given["replanned_on"]
    if to <= day or to == case.due_on:
        said = "须在今天以后" if to <= day else "与现在的计划日期相同"
        raise DomainError(f"改期的日期{said}", {"replanned_on": said})
    return {"due_on": to}


def say_replanned(doing: Doing) -> None:
    """Tell it on the rectification, whose page names the look-back."""
    rectification, said = doing.case.content.rectification, f"{doing.case.due_on:%Y-%m-%d}"  # rolled on, as it holds
    engine.note(
        rectification,
        doing.actor,
        "look_back_postponed",
        f"回头看改期，计划 {said}",
        day=doing.day,
        note=doing.given["reason"],
    )


def say_cancelled(doing: Doing) -> None:
    rectification, reason = doing.case.content.rectification, doing.given["reason"]
    engine.note(rectification, doing.actor, "look_back_cancelled", "取消回头看", day=doing.day, note=reason)


# one looks back on the day it is planned for (docs/domain/process.md P14: 销号后 3 至 12 个月), not before
UNTIL_PLANNED = NotYet(lambda case: case.due_on, lambda today: Q(due_on__gt=today))
STAFF = office(Role.OFFICE_STAFF)
HAD_NO_HAND = (not_the_requester, not_the_supervisor, not_the_verifier, not_the_closer, not_from_the_unit)
LOOKED_AT = ("plan", "opinions", "evidence")
ROAD = (str(L.PENDING), str(L.JUDGED))
CIRCUIT = Circuit(
    LOOK_BACK, L, L.PENDING, frozenset({str(L.JUDGED), str(L.CANCELLED)}),
    {L.PENDING: AT_REST, L.JUDGED: DONE, L.CANCELLED: VOID},
    {L.PENDING: STAFF},
    (
        step("judge", "认定回头看结论", {L.PENDING}, L.JUDGED, OFFICE,
             task="核查并认定回头看", not_yet=UNTIL_PLANNED, shows=LOOKED_AT, recusals=HAD_NO_HAND,
             needs=("verdict", "found"), may=("relapse_due_on", "relapse_within", "files"),
             writes=lambda case, given, day: {"verdict": given["verdict"], "found": given["found"]},
             effects=(act_on_verdict,)),
        step("postpone", "改期", {L.PENDING}, None, OFFICE, recusals=HAD_NO_HAND, aside=True, shows=LOOKED_AT,
             needs=("replanned_on", "reason"), changes=replanned, holder=STAFF, effects=(say_replanned,)),
        step("cancel", "取消回头看", {L.PENDING}, L.CANCELLED, OFFICE, recusals=HAD_NO_HAND, back=True,
             shows=LOOKED_AT, needs=("reason",), effects=(say_cancelled,),
             hint="不再核查。以后需要核查的，重新列入。"),
    ),
    (Edit(frozenset(map(str, L)), OFFICE, frozenset({"topic_id", "severity"})),),
    ROAD,
    (Tie("judged_has_verdict", Q(state=L.JUDGED, lookback__verdict="") | ~Q(state=L.JUDGED) & ~Q(lookback__verdict=""),
         "已核查的回头看须有结论，待核查、已取消的不得有"),),
)  # fmt: skip
