"""Writes of a rectification that are not steps: measures, evidence, verdicts, look-backs. Each leaves its event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from casework.errors import ConflictError, NotPermittedError
from casework.files import attachments
from casework.models import Attachment, Case, Event
from casework.workflow import circuits, engine
from casework.workflow.notices import tell
from casework.workflow.relations import REVIEWER
from organizations.actor import Actor
from organizations.enums import INSPECTED, OFFICE
from rectification.enums import DRAFTING, WORKING, Judge, LookBackVerdict, State, Verdict
from rectification.models import EvidenceVerdict, LookBack, Measure, Rectification
from rectification.workflow import guards
from rectification.workflow.effects import open_rectification
from rectification.workflow.verdicts import measures_of, standing
from ui.errors import DomainError

RELAPSED = frozenset({LookBackVerdict.PARTLY_RELAPSED, LookBackVerdict.RELAPSED, LookBackVerdict.FALSE})
# 抽查已销号、长期整改问题 (docs/domain/process.md 1.4, P14); the city also follows one still being remedied (docs/domain/samples.md 10.1: 1 个正在回头看)
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
MEASURE_FIELDS = ("content", "owner", "due_on", "deliverable")


class MeasureDraft(NamedTuple):
    """One row of the plan's form: a measure that is there (`pk`) or a new one; `removed` takes it out."""

    content: str
    owner: str
    due_on: date
    deliverable: str
    pk: int | None = None
    removed: bool = False


def drafts_in(case: Case) -> frozenset[State]:
    """Return the states in which the unit writes measures: while the plan is drafted, or while it remedies where no plan is asked for.

    立行立改 has none (docs/domain/process.md 2.3), and a later round begins in 整改中 with the measures of the one before, which did not hold.
    """
    no_plan = "submit_plan" not in circuits.circuit_of(case).by_name or case.content.round > 1
    return DRAFTING | {State.REMEDYING, State.SENT_BACK} if no_plan else DRAFTING


def shut_to(case: Case, actor: Actor, *, drafting: bool) -> str | None:
    """Return why this person may not draft measures, or report on them, now; None when he may: the people of the unit, in the states that let them."""
    if actor.role not in INSPECTED or case.unit_id not in actor.unit_ids:
        return "措施由责任单位填写"
    if case.state not in (drafts_in(case) if drafting else WORKING):
        return f"现在是“{circuits.circuit_of(case).word(case.state).label}”，这里不能再改"
    return None


def _open_to_unit(case: Case, actor: Actor, *, drafting: bool) -> Case:
    """Lock the card and return it.

    Raises:
        NotPermittedError: not now, or not by this person.
    """
    card: Case | None = Case.objects.select_for_update(of=("self",)).visible_to(actor).filter(pk=case.pk).first()
    if card is None:
        raise NotPermittedError("没有这件整改")
    refusal = shut_to(card, actor, drafting=drafting)
    if refusal:
        raise NotPermittedError(refusal)
    return card


def _check_measure(case: Case, due_on: date) -> None:
    if due_on < case.opened_on:
        raise DomainError(
            f"时限 {due_on:%Y-%m-%d} 早于反馈日期 {case.opened_on:%Y-%m-%d}",
            {"due_on": f"须在 {case.opened_on:%Y-%m-%d} 以后"},
        )
    if case.due_on and due_on > case.due_on:
        raise DomainError(
            f"时限 {due_on:%Y-%m-%d} 晚于整改时限 {case.due_on:%Y-%m-%d}", {"due_on": f"不晚于 {case.due_on:%Y-%m-%d}"}
        )
    today = timezone.localdate()
    if due_on < min(today, case.due_on or today):  # an overdue rectification has only days gone by
        raise DomainError(f"时限 {due_on:%Y-%m-%d} 已经过去", {"due_on": "须在今天以后"})


@transaction.atomic
def add_measure(case: Case, actor: Actor, *, content: str, owner: str, due_on: date, deliverable: str) -> Measure:
    """Add a measure while the plan is drafted; return it.

    Raises:
        NotPermittedError: not now, or not by this person. DomainError: the deadline lies outside the rectification's.
    """
    card = _open_to_unit(case, actor, drafting=True)
    _check_measure(card, due_on)
    n = (Measure.objects.filter(case=card).order_by("-n").values_list("n", flat=True).first() or 0) + 1
    measure = Measure.objects.create(
        case=card, n=n, content=content, owner=owner, due_on=due_on, deliverable=deliverable
    )
    engine.note(card, actor, "measure", f"添加措施 {n}", note=content)
    return measure


