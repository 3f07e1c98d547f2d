"""The rectification circuit: one table (docs/domain/process.md 2.4, 2.5).

Facts of the case say which of its states and lines it has.
"""

from __future__ import annotations

from typing import Any

from casework.enums import AT_REST, BEING_JUDGED, DONE, LONG_TERM, SENT_BACK, SUSPENDED, UNDER_WAY, VOID, Look
from casework.models import Case
from casework.workflow.circuits import Circuit, Edit, Holder, having, step
from casework.workflow.inputs import Input
from casework.workflow.relations import (
    OFFICE,
    OFFICE_DIRECTOR,
    OFFICE_STAFF,
    UNIT,
    UNIT_HEAD,
    UNIT_LIAISON,
    UNIT_WRITING,
)
from casework.workflow.tables import Facts, Table
from inspections.enums import RectifyType
from organizations.enums import Role
from rectification.enums import ADJUDGED, DRAFTING, RECTIFICATION, TERMINAL, WORKING, State
from rectification.models import Rectification
from rectification.workflow import claiming, closing, effects, guards, plan_items, progress, signed, turns
from rectification.workflow.ties import TIES
from rectification.workflow.verdicts import supply_by

S = State
INPUTS = (
    *claiming.INPUTS,
    Input("note_progress", "进展情况", help="写做了什么、到哪一步。没有变化的写“无变化”。"),
    Input("percent", "总体进度（%）", "percent", help="报过的先填着上次的数，请改成现在的。",
          initial=progress.latest_percent),
    Input("fall_reason", "进度降低的原因", "short", help="总体进度比上次低的，写明原因。", most=200),
    Input(
        "measures",
        "针对哪几条措施",
        "rows",
        rows=lambda case, actor: case.measures.order_by("n"),
        help="退回只针对其中几条的，请勾选；不选即针对全部。",
    ),
    Input(
        "asked_due_on",
        "申请延至",
        "date",
        help="须晚于现时限；累计不超过原期限的一半。是休息日的，顺延到下一个工作日。",
    ),
    Input(
        "granted_due_on",
        "批准延至",
        "date",
        initial=lambda case: case.content.asked_due_on,
        help="是休息日的，顺延到下一个工作日。",
    ),
    Input("stage_goal", "阶段目标", "short", most=200, offered=effects.next_goal,
          help="方案里写有阶段目标的，已带出下一个。"),
    Input("next_review_on", "下次复核日期", "date", offered=effects.next_stage_on),
    Input("expected_on", "预计最终完成日期", "date", offered=effects.last_stage_on),
    Input("signature", "主要负责人签字件", "files", help="签字、盖章后扫描上传。"),
    Input("commitment", "本人已审阅并对真实性负责", "yes"),
    *progress.INPUTS,
    *closing.INPUTS,
)  # fmt: skip


def _unit(role: Role) -> Any:
    return lambda case: (case.unit_id, role)


def _office(role: Role) -> Any:
    return lambda case: (effects.office_id(), role)


def _supervisor(case: Case) -> tuple[int | None, Role]:
    return case.content.finding.supervisor_id, Role.INDUSTRY_REVIEWER


LIAISON, HEAD = _unit(Role.UNIT_LIAISON), _unit(Role.UNIT_HEAD)
STAFF, DIRECTOR = _office(Role.OFFICE_STAFF), _office(Role.OFFICE_DIRECTOR)


_tell_unit = claiming.the_unit
LOOKS: dict[str, Look] = {
    S.SIGN: AT_REST,
    S.CLAIM: AT_REST,
    S.DISPUTE: BEING_JUDGED._replace(to_units="异议已报送"),
    S.PART: BEING_JUDGED._replace(to_units="部分认领已报送"),
    S.HANDOVER: BEING_JUDGED._replace(to_units="移交建议已报送"),
    S.PLAN: UNDER_WAY,
    S.PLAN_REVIEW: BEING_JUDGED._replace(to_units="方案已报送"),
    S.PLAN_RETURNED: SENT_BACK._replace(to_units="请修改方案"),
    S.REMEDYING: UNDER_WAY,
    S.SENT_BACK: SENT_BACK._replace(to_units="请补充"),
    S.SUPERVISION: BEING_JUDGED._replace(to_units="已申请销号"),
    S.PUBLICITY: BEING_JUDGED,
    S.FINAL_REVIEW: BEING_JUDGED._replace(to_units="已申请销号"),
    S.LONG_TERM: LONG_TERM,
    S.SUSPENDED: SUSPENDED,
    S.CLOSED: DONE,
    S.REASSIGNED: VOID,
    S.VOID: VOID,
}
HOLDERS: dict[str, Holder] = {
    S.SIGN: LIAISON,
    S.CLAIM: LIAISON,
    **dict.fromkeys(ADJUDGED, DIRECTOR),
    S.PLAN: LIAISON,
    S.PLAN_REVIEW: STAFF,
    S.PLAN_RETURNED: LIAISON,
    S.REMEDYING: LIAISON,
    S.SENT_BACK: LIAISON,
    S.SUPERVISION: _supervisor,
    S.PUBLICITY: STAFF,
    S.FINAL_REVIEW: STAFF,
    S.LONG_TERM: LIAISON,
    S.SUSPENDED: STAFF,
}

