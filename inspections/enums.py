"""Words of the inspection: kinds of campaign, states, methods, sources.

See docs/domain/dictionaries.md 9.2, 9.4 and docs/domain/process.md 1.6.
"""

from __future__ import annotations

from django.db.models import TextChoices


class Kind:
    """Kinds of case of this floor, as `Case.kind` holds them."""

    ANNUAL_PLAN = "annualplan"
    CAMPAIGN = "campaign"
    FINDING = "finding"
    FEEDBACK = "feedback"  # what is fed back to a unit: its rules stand on the floor above (rectification)


class CampaignKind(TextChoices):
    """督察类型; the value is the letters in the number (docs/domain/dictionaries.md 9.1, 9.2)."""

    FULL = "QM", "全面督察"
    SPECIAL = "ZX", "行业专项督察"
    RECTIFICATION = "ZZ", "专项整治"
    CITY_COUNTY = "SX", "市县法治建设督察"
    SINGLE = "GA", "个案督察"
    LOOK_BACK = "HT", "回头看"
    DAILY = "RC", "日常督察"


class PlanState(TextChoices):
    DRAFT = "draft", "起草中"
    APPROVAL = "approval", "待审定"
    APPROVED = "approved", "已审定"
    ENDED = "ended", "已完成"


class CampaignState(TextChoices):
    PREPARING = "preparing", "筹备中"
    APPROVAL = "approval", "方案待审定"
    FIELDWORK = "fieldwork", "实施中"
    FEEDBACK = "feedback", "反馈整改中"
    ENDED = "ended", "已结束"
    CANCELLED = "cancelled", "已取消"


class FindingState(TextChoices):
    DRAFT = "draft", "底稿"
    TEAM_REVIEW = "team_review", "组内审核"
    OFFICE_REVIEW = "office_review", "待办公室确认"
    CONFIRMED = "confirmed", "待反馈"
    FED_BACK = "fed_back", "整改中"
    CLOSED = "closed", "已销号"
    DROPPED = "dropped", "不予采纳"


RUNNING = frozenset({CampaignState.FIELDWORK, CampaignState.FEEDBACK})  # a campaign that work may be based on
UNAPPROVED = frozenset({CampaignState.PREPARING, CampaignState.APPROVAL})  # nobody is told yet whom it inspects
# what the office has not made its word, or no more: nobody but team and office reads it (docs/domain/process.md P07)
UNCONFIRMED = frozenset(
    {FindingState.DRAFT, FindingState.TEAM_REVIEW, FindingState.OFFICE_REVIEW, FindingState.DROPPED}
)


class Method(TextChoices):
    """督察方式 (docs/domain/process.md 1.6)."""

    HEARING = "TH", "听取汇报"
    FILES = "CY", "查阅资料"
    TALK = "GT", "个别谈话"
    MEETING = "ZT", "座谈访谈"
    VISIT = "SD", "实地走访"
    UNANNOUNCED = "AF", "暗访"
    CASE_FILES = "AJ", "案卷评查"
    SURVEY = "WJ", "问卷调查"
    TEST = "CS", "法律知识测试"
    HOTLINE = "RX", "12345 诉求核查"
    SELF_CHECK = "ZZ", "自查"
    THIRD_PARTY = "DS", "第三方评估"
    COMPARISON = "SJ", "数据比对"
    INTERVIEW = "YT", "约谈"
    CLUES = "XT", "线索协查"
    LAWYERS = "LS", "律师团队评议"


class Source(TextChoices):
    """问题来源 (docs/domain/dictionaries.md 9.4)."""

    ON_SITE = "on_site", "实地督察"
    SELF_CHECK = "self_check", "自查发现"
    UNANNOUNCED = "unannounced", "暗访"
    CASE_FILES = "case_files", "案卷评查"
    HOTLINE = "hotline", "12345 热线"
    LETTERS = "letters", "群众来信来访"
    LAWYERS = "lawyers", "律师团队意见"
    LEGAL_REPORT = "legal_report", "述法查摆"
    SUPERIOR = "superior", "上级督察反馈"
    PARTY_INSPECTION = "party_inspection", "巡察移交"
    AUDIT = "audit", "审计移交"
    DISCIPLINE = "discipline", "纪检监察建议"
    CONGRESS = "congress", "人大、政协监督"
    JUDICIAL = "judicial", "司法建议、检察建议"
    RECONSIDERATION = "reconsideration", "行政复议意见书"
    MEDIA = "media", "媒体反映"
    COMPARISON = "comparison", "数据比对"


class RectifyType(TextChoices):
    """整改类型 (docs/domain/process.md 2.3)."""

    IMMEDIATE = "R1", "立行立改"
    TERM = "R2", "限期整改"
    LONG_TERM = "R3", "长期坚持"
