"""完成、佐证与认定: what the unit says it has done, and what the judges say of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from casework.deadlines.working_days import next_workday
from casework.enums import MaterialKind
from casework.errors import NotPermittedError
from casework.models import Attachment, Case
from casework.services import attachments
from casework.workflow import engine
from casework.workflow.relations import REVIEWER
from organizations.actor import Actor
from organizations.enums import OFFICE
from rectification.enums import Judge, State, Verdict
from rectification.models import EvidenceVerdict, Measure, Proof
from rectification.services.plans import open_to_unit
from rectification.workflow import guards
from rectification.workflow.verdicts import standing
from ui.errors import DomainError

MANY = 10  # pieces of evidence of a measure, from where on it is said (docs/domain/compliance.md 8, ④)


class Filed(NamedTuple):
    """A piece of evidence as it is handed in: an upload, or a file that the unit has filed before.

    Attributes:
        place: the page or paragraph that proves. kind, formed_on: of an upload (9.8 of docs/domain/dictionaries.md); of
            what was filed before they are known.
    """

    file: Any
    place: str = ""
    kind: str = ""
    formed_on: date | None = None


@transaction.atomic
def complete_measure(
    measure: Measure, actor: Actor, *, result: str, done_on: date, filed: Iterable[Filed] = ()
) -> Measure:
    """Say what was done about a measure, with its evidence (完成: the unit says so).

    What others had judged of it lapses.

    Raises:
        DomainError: the day lies in the future or before the finding was fed back; a file pointed at is not the unit's.
        UploadRefusedError: a file may not be taken; nothing is stored.
    """
    card = open_to_unit(measure.case, actor, drafting=False)
    if done_on > timezone.localdate() or done_on < card.opened_on:
        raise DomainError(f"完成日期须在 {card.opened_on:%Y-%m-%d} 至今天之间", {"done_on": "日期不对"})
    measure.refresh_from_db(fields=["done_on", "result"])
    places = {_put(card, actor, one): one.place for one in filed}
    proving = {one.file_id: one for one in measure.proofs.order_by("pk")}
    changed = [file for file, place in places.items() if not _says(proving.get(file.pk), place)]
    if (measure.result, measure.done_on) == (result, done_on) and not changed:
        return measure  # the same form sent twice
    if not places and not measure.proofs.standing().exists():
        raise DomainError(
            f"措施 {measure.n} 还没有佐证，不能报完成；先报进展，有了佐证再报", {"filed": "请上传佐证或者选已有的材料"}
        )
    measure.result, measure.done_on = result, done_on
    measure.save(update_fields=["result", "done_on"])
    for file in changed:
        Proof.objects.update_or_create(measure=measure, file=file, defaults={"place": places[file]})
    _say_of_own(measure, actor, Verdict.DONE)
    engine.note(card, actor, "measure_done", f"措施 {measure.n} 完成", note=result, files=list(places))
    return measure


def _put(card: Case, actor: Actor, one: Filed) -> Attachment:
    """Put a piece of evidence into the case, where it is not there already."""
    if not isinstance(one.file, Attachment):
        kind = one.kind or MaterialKind.OTHER
        return attachments.attach(card, actor, one.file, formed_on=one.formed_on, kind=kind, record=False)
    own = Attachment.objects.standing().filter(case=card, uploaded_by__unit__in=actor.unit_ids)
    if own.filter(pk=one.file.pk).exists():
        return one.file
    return attachments.point_at(card, actor, one.file)


def _says(proof: Proof | None, place: str) -> bool:
    """Whether a file proves the measure already, at this place or, where none is said, at whichever."""
    return proof is not None and place in ("", proof.place)


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
    Proof.objects.bulk_create(Proof(measure=one.measure, file=new, place=one.place) for one in former.proofs.all())


def judge_of(case: Case, actor: Actor) -> Judge | None:
    """Return as whom this person judges the measures of the case now, or None."""
    if case.state == State.SUPERVISION and REVIEWER(actor, case):
        return Judge.SUPERVISOR
    return Judge.OFFICE if case.state == State.FINAL_REVIEW and actor.role in OFFICE else None


@transaction.atomic
def judge(
    measure: Measure,
    actor: Actor,
    verdict: str,
    reason: str = "",
    *,
    lacking: str = "",
    supply_by: date | None = None,
) -> EvidenceVerdict:
    """Judge a measure: the supervising department while it reviews, the office while it decides; return the verdict.

    Args:
        lacking, supply_by: of 部分到位: what is missing, and by when; on a day of rest, by the next working day.

    Raises:
        NotPermittedError: not this person's turn.
        DomainError: 部分到位、不到位 without a reason; 部分到位 without what is missing, or by a day that cannot be.
    """
    card: Case | None = (
        Case.objects.select_for_update(of=("self",)).visible_to(actor).filter(pk=measure.case_id).first()
    )
    who = judge_of(card, actor) if card else None
    if card is None or who is None:
        raise NotPermittedError("现在不由您认定")
    apart = [guards.not_from_the_unit, guards.not_the_requester]
    if who == Judge.OFFICE:  # as of who verifies: the second word is not the first one's once more
        apart.append(guards.not_the_supervisor)
    if stays_out := next(filter(None, (recusal(card, actor) for recusal in apart)), None):
        raise NotPermittedError(stays_out)
    if verdict != Verdict.DONE and not reason.strip():
        raise DomainError("部分到位、不到位须写明差在哪里", {"reason": "还没有写"})
    gap: dict[str, Any] = {}
    if verdict == Verdict.PARTLY:
        gap = {"lacking": lacking.strip(), "supply_by": _day_of_supply(card, lacking, supply_by)}
    given = EvidenceVerdict.objects.give(
        measure, judge=who, verdict=verdict, reason=reason.strip(), post=actor.post, day=timezone.localdate(), **gap
    )
    said = f"{reason.strip()}；还差：{given.lacking}，{given.supply_by} 前补齐" if gap else reason.strip()
    engine.note(card, actor, "verdict", f"认定措施 {measure.n}：{Verdict(verdict).label}", note=said)
    return given


def _day_of_supply(case: Case, lacking: str, asked: date | None) -> date:
    """Return by when what is lacking is to be supplied; the deadline of the whole is not moved by it.

    Raises:
        DomainError: what or when is not said, the day is not to come, or lies behind the deadline of the whole.
    """
    if not lacking.strip() or asked is None:
        blank = {} if lacking.strip() else {"lacking": "还没有写"}
        raise DomainError("部分到位须写明还差什么、哪天以前补齐", blank | ({} if asked else {"supply_by": "还没有填"}))
    today, day = timezone.localdate(), next_workday(asked)
    if asked <= today:
        raise DomainError("补齐期限须在今天以后", {"supply_by": "不在今天以后"})
    if case.due_on is not None and today < case.due_on < day:
        raise DomainError(
            f"补齐期限晚于整改时限 {case.due_on:%Y-%m-%d}；需要更长时间的，由单位申请延期",
            {"supply_by": "晚于整改时限"},
        )
    return day


class Word(NamedTuple):
    """What is said of one measure, beside the others."""

    measure: Measure
    verdict: str
    reason: str = ""
    lacking: str = ""
    supply_by: date | None = None

    def says(self, standing: EvidenceVerdict | None) -> bool:
        """Whether this is what stands already."""
        if standing is None:
            return False
        return self[1:] == (standing.verdict, standing.reason, standing.lacking, standing.supply_by)


@transaction.atomic
def judge_all(case: Case, actor: Actor, given: Sequence[Word]) -> int:
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
    new = [word for word in given if not word.says(said.get((word.measure.pk, who)))]
    for measure, verdict, reason, lacking, supply_by in new:
        try:
            judge(measure, actor, verdict, reason, lacking=lacking, supply_by=supply_by)
        except DomainError as refused:
            refused.fields = {f"{measure.n}-{name}": text for name, text in refused.fields.items()}
            raise
    return len(new)