@transaction.atomic
def change_measure(measure: Measure, actor: Actor, **fields: Any) -> Measure:
    """Change a measure while the plan is drafted; the trail keeps before and after."""
    card = _open_to_unit(measure.case, actor, drafting=True)
    if fields.get("due_on", measure.due_on) != measure.due_on:
        _check_measure(card, fields["due_on"])
    if measure.is_required and fields.get("content", measure.content) != measure.content:
        raise DomainError("规定措施的内容不能改，可以另加措施", {"content": "规定措施不能改"})
    before = {k: engine.plain(getattr(measure, k)) for k in fields}
    changed = {k: engine.plain(v) for k, v in fields.items() if before[k] != engine.plain(v)}
    for key in changed:
        setattr(measure, key, fields[key])
    if changed:
        measure.save(update_fields=[*changed])
        engine.note(
            card, actor, "measure", f"修改措施 {measure.n}", before={k: before[k] for k in changed}, changed=changed
        )
    return measure


@transaction.atomic
def remove_measure(measure: Measure, actor: Actor) -> None:
    """Remove a measure of one's own while the plan is drafted; a required one stays."""
    card = _open_to_unit(measure.case, actor, drafting=True)
    if measure.is_required:
        raise DomainError("规定措施不能删除")
    if measure.done_on or measure.verdicts.exists() or measure.evidence.exists():
        raise DomainError("已填完成情况或有佐证的措施不能删除")
    engine.note(card, actor, "measure", f"删除措施 {measure.n}", note=measure.content)
    measure.delete()


@transaction.atomic
def save_plan(
    case: Case, actor: Actor, head: dict[str, Any], rows: Sequence[MeasureDraft] = (), *, seen: int | None = None
) -> Case:
    """Write goal, leader, owner and the measures together, as the plan's form has them; return the card.

    Raises:
        ConflictError: somebody acted since the form was shown. DomainError: what is wrong, at its field; a row's fields are named "<row>-<field>".
    """
    card = Case.objects.select_for_update(of=("self",)).visible_to(actor).get(pk=case.pk)
    if seen is not None and seen != card.last_seq:
        raise ConflictError(
            card,
            list(
                Event.objects.filter(case=card, seq__gt=seen).select_related("post__user", "post__unit").order_by("seq")
            ),
        )
    if head:
        engine.amend(card, actor, head)
    there = {measure.pk: measure for measure in Measure.objects.filter(case=card).select_related("case")}
    for n, row in enumerate(rows):
        try:
            _write_row(card, actor, there, row)
        except DomainError as refused:
            raise DomainError(
                f"第 {n + 1} 条：{refused.message}", {f"{n}-{name}": text for name, text in refused.fields.items()}
            ) from refused
    return Case.objects.get(pk=card.pk)


def _write_row(card: Case, actor: Actor, there: dict[int, Measure], row: MeasureDraft) -> None:
    fields: dict[str, Any] = {name: getattr(row, name) for name in MEASURE_FIELDS}
    if row.pk is None:
        if not row.removed:
            add_measure(card, actor, **fields)
    elif row.pk not in there:
        raise DomainError("这条措施已不在方案里，请刷新后再看")
    elif row.removed:
        remove_measure(there[row.pk], actor)
    else:
        change_measure(there[row.pk], actor, **fields)


