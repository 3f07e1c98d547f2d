"""Writes of a rectification that are not steps: measures, evidence, verdicts, look-backs. Each leaves its event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework import attachments, circuits, engine
from casework.errors import NotPermittedError
from casework.models import Attachment, Case
from casework.notices import tell
from organizations.actor import Actor
from organizations.enums import INSPECTED, OFFICE, Role
from rectification.enums import Judge, LookBackVerdict, State, Verdict
from rectification.models import EvidenceVerdict, LookBack, Measure, Rectification
from rectification.workflow.effects import open_rectification
from ui.errors import DomainError

DRAFTING = frozenset({State.PLAN, State.PLAN_RETURNED})
WORKING = frozenset({State.REMEDYING, State.SENT_BACK, State.LONG_TERM})
RELAPSED = frozenset({LookBackVerdict.PARTLY_RELAPSED, LookBackVerdict.RELAPSED, LookBackVerdict.FALSE})
MEASURE_FIELDS = ("content", "owner", "due_on", "deliverable")


def _open_to_unit(case: Case, actor: Actor, states: frozenset[State]) -> Case:
    """Lock the card and return it, when its unit may write on it in these states.

    Raises:
        NotPermittedError: another state, or not the unit's people.
    """
    card: Case | None = Case.objects.select_for_update(of=("self",)).visible_to(actor).filter(pk=case.pk).first()
    if card is None or actor.role not in INSPECTED or card.unit_id not in actor.unit_ids:
        raise NotPermittedError("措施由责任单位填写")
    # a 立行立改 has no plan, so its measures are written while it is being remedied
    writable = states | ({State.REMEDYING, State.SENT_BACK} if not circuits.circuit_of(card).by_name.get("submit_plan") else set())
    if card.state not in writable:
        raise NotPermittedError(f"现在是“{circuits.circuit_of(card).word(card.state).label}”，这里不能再改")
    return card


def _check_measure(case: Case, due_on: date) -> None:
    if due_on < case.opened_on:
        raise DomainError(f"时限 {due_on:%Y-%m-%d} 早于反馈日期 {case.opened_on:%Y-%m-%d}", {"due_on": f"须在 {case.opened_on:%Y-%m-%d} 以后"})
    if case.due_on and due_on > case.due_on:
        raise DomainError(f"时限 {due_on:%Y-%m-%d} 晚于整改时限 {case.due_on:%Y-%m-%d}", {"due_on": f"不晚于 {case.due_on:%Y-%m-%d}"})


@transaction.atomic
def add_measure(case: Case, actor: Actor, *, content: str, owner: str, due_on: date, deliverable: str) -> Measure:
    """Add a measure while the plan is drafted; return it.

    Raises:
        NotPermittedError: not now, or not by this person. DomainError: the deadline lies outside the rectification's.
    """
    card = _open_to_unit(case, actor, DRAFTING)
    _check_measure(card, due_on)
    n = (Measure.objects.filter(case=card).order_by("-n").values_list("n", flat=True).first() or 0) + 1
    measure = Measure.objects.create(case=card, n=n, content=content, owner=owner, due_on=due_on, deliverable=deliverable)
    engine.note(card, actor, "measure", f"添加措施 {n}", note=content)
    return measure


@transaction.atomic
def change_measure(measure: Measure, actor: Actor, **fields: Any) -> Measure:
    """Change a measure while the plan is drafted; the trail keeps before and after."""
    card = _open_to_unit(measure.case, actor, DRAFTING)
    _check_measure(card, fields.get("due_on", measure.due_on))
    if measure.is_required and fields.get("content", measure.content) != measure.content:
        raise DomainError("规定措施的内容不能改，可以另加措施", {"content": "规定措施不能改"})
    before = {k: engine.plain(getattr(measure, k)) for k in fields}
    for key, value in fields.items():
        setattr(measure, key, value)
    measure.save()
    changed = {k: engine.plain(v) for k, v in fields.items() if before[k] != engine.plain(v)}
    if changed:
        engine.note(card, actor, "measure", f"修改措施 {measure.n}", before={k: before[k] for k in changed}, changed=changed)
    return measure


@transaction.atomic
def remove_measure(measure: Measure, actor: Actor) -> None:
    """Remove a measure of one's own while the plan is drafted; a required one stays."""
    card = _open_to_unit(measure.case, actor, DRAFTING)
    if measure.is_required:
        raise DomainError("规定措施不能删除")
    if measure.done_on or measure.evidence.exists():
        raise DomainError("已填完成情况或有佐证的措施不能删除")
    engine.note(card, actor, "measure", f"删除措施 {measure.n}", note=measure.content)
    measure.delete()


@transaction.atomic
def complete_measure(measure: Measure, actor: Actor, *, result: str, done_on: date, files: Iterable[Any] = (), formed_on: date | None = None) -> Measure:
    """Say what was done about a measure, with its evidence (完成: the unit says so).

    Raises:
        DomainError: the day lies in the future or before the finding was fed back. UploadRefusedError: a file may not be taken; nothing is stored.
    """
    card = _open_to_unit(measure.case, actor, WORKING)
    if done_on > timezone.localdate() or done_on < card.opened_on:
        raise DomainError(f"完成日期须在 {card.opened_on:%Y-%m-%d} 至今天之间", {"done_on": "日期不对"})
    given = [attachments.attach(card, actor, file, formed_on=formed_on, record=False) for file in files]
    measure.result, measure.done_on = result, done_on
    measure.save(update_fields=["result", "done_on"])
    measure.evidence.add(*given)
    engine.note(card, actor, "measure_done", f"措施 {measure.n} 完成", note=result, files=given)
    return measure


