"""Words of the rectification (docs/domain/dictionaries.md 9.6; 2.4 of docs/domain/process.md draws the circuit)."""

from __future__ import annotations

from django.db.models import TextChoices

RECTIFICATION, LOOK_BACK = "rectification", "lookback"  # as `Case.kind` holds them
PROGRESS_CALL, SUPPORT_NEED = "progresscall", "supportneed"
PROGRAMME, ASPECT, UNIT_CLAIM = "programme", "aspect", "unitclaim"


class State(TextChoices):
    SIGN = "sign", "待签收"
    CLAIM = "claim", "待认领"
    DISPUTE = "dispute", "异议裁决"
    PART = "part", "部分认领裁决"
    HANDOVER = "handover", "移交裁决"
    PLAN = "plan", "待报方案"
    PLAN_REVIEW = "plan_review", "方案审核"
    PLAN_RETURNED = "plan_returned", "方案退回"
    REMEDYING = "remedying", "整改中"
    SENT_BACK = "sent_back", "退回补充"
    SUPERVISION = "supervision", "待主管部门审核"
    PUBLICITY = "publicity", "公示中"
    FINAL_REVIEW = "final_review", "待销号审定"
    LONG_TERM = "long_term", "长期坚持"
    SUSPENDED = "suspended", "中止"
    CLOSED = "closed", "已销号"
    REASSIGNED = "reassigned", "已改派"
    VOID = "void", "已撤销"


TERMINAL = frozenset({State.CLOSED, State.REASSIGNED, State.VOID})
ADJUDGED = frozenset({State.DISPUTE, State.PART, State.HANDOVER})  # the unit has answered otherwise than by 认领
DRAFTING = frozenset({State.PLAN, State.PLAN_RETURNED})  # the unit writes its plan
WORKING = frozenset({State.REMEDYING, State.SENT_BACK, State.LONG_TERM})  # the unit carries it out and reports
NO_CLOCK = frozenset(
    {State.LONG_TERM, State.SUSPENDED}
)  # open, but never overdue and outside the closure rate (docs/domain/results.md 11)
OUTSIDE = frozenset({State.REASSIGNED, State.VOID})  # ended without closure: outside the closure rate
REPORTED_DONE = frozenset(
    {State.SUPERVISION, State.PUBLICITY, State.FINAL_REVIEW}
)  # 完成: the unit has said so, the office has not closed it (docs/domain/results.md 11)


class FeedbackState(TextChoices):
    SENT = "sent", "待签收"
    SIGNED = "signed", "已签收"


class Verdict(TextChoices):
    """Does the evidence show the measure done?"""

    DONE = "done", "到位"
    PARTLY = "partly", "部分到位"
    NOT_DONE = "not_done", "不到位"


class ItemVerdict(TextChoices):
    """What the office says of one item of a plan."""

    ACCEPTED = "accepted", "同意"
    RETURNED = "returned", "退回"


class Judge(TextChoices):
    UNIT = "unit", "单位自验"
    SUPERVISOR = "supervisor", "主管部门"
    OFFICE = "office", "依法治市办"


class LookBackState(TextChoices):
    PENDING = "pending", "待核查"
    JUDGED = "judged", "已核查"
    CANCELLED = "cancelled", "已取消"


class LookBackOrigin(TextChoices):
    """How a look-back came about; the card holds it as its `subkind`."""

    BOOKED = "booked", "预约"
    FOUND = "found", "查实虚假整改"  # outside any look-back that was booked: the closure is withdrawn at once


class LookBackVerdict(TextChoices):
    """回头看结论 (docs/domain/dictionaries.md 9.11)."""

    FIRM = "firm", "巩固良好"
    FAIR = "fair", "基本巩固"
    PARTLY_RELAPSED = "partly", "部分反弹"
    RELAPSED = "relapsed", "反弹"
    FALSE = "false", "虚假整改"


RELAPSED = frozenset({LookBackVerdict.PARTLY_RELAPSED, LookBackVerdict.RELAPSED, LookBackVerdict.FALSE})
# 抽查已销号、长期整改问题 (docs/domain/process.md 1.4, P14); the city also follows one still being remedied
# (docs/domain/samples.md 10.1: 1 个正在回头看)
LOOKED_BACK_AT = frozenset({State.REMEDYING, State.SENT_BACK, State.LONG_TERM, State.CLOSED, *REPORTED_DONE})


class CallState(TextChoices):
    """Where a unit's answer to a round of progress stands."""

    ASKED = "asked", "待答复"
    ANSWERED = "answered", "已答复"
    CANCELLED = "cancelled", "已取消"


class NeedState(TextChoices):
    """Where a need for support stands."""

    OPEN = "open", "待协调"
    ANSWERED = "answered", "已答复"
    DROPPED = "dropped", "不再需要"


class Channel(TextChoices):
    """公示渠道 (docs/domain/process.md 2.5；博山区：区级媒体公示); the words are 拟."""

    CITY_SITE = "city_site", "市政府门户网站"
    OFFICE_SITE = "office_site", "市司法局（依法治市办）网站"
    UNIT_SITE = "unit_site", "责任单位网站"
    NEW_MEDIA = "new_media", "政务新媒体"
    PRESS = "press", "报刊、广播电视"
    BOARD = "board", "公示栏"


class Objector(TextChoices):
    """Who objects to a closure that is made public, by kind: no name is kept."""

    CITIZEN = "citizen", "群众"
    PARTY = "party", "当事人"
    COMPANY = "company", "企业、经营者"
    DEPUTY = "deputy", "人大代表、政协委员"
    MEDIA = "media", "新闻媒体"
    BODY = "body", "其他单位"
    ANONYMOUS = "anonymous", "匿名"


class ObjectionOutcome(TextChoices):
    """What came of an objection."""

    UPHELD = "upheld", "成立"
    PARTLY = "partly", "部分成立"
    DISMISSED = "dismissed", "不成立"


class ProgrammeState(TextChoices):
    """Where a programme (整改工作方案) stands."""

    DRAFT = "draft", "起草中"
    APPROVAL = "approval", "待审定"
    ISSUED = "issued", "整改中"
    ENDED = "ended", "已办结"
    CANCELLED = "cancelled", "已作废"


class AspectState(TextChoices):
    """Where a problem of the whole city stands."""

    OPEN = "open", "整改中"
    READY = "ready", "待认定"
    CLOSED = "closed", "已落实"
    DROPPED = "dropped", "不再单列"


class ClaimState(TextChoices):
    """Where a unit's answer to a programme stands."""

    ASKED = "asked", "待认领"
    ANSWERED = "answered", "待核定"
    ACCEPTED = "accepted", "已核定"


class WarningAnswer(TextChoices):
    """A reviewer's word on a warning of 纸面整改: does it hold?"""

    UPHELD = "upheld", "采信"
    DISMISSED = "dismissed", "不采信"
