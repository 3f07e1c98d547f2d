"""对标认领: what a unit answers to a finding, and how the office adjudicates it (docs/domain/process.md 1.4 P07, P10).

Four answers: 认领, 部分认领, 非我职责, 事实有异议. All but the first are adjudicated by somebody who neither logged nor
confirmed the finding, nor gave the answer, nor works at the unit. A part that another unit is to do is a rectification
of its own under the number of the same finding; the finding counts once, by its lead (docs/domain/results.md 11).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.workflow.circuits import step
from casework.workflow.inputs import Input
from casework.workflow.prefetched import last_event
from casework.workflow.relations import OFFICE_DIRECTOR, SYSTEM, UNIT
from organizations.enums import INSPECTED, Role
from rectification.enums import State
from rectification.workflow import effects, guards, turns

if TYPE_CHECKING:
    from casework.models import Case
    from casework.workflow.circuits import Doing, Given

S = State
Audience = list[tuple[int | None, frozenset[Role]]]
ROLLS_ON = "是休息日的，顺延到下一个工作日。"  # docs/domain/compliance.md 7.1.3


def the_unit(case: Case) -> Audience:
    return [(case.unit_id, INSPECTED)]


def the_lead(case: Case) -> Audience:
    """The lead unit is told of what a unit beside it reports; of its own nobody."""
    lead = None if case.is_lead else effects.lead_of(case.content.finding_id)
    return [] if lead is None else [(lead.unit_id, INSPECTED)]


def _proposed(name: str) -> Callable[[Case], Any]:
    """What the unit wrote with its answer stands in the decision to begin with."""

    def read(case: Case) -> Any:
        event = last_event(case, "claim_part") or last_event(case, "decline")
        value = event.note.get("given", {}).get(name) if event else None
        return value["id"] if isinstance(value, dict) else value

    return read


INPUTS = (
    Input("claimed_part", "本单位认领的部分", help="写清认领哪些事实、承担哪些整改，裁决同意后就是本件的内容。"),
    Input("rest", "不认领的部分", help="写清哪些事实、哪些整改不属本单位职责。"),
    Input("suggested_unit", "建议由哪个单位承担", "row", rows=lambda case, actor: effects.reassignable_units(case)),
    Input("part_kept", "本单位承担的部分", initial=_proposed("claimed_part"),
          help="拆分后本件的内容，可以在单位写的基础上修改。"),
    Input("part_moved", "另一单位承担的部分", initial=_proposed("rest"), help="拆分后另立一件的内容。"),
    Input("new_unit", "改派给", "row", rows=lambda case, actor: effects.reassignable_units(case),
          initial=_proposed("suggested_unit"), reaches=True),
    Input("new_due_on", "整改时限", "date", initial=lambda case: case.due_on,
          help=f"新责任单位的整改时限，须在今天以后。{ROLLS_ON}"),
)  # fmt: skip


def received(case: Case, given: Given, day: date) -> dict[str, Any]:
    """What was fed back counts as in the unit's hands from the signing, or from the last day for it if that is earlier.

    The limits of 认领 and of the plan run from there. How many working days there are to sign is 办理期限 of 待签收.
    """
    return {"holder_since": min(day, case.step_due_on or day)}


def still_received(case: Case, given: Given, day: date) -> dict[str, Any]:
    """方案自收到反馈起 30 日内报送 (docs/domain/process.md 1.4 P10): to claim it begins no new limit."""
    return {"holder_since": case.holder_since or day}


def part_kept(case: Case, given: Given, day: date) -> dict[str, Any]:
    return {"part": str(given["part_kept"]).strip()}


def split_off(doing: Doing) -> None:
    """拆分: the rest is a rectification of its own for the other unit, beside that of the unit that claims its part."""
    effects.open_for_new_unit(doing, part=str(doing.given["part_moved"]).strip(), is_lead=False, letter="C")


def hand_over(doing: Doing) -> None:
    """改派: the card ends and another opens for the new unit, linked through the finding, with what this one was of."""
    effects.open_for_new_unit(doing, part=doing.case.content.part, is_lead=doing.case.is_lead, letter="G")


ANSWER = {"may": ("files",), "withdrawable": True, "shows": ("finding",)}
DECIDED_ON = ("dispute", "finding")
NOT_THEIRS = (guards.not_the_disputer, guards.not_the_finder, guards.not_the_confirmer, guards.not_from_the_unit)
DECISION: dict[str, Any] = {"recusals": NOT_THEIRS, "back": True, "tells": the_unit, "shows": DECIDED_ON}
LINES = (
    step("sign", "签收", {S.SIGN}, S.CLAIM, UNIT, task="签收整改任务", changes=received,
         together=turns.WITH_FEEDBACK,
         hint="签收后逐条认领，或者提出意见。", withdrawable=True),
    step("claim", "认领", {S.CLAIM}, S.PLAN, UNIT, task="认领或者提出异议", else_to=(S.REMEDYING,),
         changes=still_received, effects=(effects.copy_required_measures,), undo=(effects.remove_required_measures,),
         may=("note", "files"), withdrawable=True, shows=("finding",)),
    # claimed against a programme before it was there: neither signed for nor claimed again (decision 0034)
    step("take_over", "已对标认领，直接报方案", {S.SIGN}, S.PLAN, SYSTEM, else_to=(S.REMEDYING,),
         effects=(effects.copy_required_measures,)),
    step("claim_part", "部分认领", {S.CLAIM}, S.PART, UNIT,
         needs=("claimed_part", "rest", "suggested_unit", "reason"),
         writes=effects.said_anew("claim_part", "refuse_part"), **ANSWER,
         hint="只认领其中一部分的，写清哪部分、其余建议由谁承担，由市委依法治市办裁决。"),
    step("decline", "非我职责，建议移交", {S.CLAIM}, S.HANDOVER, UNIT, needs=("suggested_unit", "reason"),
         writes=effects.said_anew("decline", "refuse_handover"), **ANSWER,
         hint="写明职责依据和建议移交的单位，由市委依法治市办裁决。"),
    step("dispute", "事实有异议", {S.CLAIM}, S.DISPUTE, UNIT, needs=("reason",),
         writes=effects.said_anew("dispute", "dismiss_dispute"), **ANSWER,
         hint="写明哪一处事实有出入并附材料，由市委依法治市办裁决。"),
    step("dismiss_dispute", "异议不成立", {S.DISPUTE}, S.CLAIM, OFFICE_DIRECTOR, task="裁决异议",
         needs=("reason",), **DECISION),
    step("uphold_dispute", "异议成立，撤销", {S.DISPUTE}, S.VOID, OFFICE_DIRECTOR, task="裁决异议",
         needs=("reason",), effects=(effects.settle_finding,), **DECISION),
    step("split", "同意部分认领，拆分", {S.PART}, S.PLAN, OFFICE_DIRECTOR, task="裁决部分认领", else_to=(S.REMEDYING,),
         needs=("part_kept", "part_moved", "new_unit", "new_due_on", "reason"), writes=part_kept,
         effects=(effects.copy_required_measures, split_off), **DECISION | {"back": False},
         hint="本件成为本单位承担的部分，另一部分给另一单位另立一件；问题仍按牵头单位计一个。"),
    step("refuse_part", "不同意部分认领", {S.PART}, S.CLAIM, OFFICE_DIRECTOR, task="裁决部分认领",
         needs=("reason",), **DECISION),
    step("refuse_handover", "不同意移交", {S.HANDOVER}, S.CLAIM, OFFICE_DIRECTOR, task="裁决移交建议",
         needs=("reason",), **DECISION),
    step("reassign", "改派其他单位", {S.DISPUTE, S.HANDOVER}, S.REASSIGNED, OFFICE_DIRECTOR, task="裁决异议",
         needs=("new_unit", "new_due_on", "reason"), effects=(hand_over,), **DECISION,
         hint="本件了结，另给新的责任单位立一件，两件互相关联。"),
)  # fmt: skip