PLAN_SHOWN = ("returned", "plan", "finding")
PLAN_SIGNED = ("returned", "signed")  # drawn from the very content that the signature is of
PLAN_JUDGED = ("returned", "warnings", "plan", "finding")  # warnings are read by whoever judges alone
PLANNING = (
    step("send_plan_for_signature", "方案送主要负责人签字", DRAFTING, None, UNIT_LIAISON,
         guards.plan_is_complete, guards.not_with_head, guards.plan_changed_since_return,
         task="编制整改方案并送签", holder=HEAD, withdrawable=True, shows=PLAN_SHOWN),
    step("return_plan_to_liaison", "退回联络员修改", DRAFTING, None, UNIT_HEAD, guards.with_head,
         needs=("reason",), may=("measures",), back=True, holder=LIAISON, shows=PLAN_SHOWN),
    step("submit_plan", "签字报送方案", DRAFTING, S.PLAN_REVIEW, UNIT_HEAD,
         guards.plan_is_complete, guards.plan_changed_since_return,
         task="审签整改方案", needs=("commitment",), may=("signature",), withdrawable=True, shows=PLAN_SIGNED,
         signs=signed.plan),
    step("approve_plan", "方案通过", {S.PLAN_REVIEW}, S.REMEDYING, OFFICE_STAFF, task="审核整改方案",
         recusals=(guards.not_the_plan_signer,), may=("opinion",), effects=(plan_items.accept_the_rest,),
         tells=_tell_unit, shows=PLAN_JUDGED),
    step("return_plan", "退回整改方案", {S.PLAN_REVIEW}, S.PLAN_RETURNED, OFFICE_STAFF,
         needs=("reason",), may=closing.RETURNED, back=True, effects=(plan_items.say_of_each,), tells=_tell_unit,
         shows=PLAN_JUDGED),
)  # fmt: skip
EXTENDING = ("extension", "evidence")
REMEDYING = (
    step("report_progress", "报送进展", WORKING, None, UNIT_LIAISON, aside=True,
         needs=("note_progress", "percent"), may=("fall_reason", "why_unchanged", "problem", "support", "files"),
         effects=(progress.record_progress,), tells=claiming.the_lead),
    step("ask_extension", "申请延期", {S.REMEDYING, S.SENT_BACK}, None, UNIT,
         guards.no_extension_pending, guards.extensions_left,
         needs=("asked_due_on", "reason"), may=("files",), writes=effects.asked, holder=HEAD, aside=True,
         withdrawable=True, shows=("extension",), hint="由单位主要负责人签字后报市委依法治市办审批。"),
    step("sign_extension", "签字报送延期申请", {S.REMEDYING, S.SENT_BACK}, None, UNIT_HEAD,
         guards.extension_with_head, task="审签延期申请", asked_when=turns.is_extension_asked,
         needs=("commitment",), may=("signature",), holder=DIRECTOR, withdrawable=True,
         shows=("signed", *EXTENDING), signs=signed.extension),
    step("return_extension_to_liaison", "退回延期申请", {S.REMEDYING, S.SENT_BACK}, None, UNIT_HEAD,
         guards.extension_with_head, needs=("reason",), back=True, writes=effects.no_longer_asked, holder=LIAISON,
         shows=EXTENDING),
    step("grant_extension", "批准延期", {S.REMEDYING, S.SENT_BACK}, None, OFFICE_DIRECTOR, guards.extension_pending,
         task="审批延期", recusals=(guards.not_the_extension_asker,), needs=("granted_due_on",), may=("opinion",),
         changes=effects.extended, writes=effects.settled, holder=LIAISON, tells=_tell_unit, shows=EXTENDING,
         hint="原时限照样保留，两个按期率分别计算。"),
    step("refuse_extension", "不同意延期", {S.REMEDYING, S.SENT_BACK}, None, OFFICE_DIRECTOR, guards.extension_pending,
         needs=("reason",), back=True, writes=effects.no_longer_asked, holder=LIAISON, tells=_tell_unit,
         shows=EXTENDING),
    step("make_long_term", "转长期坚持", {S.REMEDYING, S.SENT_BACK}, S.LONG_TERM, OFFICE_DIRECTOR,
         guards.no_extension_pending, needs=("stage_goal", "next_review_on", "expected_on", "reason"), aside=True,
         changes=effects.until_review, writes=effects.stage, tells=_tell_unit, shows=("extension", "evidence"),
         hint="长期坚持单列，不算已销号。"),
    step("end_long_term", "转回整改", {S.LONG_TERM}, S.REMEDYING, OFFICE_DIRECTOR,
         needs=("reason",), back=True, tells=_tell_unit, shows=("stage", "evidence")),
    step("suspend", "中止", {S.REMEDYING, S.SENT_BACK}, S.SUSPENDED, OFFICE_DIRECTOR, guards.no_extension_pending,
         needs=("next_review_on", "reason"), back=True, changes=effects.until_review, writes=effects.stage,
         tells=_tell_unit, shows=("extension", "evidence"),
         hint="移交其他程序（复议、诉讼、案件）的可以中止，到期恢复。"),
    step("resume", "恢复整改", {S.SUSPENDED}, S.REMEDYING, OFFICE, task="复核中止事由", not_yet=turns.UNTIL_REVIEW,
         needs=("reason",), changes=effects.resumed,
         works_out=effects.resumed_in_words, tells=_tell_unit, shows=("stage", "evidence")),
    step("send_closure_for_signature", "销号申请送主要负责人签字", WORKING, None, UNIT_LIAISON,
         guards.every_measure_is_done, guards.every_measure_has_evidence, guards.no_extension_pending,
         guards.review_has_come, guards.not_with_head, guards.closure_changed_since_return,
         task="落实整改并申请销号", not_yet=turns.UNTIL_REVIEW, holder=HEAD, changes=effects.still_until_review,
         withdrawable=True, shows=("returned", "evidence")),
    step("return_closure_to_liaison", "退回联络员补充", WORKING, None, UNIT_HEAD,
         guards.with_head, guards.no_extension_pending, needs=("reason",), may=("measures",), back=True, holder=LIAISON,
         changes=effects.still_until_review, shows=("returned", "evidence")),
)  # fmt: skip

