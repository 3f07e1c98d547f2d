"""完成、佐证与认定: what the unit says it has done, and what the judges say of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework.enums import MaterialKind
from casework.errors import NotPermittedError
from casework.models import Attachment, Case
from casework.services import attachments
from casework.workflow import engine
from casework.workflow.relations import REVIEWER
from organizations.actor import Actor
from organizations.enums import OFFICE
from rectification.enums import Judge, State, Verdict
from rectification.models import EvidenceVerdict, Measure
from rectification.services.plans import open_to_unit
from rectification.workflow import guards
from rectification.workflow.verdicts import standing
from ui.errors import DomainError


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
    kind: str = "",
) -> Measure:
    """Say what was done about a measure, with its evidence (完成: the unit says so).

    What others had judged of it lapses.

    Args:
        files: new uploads, of one kind of material (9.8 of docs/domain/dictionaries.md; "": 其他). existing: files that
            the case has already (asked once, used everywhere).

    Raises:
        DomainError: the day lies in the future or before the finding was fed back.
        UploadRefusedError: a file may not be taken; nothing is stored.
    """
    card = open_to_unit(measure.case, actor, drafting=False)
    if done_on > timezone.localdate() or done_on < card.opened_on:
        raise DomainError(f"完成日期须在 {card.opened_on:%Y-%m-%d} 至今天之间", {"done_on": "日期不对"})
    measure.refresh_from_db(fields=["done_on", "result"])
    mine = [file.pk for file in existing]
    again = list(Attachment.objects.standing().filter(case=card, pk__in=mine)) if mine else []
    sent: dict[str, Any] = {"formed_on": formed_on, "kind": kind or MaterialKind.OTHER, "record": False}
    given = [*again, *(attachments.attach(card, actor, file, **sent) for file in files)]
    if (measure.result, measure.done_on) == (result, done_on) and set(given) <= set(measure.evidence.all()):
        return measure  # the same form sent twice
    if not given and not Attachment.objects.standing().filter(measures=measure).exists():
        raise DomainError(
            f"措施 {measure.n} 还没有佐证，不能报完成；先报进展，有了佐证再报", {"files": "请上传佐证或者选已有的材料"}
        )
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
    card = open_to_unit(measure.case, actor, drafting=False)
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
    EvidenceVerdict.objects.give(
        measure,
        judge=Judge.UNIT,
        verdict=verdict,
        reason=reason[:300],
        post=actor.post,
        day=timezone.localdate(),
    )


def take_in_new_version(former: Attachment, new: Attachment) -> None:
    """Let the new version of a file prove what the former proved; what was judged of it lapses by itself."""
    new.measures.add(*former.measures.all())


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
    given = EvidenceVerdict.objects.give(
        measure, judge=who, verdict=verdict, reason=reason.strip(), post=actor.post, day=timezone.localdate()
    )
    engine.note(card, actor, "verdict", f"认定措施 {measure.n}：{Verdict(verdict).label}", note=reason.strip())
    return given


@transaction.atomic
def judge_all(case: Case, actor: Actor, given: Sequence[tuple[Measure, str, str]]) -> int:
    """Judge several measures at once; return how many verdicts were given.

    What says again what stands already is left out.

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
