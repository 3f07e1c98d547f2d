"""《问题整改台账》: the 32 columns of docs/domain/process.md 2.2. Clues' content is never exported (column 31)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from casework.deadlines.limits import SOON_WORKDAYS, URGENT_WORKDAYS
from casework.deadlines.remaining import left
from casework.deadlines.working_days import workdays_between
from casework.enums import Kind, Severity
from casework.models import Event
from casework.search.search import search_of
from casework.workflow.circuits import word_for
from documents.ledger import Ledger, LedgerColumn
from inspections.enums import RectifyType, Source
from rectification.enums import NO_CLOCK, State
from rectification.filters import LedgerFilter
from rectification.models import LookBack, Measure, ProgressReport
from rectification.querysets import ledger
from ui.sheets import parse_day

DATED = ("request_closure", "endorse", "end_publicity")


def _finding(case: Any) -> Any:
    return case.rectification.finding


def _basis(case: Any) -> str:
    return "；".join(str(citation) for citation in _finding(case).citations.all())


def _lead(case: Any) -> str:
    return case.unit_name if case.is_lead else str(_finding(case).case.unit_name)


def _measures(case: Any) -> str:
    return "\n".join(f"{m.n}. {m.content}" for m in case.measures.all())


def _results(case: Any) -> str:
    return "\n".join(f"{m.n}. {m.result}" for m in case.measures.all() if m.result)


def _deadline(case: Any) -> Any:
    """A date; with 长期坚持 a date and the words."""
    is_long = case.state == State.LONG_TERM or _finding(case).rectify_type == RectifyType.LONG_TERM
    return f"{case.due_on:%Y-%m-%d} 并长期坚持" if is_long and case.due_on else case.due_on


def _latest(case: Any) -> Any:
    return next(iter(case.progress_reports.all()), None)


def _day_of(name: str) -> Any:
    return lambda case: next((event.day for event in case.milestones if event.name == name), None)


def _publicity(case: Any) -> str:
    begun = next((event.day for event in case.milestones if event.state == State.PUBLICITY != event.source), None)
    ended = _day_of("end_publicity")(case)
    return f"{begun:%Y-%m-%d} 至 {ended:%Y-%m-%d}" if begun and ended else f"{begun:%Y-%m-%d} 起" if begun else ""


def _light(case: Any) -> str:
    """绿、蓝、黄、红、灰, always with the word (docs/domain/dictionaries.md 9.7)."""
    if not case.is_open or case.state in NO_CLOCK:
        return "灰 已销号" if case.state == State.CLOSED else f"灰 {State(case.state).label}"
    if case.due_on is None:
        return "绿 正常"
    due, today = left(case.due_on), timezone.localdate()
    if due.tone == "late":
        return f"红 {due.words}"
    n = workdays_between(today, case.due_on)
    return (
        f"黄 严重临期，{due.words}"
        if n <= URGENT_WORKDAYS
        else f"蓝 临期，{due.words}"
        if n <= SOON_WORKDAYS
        else "绿 正常"
    )


def _extension(case: Any) -> str:
    n = case.rectification.extensions
    return f"{n} 次，批准延至 {case.due_on:%Y-%m-%d}（原时限 {case.original_due_on:%Y-%m-%d}）" if n else ""


def _looked_back(case: Any) -> str:
    judged = [look for look in case.look_backs.all() if look.verdict]
    return judged[-1].get_verdict_display() if judged else "未抽查"


C = LedgerColumn
COLUMNS = (
    C(1, "serial", "序号", lambda case: case.serial, computed=True, width=6, kind="number"),
    C(2, "code", "问题编号", lambda case: case.number, required=True, help="如 QYFD-2026-ZX02-0017", width=26),
    C(3, "campaign", "督察批次", lambda case: case.within.title if case.within else "", required=True, help="填批次名称", width=30, on_screen=True),
    C(4, "source", "问题来源", lambda case: _finding(case).get_source_display(), required=True, choices=tuple(Source.labels)),
    C(5, "category", "问题类别", lambda case: str(case.topic or ""), required=True, help="填类别的代码或名称", width=24, on_screen=True, sort=("topic__code",)),
    C(6, "severity", "问题性质", lambda case: case.get_severity_display(), required=True, choices=tuple(Severity.labels), on_screen=True, sort=("severity",)),
    C(7, "scope", "共性/个性", lambda case: "共性" if _finding(case).is_common else "个性", choices=("共性", "个性")),
    C(8, "statement", "问题表述", lambda case: _finding(case).statement, required=True, help="原文照录，反馈后不再改动", width=60),
    C(9, "basis", "定性依据", _basis, required=True, help="文件名称和条款，多个用分号隔开", width=40),
    C(10, "unit", "被督察单位", lambda case: case.unit_name, required=True, help="填单位简称或全称", on_screen=True, sort=("unit__code",)),
    C(11, "lead_unit", "牵头单位", _lead, required=True, help="一个问题只有一个牵头单位"),
    C(12, "assist_units", "配合单位", lambda case: "、".join(str(unit) for unit in _finding(case).assisting.all()), help="多个用顿号隔开", width=24),
    C(13, "supervisor_unit", "行业主管部门", lambda case: str(_finding(case).supervisor or "")),
    C(14, "leader_title", "责任领导", lambda case: case.rectification.leader_title, required=True, help="填职务，可以不填姓名"),
    C(15, "owner", "责任人", lambda case: case.rectification.owner, required=True),
    C(16, "rectify_type", "整改类型", lambda case: _finding(case).get_rectify_type_display(), required=True, choices=tuple(RectifyType.labels)),
    C(17, "goal", "整改目标", lambda case: case.rectification.goal, required=True, help="写成可以量化、可以核实的", width=40),
    C(18, "measures", "整改措施", _measures, required=True, help="一条一行", width=50),
    C(19, "deadline", "整改时限", _deadline, required=True, help="如 2026-12-31；长期坚持的在日期后写“并长期坚持”", parse=lambda text: parse_day(text.removesuffix("并长期坚持").strip()),
      width=22, kind="date", on_screen=True, sort=("due_on",)),
    C(20, "progress_text", "进展情况", lambda case: report.text if (report := _latest(case)) else "", help="最近一次的进展", width=40),
    C(21, "percent", "进度", lambda case: report.percent if (report := _latest(case)) else None, help="0 至 100", kind="number", width=8),
    C(22, "result", "完成情况", _results, width=40),
    C(23, "evidences", "佐证材料", lambda case: case.n_evidence, computed=True, kind="number", width=10),
    C(24, "institution", "建章立制", lambda case: case.rectification.institution, help="制度名称和文号", width=24),
    C(25, "status", "整改状态", lambda case: word_for(case, None).label, computed=True, on_screen=True, sort=("state",)),
    C(26, "light", "预警", _light, computed=True, width=24, on_screen=True),
    C(27, "self_checked_on", "自验日期", _day_of("request_closure"), computed=True, kind="date"),
    C(27, "reviewed_on", "审核日期", _day_of("endorse"), computed=True, kind="date"),
    C(27, "publicity", "公示起止", _publicity, computed=True, width=26),
    C(27, "closed_on", "销号日期", lambda case: case.closed_on if case.state == State.CLOSED else None, computed=True, kind="date", on_screen=True, sort=("closed_on",)),
    C(28, "close_no", "销号文号", lambda case: "", help="销号通知书的文号"),
    C(29, "extension", "延期情况", _extension, computed=True, width=40),
    C(30, "recheck", "回头看结论", _looked_back, computed=True),
    C(31, "clue_flag", "是否移交线索", lambda case: "", help="填“是”或“否”，不写线索内容", choices=("是", "否")),
    C(32, "remark", "备注", lambda case: ""),
)  # fmt: skip


def _with_all(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add what the sheet needs beyond the list: a fixed number of questions however many rows."""
    milestones = Event.objects.filter(Q(name__in=DATED) | Q(state=State.PUBLICITY)).order_by("-seq")
    return rows.annotate(n_evidence=Count("measures__evidence", filter=Q(measures__evidence__removed_at=None), distinct=True)).prefetch_related(
        "rectification__finding__citations__basis", "rectification__finding__assisting", Prefetch("measures", Measure.objects.order_by("n")),
        Prefetch("progress_reports", ProgressReport.objects.order_by("-day", "-pk")), Prefetch("look_backs", LookBack.objects.order_by("pk")),
        Prefetch("events", milestones, to_attr="milestones"),
    )  # fmt: skip


LEDGER = Ledger(
    "rectification", "问题整改台账", "一个问题一个责任单位一行，共 32 项；导出的就是筛选出来的那些。", 10, COLUMNS, ledger, _with_all, ("due_on", "pk"),
    lambda actor: not actor.is_administrator, LedgerFilter, search_of(Kind.RECTIFICATION),
)  # fmt: skip