EDITS = (
    Edit(
        frozenset(map(str, DRAFTING)), plan_items.HEAD_WRITING, frozenset({"goal", "cause_id", "leader_title", "owner"})
    ),
    Edit(frozenset(map(str, WORKING)), UNIT_WRITING, frozenset({"institution", "owner", "leader_title"})),
    Edit(frozenset(map(str, S)), OFFICE, frozenset({"topic_id", "severity"})),  # of what has ended too: docs/data.md A
)


ROAD = tuple(
    map(
        str, (S.SIGN, S.CLAIM, S.PLAN, S.PLAN_REVIEW, S.REMEDYING, S.SUPERVISION, S.PUBLICITY, S.FINAL_REVIEW, S.CLOSED)
    )
)
WITH_PLAN = having(lacking=("immediate",))  # 立行立改免方案 (docs/domain/process.md 2.3)
TABLE = Table(
    Circuit(
        RECTIFICATION,
        S,
        S.SIGN,
        frozenset(map(str, TERMINAL)),
        LOOKS,
        HOLDERS,
        (*claiming.LINES, *PLANNING, *REMEDYING, *closing.LINES),
        EDITS,
        ROAD,
        TIES,
        until_decided={S.FINAL_REVIEW: frozenset({"verdict", "verify"})},
        clocks={S.SENT_BACK: supply_by},
    ),
    facts={
        "immediate": "立行立改",
        "supervision": "须主管部门审核",
        "publicity": "须公示",
        "later_round": "第二轮及以后",
    },
    states_when={
        S.PLAN: WITH_PLAN,
        S.PLAN_REVIEW: WITH_PLAN,
        S.PLAN_RETURNED: WITH_PLAN,
        S.SUPERVISION: having("supervision"),
        S.PUBLICITY: having("publicity"),
    },
    starts_when={S.REMEDYING: having("later_round")},  # with the measures of the round before, which did not hold
)


def facts_of(case: Case) -> Facts:
    """Return what holds of this case: its type, and the switches of its campaign.

    Without a supervising department there is no such step; nor where that department itself is the responsible unit:
    nobody judges his own.
    """
    if not Case.rectification.is_cached(case):  # the engine's card, just locked: all in one question, not in five
        case.rectification = Rectification.objects.select_related("finding__case__within__campaign").get(pk=case.pk)
    row = case.content
    campaign = row.finding.case.within.campaign
    held = {
        "immediate": row.finding.rectify_type == RectifyType.IMMEDIATE,
        "supervision": campaign.with_supervision and row.finding.supervisor_id not in (None, case.unit_id),
        "publicity": campaign.with_publicity,
        "later_round": row.round > 1,
    }
    return Facts(name for name, holds in held.items() if holds)
