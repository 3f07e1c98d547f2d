"""Words that hold for every kind of case."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import IntegerChoices, TextChoices


class Secrecy(IntegerChoices):
    """Who beyond the office sees a card.

    No classified values: the system is not for state secrets (docs/domain/compliance.md 6.2).
    """

    OPEN = 0, "责任单位可见"
    TEAM = 1, "督察组与依法治市办"
    NAMED = 2, "仅指定人员"


class Severity(IntegerChoices):
    """问题性质 (docs/domain/dictionaries.md 9.5)."""

    ORDINARY = 1, "一般"
    SERIOUS = 2, "较重"
    GRAVE = 3, "严重"


class Capacity(TextChoices):
    """In which capacity somebody besides the responsible unit takes part in a card."""

    INSPECT = "inspect", "督察组"
    SUPERVISE = "supervise", "行业主管部门"
    COORDINATE = "coordinate", "协调小组"
    ASSIST = "assist", "配合单位"
    LEAD = "lead", "牵头单位"
    ADVISE = "advise", "律师、专家"
    RECEIVE = "receive", "接收单位"


class Tone(TextChoices):
    """How a state feels; the word and the icon say it too (docs/look.md, principle 4)."""

    REST = "rest", "在他人处"
    WORK = "", "办理中"
    DONE = "done", "已办结"
    BACK = "back", "退回"
    NONE = "none", "不成立"


class Look(NamedTuple):
    """Tone, icon and the word a unit reads where it differs from the office's."""

    tone: Tone
    icon: str
    to_units: str = ""


AT_REST = Look(Tone.REST, "circle")
UNDER_WAY = Look(Tone.WORK, "circle-half")
BEING_JUDGED = Look(Tone.WORK, "record-circle")
DONE = Look(Tone.DONE, "check-circle-fill")
LONG_TERM = Look(Tone.REST, "infinity")
SUSPENDED = Look(Tone.REST, "pause-circle")
SENT_BACK = Look(Tone.BACK, "arrow-counterclockwise")
VOID = Look(Tone.NONE, "x-circle")


class WorkStatus(TextChoices):
    """Where a piece of background work stands."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    READY = "ready", "已完成"
    FAILED = "failed", "没有做成"
    STOPPED = "stopped", "已停止"


UNFINISHED = frozenset({WorkStatus.QUEUED, WorkStatus.RUNNING})


class MaterialKind(TextChoices):
    """材料类型 (docs/domain/dictionaries.md 9.8)."""

    MINUTES = "minutes", "会议纪要"
    POLICY = "policy", "制度文件"
    CASE_FILE = "case_file", "执法案卷"
    PHOTO = "photo", "现场照片"
    PUBLICITY = "publicity", "公示截图"
    VOUCHER = "voucher", "票据凭证"
    TRAINING = "training", "培训签到"
    LEDGER = "ledger", "台账清单"
    JUDGMENT = "judgment", "复议、判决文书"
    REPORT = "report", "第三方报告"
    SIGNED = "signed", "签字件"
    OTHER = "other", "其他"