@transaction.atomic
def complete_measure(
    measure: Measure,
    actor: Actor,
    *,
    result: str,
    done_on: date,
    files: Iterable[Any] = (),
    existing: Iterable[Attachment] = (),
    formed_on: date | None = None,
) -> Measure:
    """Say what was done about a measure, with its evidence (完成: the unit says so). What others had judged of it lapses.

    Args:
        files: new uploads. existing: files that the case has already (asked once, used everywhere).

    Raises:
        DomainError: the day lies in the future or before the finding was fed back. UploadRefusedError: a file may not be taken; nothing is stored.
    """
    card = _open_to_unit(measure.case, actor, drafting=False)
    if done_on > timezone.localdate() or done_on < card.opened_on:
        raise DomainError(f"完成日期须在 {card.opened_on:%Y-%m-%d} 至今天之间", {"done_on": "日期不对"})
    measure.refresh_from_db(fields=["done_on", "result"])
    again = [file for file in existing if file.case_id == card.pk and file.removed_at is None]
    given = [*again, *(attachments.attach(card, actor, file, formed_on=formed_on, record=False) for file in files)]
    if (measure.result, measure.done_on) == (result, done_on) and set(given) <= set(measure.evidence.all()):
        return measure  # the same form sent twice
    measure.result, measure.done_on = result, done_on
    measure.save(update_fields=["result", "done_on"])
    measure.evidence.add(*given)
    _say_of_own(measure, actor, Verdict.DONE)
    engine.note(card, actor, "measure_done", f"措施 {measure.n} 完成", note=result, files=given)
    return measure


@transaction.atomic
def reopen_measure(measure: Measure, actor: Actor, reason: str) -> Measure:
    """Take back that a measure is done; its evidence stays, what others had judged of it lapses.

    Raises:
        DomainError: it is not done, or no reason is given.
    """
    card = _open_to_unit(measure.case, actor, drafting=False)
    if measure.done_on is None:
        raise DomainError(f"措施 {measure.n} 还没有填报完成")
    if not reason.strip():
        raise DomainError("请写明为什么改回未完成", {"reason": "还没有写"})
    measure.done_on, measure.result = None, ""
    measure.save(update_fields=["done_on", "result"])
    _say_of_own(measure, actor, Verdict.NOT_DONE, reason.strip())
    engine.note(card, actor, "measure_reopened", f"措施 {measure.n} 改回未完成", reason=reason.strip())
    return measure


def _say_of_own(measure: Measure, actor: Actor, verdict: Verdict, reason: str = "") -> None:
    """Write the unit's own word (单位自验)."""
    EvidenceVerdict.objects.create(
        measure=measure,
        judge=Judge.UNIT,
        verdict=verdict,
        reason=reason[:300],
        post=actor.post,
        day=timezone.localdate(),
    )


def judge_of(case: Case, actor: Actor) -> Judge | None:
    """Return as whom this person judges the measures of the case now, or None."""
    if case.state == State.SUPERVISION and REVIEWER(actor, case):
        return Judge.SUPERVISOR
    return Judge.OFFICE if case.state == State.FINAL_REVIEW and actor.role in OFFICE else None


@transaction.atomic
def judge(measure: Measure, actor: Actor, verdict: str, reason: str = "") -> EvidenceVerdict:
    """Judge a measure: the supervising department while it reviews, the office while it decides; return the verdict.

    Raises:
        NotPermittedError: not this person's turn. DomainError: 部分到位、不到位 without a reason.
    """
    card: Case | None = (
        Case.objects.select_for_update(of=("self",)).visible_to(actor).filter(pk=measure.case_id).first()
    )
    who = judge_of(card, actor) if card else None
    if card is None or who is None:
        raise NotPermittedError("现在不由您认定")
    stays_out = guards.not_from_the_unit(card, actor) or guards.not_the_requester(card, actor)
    if stays_out:
        raise NotPermittedError(stays_out)
    if verdict != Verdict.DONE and not reason.strip():
        raise DomainError("部分到位、不到位须写明差在哪里", {"reason": "还没有写"})
    given = EvidenceVerdict.objects.create(
        measure=measure, judge=who, verdict=verdict, reason=reason.strip(), post=actor.post, day=timezone.localdate()
    )
    engine.note(card, actor, "verdict", f"认定措施 {measure.n}：{Verdict(verdict).label}", note=reason.strip())
    return given


