"""The circuit of an annual plan and of a campaign (docs/domain/process.md 1.4, P01 to P16)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from casework.enums import BEING_JUDGED, DONE, UNDER_WAY, VOID
from casework.models import Case
from casework.workflow.circuits import Circuit, Edit, Nobody, Tie, step
from casework.workflow.prefetched import last_event, unchanged_since
from casework.workflow.recusals import bars, last_did
from casework.workflow.relations import OFFICE, OFFICE_DIRECTOR, OFFICE_STAFF, SYSTEM
from inspections.enums import CampaignState as C
from inspections.enums import Kind
from inspections.enums import PlanState as P
from inspections.models import CampaignUnit, PlanItem, TeamMember
from inspections.workflow.holders import office
from organizations.actor import Actor
from organizations.enums import Role

STAFF, DIRECTOR = office(Role.OFFICE_STAFF), office(Role.OFFICE_DIRECTOR)


def has_items(case: Case) -> str | None:
    return None if case.content.items.exists() else "计划中还没有项目，请先添加"


def has_units(case: Case) -> str | None:
    return None if case.content.units.exists() else "还没有被督察单位，请在“对象与分组”处添加"


def says_why_outside_plan(case: Case) -> str | None:
    """控制总量、计划管理 (docs/domain/process.md 1.2): what no plan provides for is decided on with its reason."""
    planned = case.content.plan_item_id or case.content.outside_reason
    return None if planned else "计划外的批次还没有写事由，请在“修改批次”处填写“计划外事由”"


def every_unit_has_team(case: Case) -> str | None:
    bare = [u.unit.short_name for u in case.content.units.select_related("unit").filter(team=None)[:4]]
    if not case.content.teams.exists():
        return None  # a paper inspection has no team: the office logs what it finds
    return f"{'、'.join(bare)}还没有分到督察组，请在“对象与分组”处分组" if bare else None


def every_team_has_leader(case: Case) -> str | None:
    led = (
        TeamMember.objects.sitting(case.content.from_on)
        .filter(team__campaign_id=case.pk, duty=TeamMember.Duty.LEADER)
        .values("team_id")
    )
    without = [str(t) for t in case.content.teams.select_related("unit").exclude(pk__in=led)]
    return f"{'、'.join(without)}还没有组长，请在“对象与分组”处指定" if without else None


def no_finding_in_draft(case: Case) -> str | None:
    n = Case.objects.filter(
        within=case, kind=Kind.FINDING, state__in=("draft", "team_review", "office_review", "confirmed")
    ).count()
    return f"还有 {n} 个问题没有反馈，请先反馈或不予采纳" if n else None


def everything_is_settled(case: Case) -> str | None:
    n = Case.objects.filter(within=case, is_open=True).exclude(kind__in=(Kind.FINDING, Kind.FEEDBACK)).count()
    return f"还有 {n} 件整改或线索未办结" if n else None


@bars(last_did("submit"))
def not_the_submitter(case: Case, actor: Actor) -> str | None:
    """提交人≠审核人 (docs/domain/process.md 2.4)."""
    last = last_event(case, "submit")
    did = last is not None and last.post is not None and last.post.user_id == actor.user_id
    return "本件由您报请审定，须由其他人员审定" if did else None


def changed_since_return(case: Case) -> str | None:
    return unchanged_since(case, frozenset({"return"}))


PLANNED = Exists(PlanItem.objects.filter(plan=OuterRef("pk")).order_by())
PLACED = Exists(CampaignUnit.objects.filter(campaign=OuterRef("pk")).order_by())
ANNUAL_PLAN = Circuit(
    Kind.ANNUAL_PLAN, P, P.DRAFT, frozenset({str(P.ENDED)}),
    {P.DRAFT: UNDER_WAY, P.APPROVAL: BEING_JUDGED, P.APPROVED: UNDER_WAY, P.ENDED: DONE},
    {P.DRAFT: STAFF, P.APPROVAL: DIRECTOR, P.APPROVED: Nobody("按计划开展督察")},
    (
        step("submit", "报请审定", {P.DRAFT}, P.APPROVAL, OFFICE_STAFF, has_items, changed_since_return,
             task="编制计划并报请审定", withdrawable=True),
        step("approve", "审定", {P.APPROVAL}, P.APPROVED, OFFICE_DIRECTOR, task="审定年度计划",
             recusals=(not_the_submitter,), may=("opinion",), shows=("plan",)),
        step("return", "退回修改", {P.APPROVAL}, P.DRAFT, OFFICE_DIRECTOR, needs=("reason",), back=True,
             shows=("plan",)),
        step("reopen", "调整计划", {P.APPROVED}, P.DRAFT, OFFICE_DIRECTOR, needs=("reason",), back=True,
             shows=("plan",)),
        step("end", "年度完成", {P.APPROVED}, P.ENDED, OFFICE_DIRECTOR, needs=("opinion",), shows=("plan",)),
    ),
    (Edit(frozenset({str(P.DRAFT)}), OFFICE_STAFF, frozenset({"purpose", "title", "items"})),),
    tuple(map(str, (P.DRAFT, P.APPROVAL, P.APPROVED, P.ENDED))),
    (Tie("approved_has_items", Q(state__in=(P.APPROVED, P.ENDED)) & ~Q(PLANNED), "审定的计划须有项目"),),
)  # fmt: skip

CAMPAIGN = Circuit(
    Kind.CAMPAIGN, C, C.PREPARING, frozenset({str(C.ENDED), str(C.CANCELLED)}),
    {
        C.PREPARING: UNDER_WAY, C.APPROVAL: BEING_JUDGED, C.FIELDWORK: UNDER_WAY, C.FEEDBACK: UNDER_WAY,
        C.ENDED: DONE, C.CANCELLED: VOID,
    },
    {
        C.PREPARING: STAFF, C.APPROVAL: DIRECTOR,
        C.FIELDWORK: Nobody("正在督察、录入问题"), C.FEEDBACK: Nobody("各责任单位正在整改"),
    },
    (
        step("submit", "方案报请审定", {C.PREPARING}, C.APPROVAL, OFFICE_STAFF,
             says_why_outside_plan, has_units, every_unit_has_team, every_team_has_leader, changed_since_return,
             task="定对象、组督察组并报请审定", withdrawable=True),
        step("approve", "审定方案，开始实施", {C.APPROVAL}, C.FIELDWORK, OFFICE_DIRECTOR,
             task="审定督察方案", recusals=(not_the_submitter,), may=("opinion",), shows=("campaign",),
             hint="开始实施后，审核、公示两个开关不再改动。"),
        step("return", "退回修改", {C.APPROVAL}, C.PREPARING, OFFICE_DIRECTOR, needs=("reason",), back=True,
             shows=("campaign",)),
        step("keep_routine", "列为本年日常督察", {C.PREPARING}, C.FIELDWORK, SYSTEM),
        step("begin_feedback", "实地结束，转入反馈整改", {C.FIELDWORK}, C.FEEDBACK, OFFICE_STAFF),
        step("resume_fieldwork", "恢复实地督察", {C.FEEDBACK}, C.FIELDWORK, OFFICE_DIRECTOR,
             needs=("reason",), back=True, shows=("campaign",)),
        step("end", "结束批次", {C.FEEDBACK}, C.ENDED, OFFICE_DIRECTOR,
             no_finding_in_draft, everything_is_settled, needs=("opinion",), shows=("campaign",)),
        step("cancel", "取消批次", {C.PREPARING, C.APPROVAL}, C.CANCELLED, OFFICE_DIRECTOR,
             needs=("reason",), back=True, shows=("campaign",)),
    ),
    (
        Edit(frozenset({str(C.PREPARING)}), OFFICE_STAFF,
             frozenset({"title", "outside_reason", "content", "from_on", "to_on", "with_supervision", "with_publicity",
                        "publicity_days", "units", "teams"})),
        # somebody falls ill: members change on the way
        Edit(frozenset({str(C.FIELDWORK), str(C.FEEDBACK)}), OFFICE, frozenset({"content", "to_on", "teams"})),
    ),
    tuple(map(str, (C.PREPARING, C.APPROVAL, C.FIELDWORK, C.FEEDBACK, C.ENDED))),
    (Tie("fieldwork_has_units", Q(state__in=(C.FIELDWORK, C.FEEDBACK, C.ENDED)) & ~Q(PLACED),
         "开始实施的批次须有被督察单位"),),
)  # fmt: skip
