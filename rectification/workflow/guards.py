"""What stands in the way: guards look at the case, recusals at the person.

Each returns a sentence the reader can act on, or nothing.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.utils import timezone

from casework.models import Event
from casework.workflow.circuits import moot
from casework.workflow.prefetched import last_event, unchanged_since
from casework.workflow.recusals import bars, from_the_unit, last_did, opened_by
from inspections.enums import RectifyType
from organizations.enums import Role
from rectification.enums import Judge, State, Verdict, WarningAnswer
from rectification.models import Measure, PaperWarning
from rectification.workflow import publicity
from rectification.workflow.turns import is_extension_asked, is_unpublished
from rectification.workflow.verdicts import measures_of, standing

if TYPE_CHECKING:
    from casework.models import Case
    from organizations.actor import Actor

EXTENSIONS_AT_MOST = 2  # 默认最多 2 次 (docs/domain/compliance.md 7.1.6，拟)


def _numbers(measures: list[Measure]) -> str:
    return "、".join(str(m.n) for m in measures)


HEAD_OF_PLAN = (
    ("goal", "整改目标"), ("cause_id", "问题根源"), ("leader_title", "责任领导"), ("owner", "责任人"),
)  # fmt: skip


def plan_is_complete(case: Case) -> str | None:
    row, measures = case.content, measures_of(case)
    lacking = [label for field, label in HEAD_OF_PLAN if not getattr(row, field)]
    if lacking:
        return f"还没有填写{'、'.join(lacking)}，请在“整改方案”处补上"
    if not measures:
        return "还没有措施，请在“措施”处至少添加一条"
    bare = [
        m for m in measures if not (m.owner and m.deliverable and m.standard)
    ]  # 规定措施 come without (docs/domain/samples.md 10.1); the unit says who and by what
    if bare:
        return f"第 {_numbers(bare)} 条措施没有写全责任人、成果、验收标准，请在“整改方案”处补上"
    late = [m for m in measures if case.due_on and m.due_on > case.due_on]
    if late:
        return f"第 {_numbers(late)} 条措施的时限晚于整改时限 {case.due_on:%Y-%m-%d}，请改早"
    # 长期坚持每期必须有阶段目标 (docs/domain/process.md 2.3)
    if row.finding.rectify_type == RectifyType.LONG_TERM and not case.stage_goals.exists():
        return "长期坚持的还没有阶段目标，请在“整改方案”处至少添加一个"
    return None


PLAN_RETURNS = frozenset({"return_plan", "return_plan_to_liaison"})
CLOSURE_RETURNS = frozenset(
    {"return_by_supervisor", "uphold_objection", "send_back", "refuse_closure", "return_closure_to_liaison"}
)


def plan_changed_since_return(case: Case) -> str | None:
    return unchanged_since(case, PLAN_RETURNS)


def closure_changed_since_return(case: Case) -> str | None:
    return unchanged_since(case, CLOSURE_RETURNS)


@moot
def with_head(case: Case) -> str | None:
    return None if case.holder_role == Role.UNIT_HEAD else "还没有送您签字"


def not_with_head(case: Case) -> str | None:
    return "已送主要负责人签字，请等签字或退回" if case.holder_role == Role.UNIT_HEAD else None


def every_measure_is_done(case: Case) -> str | None:
    measures = measures_of(case)
    if not measures:
        return "还没有措施，请在“措施”处至少添加一条"
    undone = [m for m in measures if m.done_on is None]
    return f"第 {_numbers(undone)} 条措施还没有完成，请在该条措施处填写完成情况" if undone else None


def every_measure_has_evidence(case: Case) -> str | None:
    bare = [m for m in measures_of(case) if not m.standing_evidence()]
    return f"第 {_numbers(bare)} 条措施还没有佐证，请在该条措施处上传" if bare else None


@moot
def extension_pending(case: Case) -> str | None:
    """Signed by the unit's head and laid before the director."""
    if not is_extension_asked(case):
        return "没有待批的延期申请"
    return None if case.holder_role == Role.OFFICE_DIRECTOR else "延期申请还没有单位主要负责人签字"