@transaction.atomic
def judge_all(case: Case, actor: Actor, given: Sequence[tuple[Measure, str, str]]) -> int:
    """Judge several measures at once, leaving out what says again what stands already; return how many verdicts were given.

    Raises:
        as for `judge`; then none is given.
    """
    case = Case.objects.select_for_update(of=("self",)).get(
        pk=case.pk
    )  # the same verdicts sent twice: the second finds them standing
    who, said = judge_of(case, actor), standing(case)
    if who is None:
        raise NotPermittedError("现在不由您认定")
    new = [
        (m, verdict, reason)
        for m, verdict, reason in given
        if (m.pk, who) not in said or (said[m.pk, who].verdict, said[m.pk, who].reason) != (verdict, reason)
    ]
    for measure, verdict, reason in new:
        judge(measure, actor, verdict, reason)
    return len(new)


def _refuse_old_round(case: Case) -> None:
    """A round that was followed by another is history."""
    following = Rectification.objects.filter(previous_id=case.pk).select_related("case").first()
    if following:
        raise DomainError(f"已有第 {following.round} 轮整改 {following.case.number}，请在新一轮上办")


@transaction.atomic
def plan_look_back(case: Case, actor: Actor, planned_on: date) -> LookBack:
    """Plan a look-back of a rectification (年度，销号后 3 至 12 个月; docs/domain/process.md 1.4, P14); return it.

    Raises:
        NotPermittedError: not the office. DomainError: nothing to look back at yet, one is waiting already, or the day has gone by.
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
    """Record what a look-back found. A relapse opens the next round, with its measures undone, and leaves this round's days and figures alone.

    Returns:
        The card of the next round, or None when the result held.

    Raises:
        DomainError: judged already, or a relapse without a new deadline after today.
    """
    if actor.role not in OFFICE:
        raise NotPermittedError("回头看由市委依法治市办核查")
    look_back = LookBack.objects.select_for_update(of=("self",)).select_related("case__unit").get(pk=look_back.pk)
    stays_out = guards.not_from_the_unit(look_back.case, actor)
    if stays_out:
        raise NotPermittedError(stays_out)
    if look_back.verdict:
        raise DomainError("这次回头看已有结论")
    _refuse_old_round(look_back.case)
    today = timezone.localdate()
    look_back.verdict, look_back.note, look_back.done_on, look_back.post = verdict, note, today, actor.post
    look_back.save()
    case = look_back.case
    label = LookBackVerdict(verdict).label
    engine.note(case, actor, "look_back", f"回头看：{label}", note=note)
    if verdict not in RELAPSED:
        return None
    if case.is_open:  # it goes on in the same round
        tell(case, f"{case.title}：回头看认定{label}", [(case.unit_id, INSPECTED)])
        return None
    if due_on is None or due_on <= today:
        raise DomainError("反弹的须重新挂账，请填今天以后的整改时限", {"due_on": "须在今天以后"})
    row: Rectification = case.content
    number = case.number or ""
    base = number[: -len(f"-L{row.round}")] if number.endswith(f"-L{row.round}") else number
    suffix = base.removeprefix(row.finding.case.number or "") + f"-L{row.round + 1}"
    following = open_rectification(
        row.finding,
        case.unit,
        actor,
        day=today,
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
    tell(following, f"{case.title}：回头看认定{label}，重新挂账", [(case.unit_id, INSPECTED)])
    return following


def evidence_warnings(case: Case, actor: Actor) -> list[str]:
    """Return what looks like paper rectification (docs/domain/process.md 2.5): shown, never judged by the machine. Cases out of the reader's scope are not named."""
    files = {
        file.pk: file for measure in measures_of(case) for file in measure.evidence.all() if file.removed_at is None
    }
    evidence = [files[pk] for pk in sorted(files)]
    found: date = case.content.finding.discovered_on
    said = [
        f"“{a.name}”形成于 {a.formed_on:%Y-%m-%d}，早于问题发现日期 {found:%Y-%m-%d}。"
        for a in evidence
        if a.formed_on and a.formed_on < found
    ]
    twins = attachments.twins_of(evidence)
    seen = (
        set(
            Case.objects.visible_to(actor)
            .filter(pk__in={row.case_id for rows in twins.values() for row in rows})
            .values_list("pk", flat=True)
        )
        if twins
        else set()
    )
    for attachment in evidence:
        rows = twins.get(attachment.sha256, ())
        others = sorted({str(row.case.number) for row in rows if row.case_id in seen and row.case.number})
        if rows:
            said.append(f"“{attachment.name}”与 {'、'.join(others[:3]) or '其他件'} 的文件相同。")
    return said
