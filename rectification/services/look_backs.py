"""回头看: plan one, and record what it found; a relapse opens the next round."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from casework.errors import NotPermittedError
from casework.models import Case
from casework.workflow import engine
from casework.workflow.notices import tell
from organizations.actor import Actor
from organizations.enums import INSPECTED, OFFICE
from rectification.enums import LookBackVerdict, State
from rectification.models import LookBack, Measure, Rectification
from rectification.workflow import guards
from rectification.workflow.effects import open_rectification
from ui.errors import DomainError

RELAPSED = frozenset({LookBackVerdict.PARTLY_RELAPSED, LookBackVerdict.RELAPSED, LookBackVerdict.FALSE})
# 抽查已销号、长期整改问题 (docs/domain/process.md 1.4, P14); the city also follows one still being remedied
# (docs/domain/samples.md 10.1: 1 个正在回头看)
LOOKED_BACK_AT = frozenset(
    {
        State.REMEDYING,
        State.SENT_BACK,
        State.SUPERVISION,
        State.PUBLICITY,
        State.FINAL_REVIEW,
        State.LONG_TERM,
        State.CLOSED,
    }
)


def _refuse_old_round(case: Case) -> None:
    """A round that was followed by another is history."""
    following = Rectification.objects.filter(previous_id=case.pk).select_related("case").first()
    if following:
        raise DomainError(f"已有第 {following.round} 轮整改 {following.case.number}，请在新一轮上办")


@transaction.atomic
def plan_look_back(case: Case, actor: Actor, planned_on: date) -> LookBack:
    """Plan a look-back of a rectification (年度，销号后 3 至 12 个月; docs/domain/process.md 1.4, P14); return it.

    Raises:
        NotPermittedError: not the office.
        DomainError: nothing to look back at yet, one is waiting already, or the day has gone by.
    """
    if actor.role not in OFFICE:
        raise NotPermittedError("回头看由市委依法治市办安排")
    case = Case.objects.select_for_update(of=("self",)).visible_to(actor).get(pk=case.pk)
    _refuse_old_round(case)
    if case.state not in LOOKED_BACK_AT:
        raise DomainError("整改还没有开始，不列入回头看")
    if LookBack.objects.filter(case=case, verdict="").exists():
        raise DomainError("本件已列入回头看，还没有结论，不用再列")
    if planned_on < timezone.localdate():
        raise DomainError(f"计划日期 {planned_on:%Y-%m-%d} 已经过去", {"planned_on": "须在今天以后"})
    look_back = LookBack.objects.create(case=case, planned_on=planned_on)
    engine.note(case, actor, "look_back_planned", f"列入回头看，计划 {planned_on:%Y-%m-%d}")
    return look_back


@transaction.atomic
def judge_look_back(
    look_back: LookBack,
    actor: Actor,
    verdict: str,
    note: str,
    *,
    due_on: date | None = None,
    within: Case | None = None,
) -> Case | None:
    """Record what a look-back found.

    A relapse opens the next round, with its measures undone, and leaves this round's days and figures alone.

    Returns:
        The card of the next round, or None when the result held.

    Raises:
        DomainError: judged already, or a relapse without a new deadline after today.
    """
    look_back = LookBack.objects.select_for_update(of=("self",)).select_related("case__unit").get(pk=look_back.pk)
    case = look_back.case
    _refuse_judging(look_back, actor)
    today, label = timezone.localdate(), LookBackVerdict(verdict).label
    look_back.verdict, look_back.note, look_back.done_on, look_back.post = verdict, note, today, actor.post
    look_back.save()
    engine.note(case, actor, "look_back", f"回头看：{label}", note=note)
    if verdict not in RELAPSED:
        return None
    if case.is_open:  # it goes on in the same round
        tell(case, f"{case.title}：回头看认定{label}", [(case.unit_id, INSPECTED)])
        return None
    if due_on is None or due_on <= today:
        raise DomainError("反弹的须重新挂账，请填今天以后的整改时限", {"due_on": "须在今天以后"})
    following = _open_next_round(case, actor, due_on, within)
    tell(following, f"{case.title}：回头看认定{label}，重新挂账", [(case.unit_id, INSPECTED)])
    return following


def _refuse_judging(look_back: LookBack, actor: Actor) -> None:
    if actor.role not in OFFICE:
        raise NotPermittedError("回头看由市委依法治市办核查")
    stays_out = guards.not_from_the_unit(look_back.case, actor)
    if stays_out:
        raise NotPermittedError(stays_out)
    if look_back.verdict:
        raise DomainError("这次回头看已有结论")
    _refuse_old_round(look_back.case)


def _open_next_round(case: Case, actor: Actor, due_on: date, within: Case | None) -> Case:
    """Open round n+1 with the plan and the measures of this one, none of them done; return its card."""
    row: Rectification = case.content
    number = case.number or ""
    base = number[: -len(f"-L{row.round}")] if number.endswith(f"-L{row.round}") else number
    suffix = base.removeprefix(row.finding.case.number or "") + f"-L{row.round + 1}"
    following = open_rectification(
        row.finding,
        case.unit,
        actor,
        day=timezone.localdate(),
        suffix=suffix,
        is_lead=case.is_lead,
        previous=row,
        within=within,
        due_on=due_on,
    )
    Rectification.objects.filter(pk=following.pk).update(goal=row.goal, leader_title=row.leader_title, owner=row.owner)
    Measure.objects.bulk_create(
        Measure(
            case=following,
            n=m.n,
            content=m.content,
            owner=m.owner,
            due_on=due_on,
            deliverable=m.deliverable,
            is_required=m.is_required,
        )
        for m in Measure.objects.filter(case=case).order_by("n")
    )
    return following
