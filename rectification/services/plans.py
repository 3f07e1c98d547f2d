"""整改方案: its head and its measures, written while it is drafted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from casework.errors import ConflictError, NotPermittedError
from casework.models import Case
from casework.services import attachments
from casework.workflow import circuits, engine
from casework.workflow.relations import UNIT_WRITING
from casework.workflow.values import in_change
from inspections.enums import RectifyType
from organizations.actor import Actor
from organizations.enums import INSPECTED
from rectification.enums import DRAFTING, WORKING, State
from rectification.models import Measure, PlanVerdict, StageGoal
from rectification.workflow import plan_items
from ui.errors import DomainError

MEASURE_FIELDS = ("content", "owner", "due_on", "deliverable", "standard")


IMMEDIATE_DAYS = 30  # docs/domain/process.md 2.3, R1


class MeasureDraft(NamedTuple):
    """One row of the plan's form: a measure that is there (`pk`) or a new one; `removed` takes it out."""

    content: str
    owner: str
    due_on: date
    deliverable: str
    standard: str = ""
    pk: int | None = None
    removed: bool = False


class StageDraft(NamedTuple):
    """One row of the stages: what is reached by which day."""

    due_on: date
    goal: str


def drafts_in(case: Case) -> frozenset[State]:
    """Return the states in which the unit writes measures.

    That is while the plan is drafted, or while it remedies where no plan is asked for: 立行立改 has none
    (docs/domain/process.md 2.3), and a later round begins in 整改中 with the measures of the one before, which did not
    hold.
    """
    no_plan = "submit_plan" not in circuits.circuit_of(case).by_name or case.content.round > 1
    return DRAFTING | {State.REMEDYING, State.SENT_BACK} if no_plan else DRAFTING


def shut_to(case: Case, actor: Actor, *, drafting: bool) -> str | None:
    """Return why this person may not draft measures, or report on them, now; None when he may.

    The people of the unit may, in the states that let them.
    """
    if actor.role not in INSPECTED or case.unit_id not in actor.unit_ids:
        return "措施由责任单位填写"
    if case.state not in (drafts_in(case) if drafting else WORKING):
        return f"现在是“{circuits.circuit_of(case).word(case.state).label}”，这里不能再改"
    if not UNIT_WRITING(actor, case):
        return "已送主要负责人签字，不能再改；要改的先撤回送签，或者请主要负责人退回"
    return None


def open_to_unit(case: Case, actor: Actor, *, drafting: bool) -> Case:
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
    if case.content.finding.rectify_type == RectifyType.IMMEDIATE and (due_on - case.opened_on).days > IMMEDIATE_DAYS:
        last = case.opened_on + timedelta(IMMEDIATE_DAYS)
        raise DomainError(f"立行立改须在反馈后 {IMMEDIATE_DAYS} 日内完成", {"due_on": f"不晚于 {last:%Y-%m-%d}"})
    today = timezone.localdate()
    if due_on < min(today, case.due_on or today):  # an overdue rectification has only days gone by
        raise DomainError(f"时限 {due_on:%Y-%m-%d} 已经过去", {"due_on": "须在今天以后"})


def _refuse_accepted(case: Case, measure: Measure) -> None:
    """What the office has accepted stays as it was accepted; only what it returned is open again."""
    if plan_items.is_accepted(case, measure.n):
        raise DomainError(f"措施 {measure.n} 审核已同意，不能再改；请只改退回的", {"content": "审核已同意"})


@transaction.atomic
def add_measure(
    case: Case, actor: Actor, *, content: str, owner: str, due_on: date, deliverable: str, standard: str = ""
) -> Measure:
    """Add a measure while the plan is drafted; return it.

    Raises:
        NotPermittedError: not now, or not by this person. DomainError: the deadline lies outside the rectification's.
    """
    card = open_to_unit(case, actor, drafting=True)
    _check_measure(card, due_on)
    measure = Measure.objects.create(
        case=card,
        n=plan_items.next_number(card),
        content=content,
        owner=owner,
        due_on=due_on,
        deliverable=deliverable,
        standard=standard,
    )
    engine.note(card, actor, "measure", f"添加措施 {measure.n}", note=content)
    return measure


@transaction.atomic
def change_measure(measure: Measure, actor: Actor, **fields: Any) -> Measure:
    """Change a measure while the plan is drafted; the trail keeps before and after."""
    card = open_to_unit(measure.case, actor, drafting=True)
    before = {k: engine.plain(getattr(measure, k)) for k in fields}
    changed = {k: engine.plain(v) for k, v in fields.items() if before[k] != engine.plain(v)}
    if changed:
        _refuse_accepted(card, measure)
    if fields.get("due_on", measure.due_on) != measure.due_on:
        _check_measure(card, fields["due_on"])
    if measure.is_required:
        _refuse_weakened(measure, str(fields.get("content", measure.content)))
    for key in changed:
        setattr(measure, key, fields[key])
    if changed:
        measure.save(update_fields=[*changed])
        said = "；".join(in_change(Measure._meta.get_field(key), before[key], value) for key, value in changed.items())
        engine.note(card, actor, "measure", f"修改措施 {measure.n}", note=said)
    return measure