@transaction.atomic
def judge(measure: Measure, actor: Actor, verdict: str, reason: str = "") -> EvidenceVerdict:
    """Judge a measure: the supervising department while it reviews, the office while it decides; return the verdict.

    Raises:
        NotPermittedError: not this person's turn. DomainError: 部分到位、不到位 without a reason.
    """
    card: Case | None = Case.objects.select_for_update(of=("self",)).visible_to(actor).filter(pk=measure.case_id).first()
    judges = {
        (State.SUPERVISION, Role.INDUSTRY_REVIEWER): Judge.SUPERVISOR,
        (State.FINAL_REVIEW, Role.OFFICE_STAFF): Judge.OFFICE,
        (State.FINAL_REVIEW, Role.OFFICE_DIRECTOR): Judge.OFFICE,
    }
    who = judges.get((State(card.state), actor.role)) if card else None
    if card is None or who is None:
        raise NotPermittedError("现在不由您认定")
    if verdict != Verdict.DONE and not reason.strip():
        raise DomainError("部分到位、不到位须写明差在哪里", {"reason": "还没有写"})
    given = EvidenceVerdict.objects.create(measure=measure, judge=who, verdict=verdict, reason=reason.strip(), post=actor.post, day=timezone.localdate())
    engine.note(card, actor, "verdict", f"认定措施 {measure.n}：{Verdict(verdict).label}", note=reason.strip())
    return given


@transaction.atomic
def plan_look_back(case: Case, actor: Actor, planned_on: date) -> LookBack:
    """Plan a look-back of a rectification (年度，销号后 3 至 12 个月; domain/process.md 1.4, P14); return it."""
    if actor.role not in OFFICE:
        raise NotPermittedError("回头看由市委依法治市办安排")
    look_back = LookBack.objects.create(case=case, planned_on=planned_on)
    engine.note(case, actor, "look_back_planned", f"列入回头看，计划 {planned_on:%Y-%m-%d}")
    return look_back


@transaction.atomic
def judge_look_back(look_back: LookBack, actor: Actor, verdict: str, note: str, *, due_on: date | None = None, within: Case | None = None) -> Case | None:
    """Record what a look-back found. A relapse opens the next round, with its measures undone, and leaves this round's days and figures alone.

    Returns:
        The card of the next round, or None when the result held.

    Raises:
        DomainError: judged already, or a relapse without a new deadline after today.
    """
    if actor.role not in OFFICE:
        raise NotPermittedError("回头看由市委依法治市办核查")
    if look_back.verdict:
        raise DomainError("这次回头看已有结论")
    today = timezone.localdate()
    look_back.verdict, look_back.note, look_back.done_on, look_back.post = verdict, note, today, actor.post
    look_back.save()
    case = look_back.case
    label = LookBackVerdict(verdict).label
    engine.note(case, actor, "look_back", f"回头看：{label}", note=note)
    if verdict not in RELAPSED or case.is_open:
        return None
    if due_on is None or due_on <= today:
        raise DomainError("反弹的须重新挂账，请填今天以后的整改时限", {"due_on": "须在今天以后"})
    row: Rectification = case.content
    number = case.number or ""
    base = number[: -len(f"-L{row.round}")] if number.endswith(f"-L{row.round}") else number
    suffix = base.removeprefix(row.finding.case.number or "") + f"-L{row.round + 1}"
    following = open_rectification(row.finding, case.unit, actor, day=today, suffix=suffix, is_lead=case.is_lead, previous=row, within=within, due_on=due_on)
    Rectification.objects.filter(pk=following.pk).update(goal=row.goal, leader_title=row.leader_title, owner=row.owner)
    Measure.objects.bulk_create(
        Measure(case=following, n=m.n, content=m.content, owner=m.owner, due_on=due_on, deliverable=m.deliverable, is_required=m.is_required)
        for m in Measure.objects.filter(case=case).order_by("n")
    )
    tell(following, f"{case.title}：回头看认定{label}，重新挂账", [(case.unit_id, INSPECTED)])
    return following


def evidence_warnings(case: Case) -> list[str]:
    """Return what looks like paper rectification (domain/process.md 2.5): shown, never judged by the machine."""
    evidence = list(Attachment.objects.filter(measures__case=case, removed_at=None).distinct().order_by("pk"))
    found: date = case.content.finding.discovered_on
    said = [f"“{a.name}”形成于 {a.formed_on:%Y-%m-%d}，早于问题发现日期 {found:%Y-%m-%d}。" for a in evidence if a.formed_on and a.formed_on < found]
    twins = attachments.twins_of(evidence)
    for attachment in evidence:
        others = sorted({other.case.number or "" for other in twins.get(attachment.sha256, ())})
        if others:
            said.append(f"“{attachment.name}”与 {'、'.join(others[:3])} 的文件相同。")
    return said