@moot
def extension_with_head(case: Case) -> str | None:
    waits = is_extension_asked(case) and case.holder_role == Role.UNIT_HEAD
    return None if waits else "没有待签字的延期申请"


def no_extension_pending(case: Case) -> str | None:
    return "延期申请还在审批，请等批复" if case.content.asked_due_on else None


def review_has_come(case: Case) -> str | None:
    """长期坚持类未到复核期的不予销号 (docs/domain/process.md 2.5)."""
    on = case.content.next_review_on if case.state == State.LONG_TERM else None
    early = on is not None and timezone.localdate() < on
    return f"长期坚持还没有到复核日期 {on:%Y-%m-%d}，请到期再申请，或请依法治市办先转回整改" if early else None


def extensions_left(case: Case) -> str | None:
    return f"已延期 {case.content.extensions} 次，不能再延" if case.content.extensions >= EXTENSIONS_AT_MOST else None


def _short_of_done(case: Case, judge: Judge) -> str | None:
    """Every measure must be 到位 in the word of this judge that stands."""
    measures, found = measures_of(case), standing(case)
    unjudged = [m for m in measures if (m.pk, judge) not in found]
    short = [m for m in measures if (m.pk, judge) in found and found[m.pk, judge].verdict != Verdict.DONE]
    if unjudged:
        return f"第 {_numbers(unjudged)} 条措施还没有认定，请在“措施、佐证与认定”处认定"
    return f"第 {_numbers(short)} 条措施未认定为到位，请退回补充或改认定" if short else None


def judged_done_by_supervisor(case: Case) -> str | None:
    return _short_of_done(case, Judge.SUPERVISOR)


def judged_done_by_office(case: Case) -> str | None:
    return _short_of_done(case, Judge.OFFICE)


@moot
def not_published_yet(case: Case) -> str | None:
    return None if is_unpublished(case) else f"{case.content.published_on:%Y-%m-%d} 已经发布公示"


def is_published(case: Case) -> str | None:
    return "还没有发布公示，请先发布公示" if is_unpublished(case) else None


def publicity_is_over(case: Case) -> str | None:
    ends = publicity.ends(case)
    if ends is None:
        return is_published(case)
    days = (ends - case.content.published_on).days
    return None if timezone.localdate() > ends else f"公示要到 {ends:%Y-%m-%d} 才满 {days} 日"


def no_objection_waits(case: Case) -> str | None:
    """公示有未处理异议的不予销号 (docs/domain/process.md 2.5)."""
    n = len(publicity.waiting(case))
    return f"公示有 {n} 件异议没有处理，请先处理异议" if n else None


def no_objection_upheld(case: Case) -> str | None:
    n = len(publicity.upheld(case))
    return f"公示有 {n} 件异议成立，请退回补充" if n else None


@moot
def an_objection_waits(case: Case) -> str | None:
    return None if publicity.waiting(case) else "没有待处理的异议"


@moot
def an_objection_is_upheld(case: Case) -> str | None:
    return None if publicity.upheld(case) else "没有成立的异议，先登记并处理异议"


# 佐证日期早于问题发现日期；同一附件用于多个问题且未说明 (docs/domain/process.md 2.5). A warning refuses nothing; that
# somebody looked at it and found it true does
REFUSED_EVIDENCE = {"formed_before": "佐证形成于问题发现以前", "same_file": "同一材料用于别的问题"}


def no_evidence_is_refused(case: Case) -> str | None:
    rows = PaperWarning.objects.standing().filter(case=case, rule__in=REFUSED_EVIDENCE, answer=WarningAnswer.UPHELD)
    found = sorted(set(rows.order_by().values_list("rule", flat=True)))
    said = "、".join(REFUSED_EVIDENCE[rule] for rule in found)
    return f"纸面整改提示已采信：{said}，请退回补充或重新认定提示" if found else None