def required_text(measure: Measure) -> str:
    """Return what was required, which stands at the head of the measure: the unit may add to it."""
    lines = [line.strip() for line in measure.case.content.finding.required_measures.splitlines()]
    return max((line for line in lines if line and measure.content.startswith(line)), key=len, default=measure.content)


def _refuse_weakened(measure: Measure, content: str) -> None:
    """A required measure may be made concrete, never dropped or weakened: its words stand, others follow them."""
    if not content.startswith(required := required_text(measure)):
        raise DomainError(
            f"规定措施“{required}”的原文不能删改，请在原文后面补充具体做法", {"content": "请保留原文，在后面补充"}
        )


@transaction.atomic
def remove_measure(measure: Measure, actor: Actor) -> None:
    """Remove a measure of one's own while the plan is drafted; a required one stays."""
    card = open_to_unit(measure.case, actor, drafting=True)
    if measure.is_required:
        raise DomainError("规定措施不能删除")
    _refuse_accepted(card, measure)
    if measure.done_on or measure.verdicts.exists() or measure.evidence.exists():
        raise DomainError("已填完成情况或有佐证的措施不能删除")
    engine.note(card, actor, "measure", f"删除措施 {measure.n}", note=measure.content)
    measure.delete()


@transaction.atomic
def save_plan(
    case: Case,
    actor: Actor,
    head: dict[str, Any],
    rows: Sequence[MeasureDraft] = (),
    *,
    stages: Sequence[StageDraft] | None = None,
    papers: Iterable[Any] = (),
    seen: int | None = None,
) -> Case:
    """Write the head of the plan, its stages, measures and papers together, as the plan's form has them.

    Raises:
        UploadRefusedError: a file may not be taken; nothing is stored.
        ConflictError: somebody acted since the form was shown.
        DomainError: what is wrong, at its field; a row's fields are named "<row>-<field>".
    """
    card = Case.objects.select_for_update(of=("self",)).visible_to(actor).get(pk=case.pk)
    if seen is not None and seen != card.last_seq:
        raise ConflictError(card, engine.events_after(card, seen))
    if head:
        engine.amend(card, actor, head)
    if stages is not None:
        save_stages(card, actor, stages)
    there = {measure.pk: measure for measure in Measure.objects.filter(case=card).select_related("case")}
    for n, row in enumerate(rows):
        try:
            _write_row(card, actor, there, row)
        except DomainError as refused:
            raise DomainError(
                f"第 {n + 1} 条：{refused.message}", {f"{n}-{name}": text for name, text in refused.fields.items()}
            ) from refused
    for paper in papers:
        attachments.attach(card, actor, paper)
    return Case.objects.get(pk=card.pk)


@transaction.atomic
def save_stages(case: Case, actor: Actor, stages: Sequence[StageDraft]) -> None:
    """Write the stages of the plan in the place of those that stand; the trail keeps both.

    Raises:
        NotPermittedError: not now, or not by this person.
        DomainError: the head of the plan is accepted, two stages have one day, or a day lies outside the rectification.
    """
    card = open_to_unit(case, actor, drafting=True)
    now = [StageDraft(stage.due_on, stage.goal) for stage in card.stage_goals.order_by("due_on", "pk")]
    new = sorted(StageDraft(stage.due_on, stage.goal.strip()) for stage in stages)
    if new == now:
        return
    if plan_items.is_accepted(card, PlanVerdict.HEAD):
        raise DomainError("方案总体审核已同意，阶段目标不能再改")
    days = [stage.due_on for stage in new]
    if len(set(days)) < len(days):
        raise DomainError("两个阶段目标的完成时限相同，请分开")
    late = next((day for day in days if day < card.opened_on or (card.due_on and day > card.due_on)), None)
    if late:
        raise DomainError(f"阶段目标的时限 {late:%Y-%m-%d} 须在反馈以后、整改时限以前")
    card.stage_goals.all().delete()
    StageGoal.objects.bulk_create(StageGoal(case=card, due_on=stage.due_on, goal=stage.goal) for stage in new)
    said = "；".join(f"{stage.due_on:%Y-%m-%d} {stage.goal}" for stage in new) or "不再分阶段"
    engine.note(card, actor, "stages", "修改阶段目标" if now else "填写阶段目标", note=said)


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
