"""进展: what a report writes, the circuit of a unit's answer to a round, and that of a need for support.

See docs/domain/process.md 1.4 (P11 整改与调度) and 2.4 (序时进度).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from casework import kinds
from casework.enums import AT_REST, DONE, UNDER_WAY, VOID
from casework.models import Case, Event
from casework.workflow import engine
from casework.workflow.circuits import Circuit, Doing, Edit, Given, Tie, step
from casework.workflow.inputs import Input
from casework.workflow.relations import OFFICE, OFFICE_STAFF, UNIT_LIAISON
from inspections.workflow.holders import office
from organizations.enums import Role
from rectification.enums import PROGRESS_CALL, SUPPORT_NEED, WORKING
from rectification.enums import CallState as C
from rectification.enums import NeedState as N
from rectification.models import CallItem, ProgressReport, SupportNeed
from rectification.workflow.claiming import the_unit
from rectification.workflow.guards import not_from_the_unit
from ui.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable

UNCHANGED = "无变化"
UNCHANGED_AT_MOST = 2  # times running without a word why
INPUTS = (
    Input("why_unchanged", "为什么没有进展", "short", most=200, help="连续第三次报无变化的须写。"),
    Input("problem", "存在问题", "short", most=500, help="没有的不填；写了的会列入督察科待办。"),
    Input("support", "需要的支持", "short", most=300, help="写明请谁做什么，会列入督察科待办。"),
)  # fmt: skip
ANSWER = Input("answer", "答复", most=500, help="写明怎样协调、由谁负责、何时有结果，单位会看到。")


def reports_of(case: Case) -> list[ProgressReport]:
    """Return the reports of a rectification, newest first."""
    return list(ProgressReport.objects.filter(case=case).order_by("-day", "-pk"))


def latest_percent(case: Case) -> int | None:
    """Return what was reported last: the form of the next report begins with it."""
    last = ProgressReport.objects.filter(case=case).order_by("-day", "-pk").first()
    return last.percent if last else None


def needs_why(reports: Iterable[ProgressReport]) -> bool:
    """Say whether another 无变化 asks for a word why: the last two, newest first, said nothing else."""
    last = list(reports)[:UNCHANGED_AT_MOST]
    return len(last) == UNCHANGED_AT_MOST and all(report.is_unchanged for report in last)


def _says_nothing_new(reports: list[ProgressReport], percent: int, text: str) -> bool:
    """Say whether a report changes nothing: the figure is the last one, and so are the words, or they say as much."""
    last = next((report.text for report in reports if not report.is_unchanged), "")
    is_same = text in {last, UNCHANGED} or text.startswith(f"{UNCHANGED}：")
    return is_same and (not reports or percent == reports[0].percent)


def _in_words(reports: list[ProgressReport], text: str, why: str) -> str:
    """Return the words of a report that changes nothing.

    Raises:
        DomainError: nothing was reported before, or it is the third time running, and it does not say why.
    """
    if not reports:
        raise DomainError("以前没有报过进展，请写明做了什么", {"note_progress": "还没有上次的进展"})
    why = why or (text.removeprefix(UNCHANGED).removeprefix("：").strip() if text.startswith(UNCHANGED) else "")
    if needs_why(reports) and not why:
        raise DomainError("已连续两次报无变化，第三次须写明为什么没有进展", {"why_unchanged": "连续第三次无变化的须写"})
    return f"{UNCHANGED}：{why}" if why else UNCHANGED


def record_progress(doing: Doing) -> None:
    """Write the report, and lay the problem that was met and the support that is needed before the office.

    Raises:
        DomainError: progress fell, or nothing changed for the third time running, without a word why.
    """
    if doing.actor is None:
        return
    given, reports = doing.given, reports_of(doing.case)
    percent, text = int(given["percent"]), str(given["note_progress"]).strip()
    if reports and percent < reports[0].percent and not given.get("fall_reason"):
        raise DomainError(
            f"总体进度由 {reports[0].percent}% 降为 {percent}%，请写明原因", {"fall_reason": "进度降低的须写"}
        )
    is_unchanged = _says_nothing_new(reports, percent, text)
    ProgressReport.objects.create(
        case=doing.case,
        post=doing.actor.post,
        day=doing.day,
        percent=percent,
        text=_in_words(reports, text, str(given.get("why_unchanged", "")).strip()) if is_unchanged else text,
        is_unchanged=is_unchanged,
        problem=str(given.get("problem", "")),
    )
    if need := _needed(str(given.get("problem", "")).strip(), str(given.get("support", "")).strip()):
        _ask_support(doing, need)


def _needed(problem: str, support: str) -> str:
    """Return what the office is asked to do something about: a problem met, the support for it, or both."""
    if not problem:
        return support
    return f"{support.rstrip('。；')}；存在问题：{problem}" if support else f"存在问题：{problem}"


def _ask_support(doing: Doing, need: str) -> Case:
    """Open a need for support; it lies with the office, which answers it."""
    case = doing.case
    n = SupportNeed.objects.filter(rectification=case).count() + 1
    return engine.open_case(
        SUPPORT_NEED,
        doing.actor,
        unit=case.unit,
        title=f"{case.title}：{need}"[:120].rstrip("。；，、 "),  # sentences go on after a title
        make=lambda card: SupportNeed.objects.create(case=card, rectification=case, need=need),
        day=doing.day,
        within=case.within,
        topic=case.topic,
        severity=case.severity,
        number=kinds.spec_of(SUPPORT_NEED).number.format(rectification=case.number, n=n),
        secrecy=case.secrecy,
    )


def unanswered(case: Case) -> list[CallItem]:
    """Return what a unit still owes an answer on: what has been sent on since, or has ended, is not asked any more."""
    rows = CallItem.objects.filter(call_id=case.pk, report=None, rectification__state__in=sorted(WORKING))
    return list(rows.select_related("rectification__rectification", "rectification__unit").order_by("pk"))


def every_item_is_answered(case: Case) -> str | None:
    n = len(unanswered(case))
    return f"还有 {n} 件没有填报进展，请在“填报进展”页逐件填报" if n else None


def not_reminded_yet(case: Case) -> str | None:
    """One reminder a round: the queue has the call anyway (docs/domain/process.md 1.7, L0)."""
    last = Event.objects.filter(case=case, name="remind").order_by("-seq").first()
    return f"{last.day:%m-%d} 已经提醒过，不重复提醒" if last else None


def _unit(case: Case) -> tuple[int | None, Role]:
    return case.unit_id, Role.UNIT_LIAISON


def answered(case: Case, given: Given, day: date) -> dict[str, Any]:
    return {"answer": str(given["answer"])}


CALL_CIRCUIT = Circuit(
    PROGRESS_CALL, C, C.ASKED, frozenset({str(C.ANSWERED), str(C.CANCELLED)}),
    {C.ASKED: UNDER_WAY, C.ANSWERED: DONE, C.CANCELLED: VOID},
    {C.ASKED: _unit},
    (
        step("answer", "报送进展", {C.ASKED}, C.ANSWERED, UNIT_LIAISON, every_item_is_answered, task="填报整改进展"),
        step("remind", "提醒答复", {C.ASKED}, None, OFFICE_STAFF, not_reminded_yet, aside=True, tells=the_unit,
             shows=("call",), hint="每次调度提醒一次，单位收到知悉。"),
        step("cancel", "取消调度", {C.ASKED}, C.CANCELLED, OFFICE, needs=("reason",), back=True, tells=the_unit,
             shows=("call",)),
    ),
    (Edit(frozenset({str(C.ASKED)}), OFFICE_STAFF, frozenset({"title"})),),
    (str(C.ASKED), str(C.ANSWERED)),
)  # fmt: skip
NEED_CIRCUIT = Circuit(
    SUPPORT_NEED, N, N.OPEN, frozenset({str(N.ANSWERED), str(N.DROPPED)}),
    {N.OPEN: AT_REST, N.ANSWERED: DONE, N.DROPPED: VOID},
    {N.OPEN: office(Role.OFFICE_STAFF)},
    (
        step("answer_need", "答复支持事项", {N.OPEN}, N.ANSWERED, OFFICE_STAFF, task="协调并答复支持事项",
             recusals=(not_from_the_unit,), needs=("answer",), may=("files",), writes=answered, tells=the_unit,
             shows=("need",)),
        step("drop_need", "不再需要支持", {N.OPEN}, N.DROPPED, UNIT_LIAISON, needs=("reason",), back=True,
             shows=("need",)),
    ),
    (Edit(frozenset(map(str, N)), OFFICE, frozenset({"topic_id", "severity"})),),
    (str(N.OPEN), str(N.ANSWERED)),
    (Tie("answered_has_answer", Q(state=N.ANSWERED, supportneed__answer=""), "已答复的支持事项须有答复"),),
)  # fmt: skip