def signed_by_head(case: Case) -> str | None:
    """无主要负责人签字件的不予销号 (docs/domain/process.md 2.5)."""
    asked = last_event(case, "request_closure")
    is_signed = asked is not None and asked.post is not None and asked.post.role == Role.UNIT_HEAD
    return None if is_signed else "销号申请没有单位主要负责人签字，请退回由主要负责人签字"


def verified(case: Case) -> str | None:
    return None if _verified(case) else "督察科还没有核验，请先由经办核验"


@moot
def not_verified_yet(case: Case) -> str | None:
    return "已核验，等负责人审定" if _verified(case) else None


def _verified(case: Case) -> bool:
    return case.state == State.FINAL_REVIEW and case.holder_role == Role.OFFICE_DIRECTOR


def _did(case: Case, actor: Actor, name: str) -> bool:
    event = last_event(case, name)
    return event is not None and event.post is not None and event.post.user_id == actor.user_id


@bars(last_did("request_closure"))
def not_the_requester(case: Case, actor: Actor) -> str | None:
    return "本件由您申请销号，须由其他人员办理" if _did(case, actor, "request_closure") else None


@bars(last_did("submit_plan"))
def not_the_plan_signer(case: Case, actor: Actor) -> str | None:
    """提交人≠审核人 (docs/domain/process.md 2.4), here and in the two below."""
    return "本方案由您签字报送，须由其他人员审核" if _did(case, actor, "submit_plan") else None


@bars(lambda actor: last_did("ask_extension")(actor) | last_did("sign_extension")(actor))
def not_the_extension_asker(case: Case, actor: Actor) -> str | None:
    asked = _did(case, actor, "ask_extension") or _did(case, actor, "sign_extension")
    return "本次延期由您申请，须由其他人员审批" if asked else None


ANSWERS = ("claim_part", "decline", "dispute")


@bars(lambda person: reduce(or_, (last_did(name)(person) for name in ANSWERS)))
def not_the_disputer(case: Case, actor: Actor) -> str | None:
    given = any(_did(case, actor, name) for name in ANSWERS)
    return "异议由您提出，须由其他人员裁决" if given else None


@bars(last_did("confirm", "rectification__finding_id"))
def not_the_confirmer(case: Case, actor: Actor) -> str | None:
    """参与作出结论者回避 (docs/domain/process.md 1.5): who confirmed it does not judge what the unit says of it."""
    event = Event.objects.filter(case_id=case.content.finding_id, name="confirm").order_by("-seq").first()
    confirmed = event is not None and event.post is not None and event.post.user_id == actor.user_id
    return "本问题由您确认，须由其他人员裁决" if confirmed else None


@bars(last_did("endorse"))
def not_the_supervisor(case: Case, actor: Actor) -> str | None:
    return "本件由您作过主管部门审核，须由其他人员办理" if _did(case, actor, "endorse") else None


@bars(last_did("verify"))
def not_the_verifier(case: Case, actor: Actor) -> str | None:
    return "本件由您核验，须由其他人员审定" if _did(case, actor, "verify") else None


@bars(opened_by("rectification__finding_id"))
def not_the_finder(case: Case, actor: Actor) -> str | None:
    opened = Event.objects.filter(case_id=case.content.finding_id, seq=1, post__user_id=actor.user_id).exists()
    return "本问题由您录入，须由其他人员审定" if opened else None


@bars(from_the_unit)
def not_from_the_unit(case: Case, actor: Actor) -> str | None:
    """市司法局's own findings are closed by somebody outside it (docs/domain/process.md 2.4).

    The same holds for everybody's own unit.
    """
    holds_post = case.unit_id in actor.units_of_posts
    employed = actor.post.user.home_unit_id == case.unit_id
    return f"您在{case.unit_name}任职，应当回避，请由其他人员办理" if holds_post or employed else None
