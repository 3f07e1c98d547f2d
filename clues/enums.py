"""Words of the short circuit of clues: 登记 → 转办 → 办结 → 核查 → 销号.

From the road-traffic campaign (docs/domain/samples.md 10.1).
"""

from __future__ import annotations

from django.db.models import TextChoices

CLUE = "clue"  # as `Case.kind` holds it


class ClueState(TextChoices):
    REGISTERED = "registered", "已登记"
    TRANSFERRED = "transferred", "办理中"
    HANDLED = "handled", "待核查"
    VERIFIED = "verified", "待销号"
    CLOSED = "closed", "已销号"
    DROPPED = "dropped", "不予受理"


class ClueSource(TextChoices):
    REVIEW = "review", "自查检视"
    HOTLINE = "hotline", "12345 热线"
    LETTERS = "letters", "群众来信来访"
    UNANNOUNCED = "unannounced", "暗访"
    DISCIPLINE = "discipline", "纪检监察移交"
    COMPARISON = "comparison", "数据比对"
