"""The short circuit of a clue: 登记 → 转办 → 办结 → 核查 → 销号. Later issues deepen it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from casework.enums import BEING_JUDGED, DONE, UNDER_WAY, VOID
from casework.models import Event
from casework.workflow.circuits import Circuit, Edit, Given, Tie, step
from casework.workflow.inputs import Input
from casework.workflow.recusals import bars, ever_did
from casework.workflow.relations import OFFICE_DIRECTOR, OFFICE_STAFF, UNIT
from clues.enums import CLUE
from clues.enums import ClueState as C
from inspections.workflow.holders import office
from organizations.enums import INSPECTED, Role
from ui.errors import DomainError

if TYPE_CHECKING:
    from casework.models import Case
    from organizations.actor import Actor

INPUTS = (Input("handling", "办理情况", help="写查明什么、怎样处理、结果如何。"),)
STAFF, DIRECTOR = office(Role.OFFICE_STAFF), office(Role.OFFICE_DIRECTOR)


@bars(ever_did("report"))
def not_the_reporter(case: Case, actor: Actor) -> str | None:
    """提交人≠审核人 (docs/domain/process.md 2.4)."""
    did = Event.objects.filter(case=case, name="report", post__user_id=actor.user_id).exists()
    return "本件由您报送办结，须由其他人员核查" if did else None


@bars(ever_did("verify"))
def not_the_verifier(case: Case, actor: Actor) -> str | None:
    did = Event.objects.filter(case=case, name="verify", post__user_id=actor.user_id).exists()
    return "本件由您核查，须由其他人员销号" if did else None


def result(case: Case, given: Given, day: date) -> dict[str, Any]:
    if case.content.result.strip() == str(given["handling"]).strip():
        raise DomainError("与退回前写的办理情况完全相同，请按退回的原因补充", {"handling": "与上次相同"})
    return {"result": str(given["handling"])}


CIRCUIT = Circuit(
    CLUE, C, C.REGISTERED, frozenset({str(C.CLOSED), str(C.DROPPED)}),
    {
        C.REGISTERED: UNDER_WAY, C.TRANSFERRED: UNDER_WAY, C.HANDLED: BEING_JUDGED, C.VERIFIED: BEING_JUDGED,
        C.CLOSED: DONE, C.DROPPED: VOID,
    },
    {
        C.REGISTERED: STAFF, C.TRANSFERRED: lambda case: (case.unit_id, Role.UNIT_LIAISON), C.HANDLED: STAFF,
        C.VERIFIED: DIRECTOR,
    },
    (
        step("transfer", "转办", {C.REGISTERED}, C.TRANSFERRED, OFFICE_STAFF, task="核对线索并转办", may=("opinion",),
             shows=("clue",), changes=lambda case, given, day: {"secrecy": 0}),
        step("drop", "不予受理", {C.REGISTERED}, C.DROPPED, OFFICE_STAFF, needs=("reason",), back=True,
             shows=("clue",)),
        step("report", "报送办结", {C.TRANSFERRED}, C.HANDLED, UNIT, task="办理线索并报送办结",
             needs=("handling",), may=("files",), shows=("clue",),
             writes=result, withdrawable=True),
        step("verify", "核查属实", {C.HANDLED}, C.VERIFIED, OFFICE_STAFF, task="核查办理情况", shows=("clue",),
             recusals=(not_the_reporter,), needs=("opinion",)),
        step("return", "退回重办", {C.HANDLED}, C.TRANSFERRED, OFFICE_STAFF, needs=("reason",), back=True,
             shows=("clue",), tells=lambda case: [(case.unit_id, INSPECTED)]),
        step("close", "销号", {C.VERIFIED}, C.CLOSED, OFFICE_DIRECTOR, task="审定销号",
             recusals=(not_the_verifier,), may=("opinion",), shows=("clue",)),
        step("return_to_unit", "不予销号，退回重办", {C.VERIFIED}, C.TRANSFERRED, OFFICE_DIRECTOR,
             needs=("reason",), back=True, shows=("clue",), tells=lambda case: [(case.unit_id, INSPECTED)]),
    ),
    (Edit(frozenset({str(C.REGISTERED)}), OFFICE_STAFF, frozenset({"title", "content", "topic_id", "severity"})),),
    tuple(map(str, (C.REGISTERED, C.TRANSFERRED, C.HANDLED, C.VERIFIED, C.CLOSED))),
    (Tie("handled_has_result", Q(state__in=(C.HANDLED, C.VERIFIED, C.CLOSED), clue__result=""),
         "报送办结的线索须有办理情况"),),
)  # fmt: skip
