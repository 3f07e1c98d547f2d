"""The circuit of a finding: 底稿 → 组内审核 (of a team's) → 办公室确认 → 反馈 → 整改中 → 已销号."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from casework.enums import BEING_JUDGED, DONE, UNDER_WAY, VOID
from casework.models import Attachment, Case, Event
from casework.workflow.circuits import Circuit, Edit, Nobody, Tie, having, step
from casework.workflow.inputs import Input
from casework.workflow.prefetched import unchanged_since
from casework.workflow.recusals import bars, opened_by
from casework.workflow.relations import OFFICE, OFFICE_DIRECTOR, OFFICE_STAFF, SYSTEM, TEAM, TEAM_LEADER
from casework.workflow.tables import Facts, Table
from inspections.enums import FindingState as F
from inspections.enums import Kind
from inspections.models import Citation
from inspections.querysets import copied_bodies
from inspections.workflow.holders import office, team
from organizations.actor import Actor
from organizations.enums import INSPECTED, Role


def has_basis(case: Case) -> str | None:
    return None if case.content.citations.exists() else "还没有定性依据，请在“定性依据”处引用条款"


def has_evidence(case: Case) -> str | None:
    return (
        None if Attachment.objects.standing().filter(case=case).exists() else "还没有证据，请在“证据”处上传照片或材料"
    )


def has_topic(case: Case) -> str | None:
    return None if case.topic_id else "还没有问题类别，请在“问题类别”处选择"


def deadline_lies_ahead(case: Case, actor: Actor) -> str | None:
    """About the day the person acts on, not the wall clock: history is loaded by the same steps on its own days."""
    by: date = case.content.rectify_by
    return None if by > actor.today else f"整改时限 {by:%Y-%m-%d} 已过，请先改为今天以后的日期"


@bars(opened_by())
def not_the_finder(case: Case, actor: Actor) -> str | None:
    logged = Event.objects.filter(case=case, seq=1, post__user_id=actor.user_id).exists()
    return "本问题由您录入，须由其他人员确认" if logged else None


AUTHORS = TEAM | OFFICE_STAFF


def responsible(case: Case) -> list[tuple[int | None, frozenset[Role]]]:
    """The lead unit and those that assist: each gets a feedback and a rectification of its own."""
    assisting = case.content.assisting.order_by("place").values_list("pk", flat=True)
    return [(unit, INSPECTED) for unit in (case.unit_id, *assisting)]


def changed_since_return(case: Case) -> str | None:
    return unchanged_since(case, frozenset({"return", "return_to_team", "return_to_author"}))


INPUTS = (
    Input("copied_to", "抄告", "rows", rows=lambda case, actor: copied_bodies(actor.today), reaches=True,
          help="抄告的单位收到知悉，只看得到这份反馈和问题清单，看不到底稿和整改件。"),
)  # fmt: skip
READY = (has_topic, has_basis, has_evidence)
WRITTEN = frozenset({
    "title", "topic_id", "severity", "statement", "source", "method", "discovered_on", "happened_on", "is_common",
    "supervisor", "rectify_type", "rectify_by", "required_measures", "assisting", "citations",
})  # fmt: skip

STANDING = (F.CONFIRMED, F.FED_BACK, F.CLOSED)  # it is the office's word now
OF_TEAM, OF_NO_TEAM = having("of_team"), having(lacking=("of_team",))
CITED = Exists(Citation.objects.filter(finding=OuterRef("pk")).order_by())

FINDING = Circuit(
    Kind.FINDING, F, F.DRAFT, frozenset({str(F.CLOSED), str(F.DROPPED)}),
    {
        F.DRAFT: UNDER_WAY, F.TEAM_REVIEW: BEING_JUDGED, F.OFFICE_REVIEW: BEING_JUDGED, F.CONFIRMED: BEING_JUDGED,
        F.FED_BACK: UNDER_WAY, F.CLOSED: DONE, F.DROPPED: VOID,
    },
    {
        F.DRAFT: team(Role.TEAM_MEMBER), F.TEAM_REVIEW: team(Role.TEAM_LEADER),
        F.OFFICE_REVIEW: office(Role.OFFICE_STAFF), F.CONFIRMED: office(Role.OFFICE_STAFF),
        F.FED_BACK: Nobody("各责任单位正在整改"),
    },
    (
        step("submit", "交组长审核", {F.DRAFT}, F.TEAM_REVIEW, TEAM, *READY, changed_since_return,
             task="补全底稿并交组长", withdrawable=True, when=OF_TEAM),
        step("submit_to_office", "报办公室确认", {F.DRAFT}, F.OFFICE_REVIEW, OFFICE_STAFF, *READY,
             changed_since_return, task="补全底稿并报确认", withdrawable=True, when=OF_NO_TEAM),
        step("discard", "作废底稿", {F.DRAFT}, F.DROPPED, AUTHORS, needs=("reason",), back=True,
             shows=("finding",)),
        step("approve", "审核通过，报办公室", {F.TEAM_REVIEW}, F.OFFICE_REVIEW, TEAM_LEADER, *READY,
             task="审核问题底稿", may=("opinion",), withdrawable=True, shows=("finding",)),
        step("return", "退回修改", {F.TEAM_REVIEW}, F.DRAFT, TEAM_LEADER, needs=("reason",), back=True,
             shows=("finding",)),
        step("confirm", "确认问题", {F.OFFICE_REVIEW}, F.CONFIRMED, OFFICE_STAFF, *READY,
             task="审核并确认问题",
             recusals=(not_the_finder,), may=("opinion",), shows=("finding",)),
        step("return_to_team", "退回督察组", {F.OFFICE_REVIEW}, F.DRAFT, OFFICE_STAFF, needs=("reason",), back=True,
             shows=("finding",), when=OF_TEAM),
        step("return_to_author", "退回修改", {F.OFFICE_REVIEW}, F.DRAFT, OFFICE_STAFF, needs=("reason",), back=True,
             holder=office(Role.OFFICE_STAFF), shows=("finding",), when=OF_NO_TEAM),
        step("drop", "不予采纳", {F.OFFICE_REVIEW, F.CONFIRMED}, F.DROPPED, OFFICE_DIRECTOR,
             needs=("reason",), back=True, shows=("finding",)),
        step("feed_back", "反馈单位", {F.CONFIRMED}, F.FED_BACK, OFFICE, recusals=(deadline_lies_ahead,),
             may=("copied_to",), shows=("finding",), reaches=responsible,
             hint="反馈后问题表述锁定，责任单位收到督察反馈意见，待签收。"),
        # 市级整改工作方案 was approved and is claimed: no draft to review, nothing to feed back (decision 0034)
        step("take_over", "由市级整改工作方案列入", {F.DRAFT}, F.FED_BACK, SYSTEM),
        step("settle", "整改全部销号", {F.FED_BACK}, F.CLOSED, SYSTEM),
        step("drop_void", "整改全部撤销", {F.FED_BACK}, F.DROPPED, SYSTEM),
    ),
    (
        Edit(frozenset({str(F.DRAFT)}), AUTHORS, WRITTEN),
        Edit(frozenset({str(F.TEAM_REVIEW)}), TEAM_LEADER, WRITTEN),
        Edit(frozenset({str(F.OFFICE_REVIEW), str(F.CONFIRMED)}), OFFICE_STAFF, WRITTEN),
        # labels; of what is closed too (docs/data.md A): a second round may be open, and its figures count them
        Edit(frozenset({str(F.FED_BACK), str(F.CLOSED)}), OFFICE, frozenset({"topic_id", "severity", "is_common"})),
    ),
    tuple(map(str, (F.DRAFT, F.TEAM_REVIEW, F.OFFICE_REVIEW, F.CONFIRMED, F.FED_BACK, F.CLOSED))),
    (
        Tie("confirmed_has_topic", Q(state__in=STANDING, topic=None), "确认以后的问题须有问题类别"),
        Tie("confirmed_has_basis", Q(state__in=STANDING) & ~Q(CITED), "确认以后的问题须有定性依据"),
    ),
)  # fmt: skip
TABLE = Table(FINDING, facts={"of_team": "督察组录入"}, states_when={F.TEAM_REVIEW: OF_TEAM})


def facts_of(case: Case) -> Facts:
    """Return what holds of this finding: a team logged it, or the office did without one (decisions/0021)."""
    return Facts({"of_team"} if case.content.team_id else ())
