"""市级整改工作方案: its circuit, that of each problem of the whole city, and that of a unit's answer (decision 0034).

办公室起草 → 负责人审定印发 → 单位对标认领 → 经办核定、建账 → 各单位整改 → 各方面由负责人认定整体落实 → 方案办结.
See docs/domain/samples.md 10.1 and docs/domain/process.md 1.4 (P10), 2.5.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from casework import kinds
from casework.enums import AT_REST, BEING_JUDGED, DONE, UNDER_WAY, VOID, Secrecy
from casework.models import Case
from casework.workflow import engine
from casework.workflow.circuits import Circuit, Doing, Edit, Given, Nobody, Tie, step
from casework.workflow.notices import news, tell
from casework.workflow.relations import OFFICE_DIRECTOR, OFFICE_STAFF, SYSTEM, UNIT
from inspections.enums import Method
from inspections.services import Cited, take_over
from inspections.workflow.holders import office, the_office
from inspections.workflow.plan import changed_since_return, not_the_submitter
from organizations.enums import INSPECTED, Role
from rectification.enums import ASPECT, PROGRAMME, RECTIFICATION, UNIT_CLAIM, State
from rectification.enums import AspectState as A
from rectification.enums import ClaimState as C
from rectification.enums import ProgrammeState as P
from rectification.models import Aspect, ClaimedAspect, Programme, UnitClaim
from rectification.workflow.claiming import the_unit
from rectification.workflow.effects import open_rectification
from rectification.workflow.guards import not_from_the_unit
from rectification.workflow.progress import not_reminded_yet

if TYPE_CHECKING:
    from casework.workflow.engine import Recorded
    from organizations.actor import Actor

STAFF, DIRECTOR = office(Role.OFFICE_STAFF), office(Role.OFFICE_DIRECTOR)


# ---- the programme


def has_aspects(case: Case) -> str | None:
    aspects = Aspect.objects.filter(programme=case.pk)
    if not aspects.exists():
        return "方案中还没有方面和规定措施，请在“修改方案”处添加"
    bare = list(aspects.filter(demands=None).order_by("n").values_list("n", flat=True))
    return f"第 {'、'.join(map(str, bare))} 方面还没有规定措施，请在“修改方案”处添加" if bare else None


def claim_lies_ahead(case: Case, actor: Actor) -> str | None:
    """About the day the person acts on, not the wall clock: history is loaded by the same steps on its own days."""
    by = case.content.claim_by
    return None if by > actor.today else f"认领期限 {by:%Y-%m-%d} 已过，请先改为今天以后的日期"


def every_aspect_is_settled(case: Case) -> str | None:
    rows = Aspect.objects.filter(programme=case.pk, case__is_open=True).order_by("n").values_list("n", flat=True)
    return f"第 {'、'.join(map(str, rows))} 方面还没有认定整体落实" if rows else None


def shown_to_leaders(case: Case, given: Given, day: date) -> dict[str, Any]:
    """A draft is a working paper of the office; what is issued may be read by whoever sees the whole city."""
    return {"secrecy": Secrecy.OPEN}


def issue(doing: Doing) -> None:
    """Open a card for each problem, and ask each unit to claim."""
    case, programme = doing.case, doing.case.content
    for aspect in programme.aspects.select_related("topic").order_by("n"):
        _open_aspect(doing, aspect)
    for unit in programme.units.order_by("place"):
        card = engine.open_case(
            UNIT_CLAIM,
            doing.actor,
            unit=unit,
            title=f"{case.title}：对标认领",
            make=lambda card: UnitClaim.objects.create(case=card, programme=programme),
            day=doing.day,
            within=case.within,
            due_on=programme.claim_by,
        )
        tell(card, f"{card.title}，{card.due_on:%m-%d} 前报送", [(unit.pk, INSPECTED)])


def _open_aspect(doing: Doing, aspect: Aspect) -> None:
    def make(card: Case) -> Aspect:
        aspect.case = card
        aspect.save(update_fields=["case"])
        return aspect

    engine.open_case(
        ASPECT,
        doing.actor,
        unit=the_office(),
        title=aspect.title,
        make=make,
        day=doing.day,
        within=doing.case.within,
        topic=aspect.topic,
        severity=aspect.severity,
        number=kinds.spec_of(ASPECT).number.format(programme=doing.case.number, n=aspect.n),
        due_on=aspect.rectify_by,
        secrecy=Secrecy.OPEN,
    )


_WITH_ASPECTS = Exists(Aspect.objects.filter(programme=OuterRef("pk")).order_by())
PROGRAMME_CIRCUIT = Circuit(
    PROGRAMME, P, P.DRAFT, frozenset({str(P.ENDED), str(P.CANCELLED)}),
    {P.DRAFT: UNDER_WAY, P.APPROVAL: BEING_JUDGED, P.ISSUED: UNDER_WAY, P.ENDED: DONE, P.CANCELLED: VOID},
    {P.DRAFT: STAFF, P.APPROVAL: DIRECTOR, P.ISSUED: Nobody("各单位正在认领、整改")},
    (
        step("submit", "报请审定", {P.DRAFT}, P.APPROVAL, OFFICE_STAFF, has_aspects, changed_since_return,
             task="起草方案并报请审定", recusals=(claim_lies_ahead,), withdrawable=True, shows=("programme",)),
        step("issue", "审定印发", {P.APPROVAL}, P.ISSUED, OFFICE_DIRECTOR, has_aspects, task="审定整改工作方案",
             recusals=(not_the_submitter, claim_lies_ahead), may=("opinion",), changes=shown_to_leaders,
             effects=(issue,), shows=("programme",),
             hint="印发后各单位收到对标认领的待办，方面和规定措施不再改动。"),
        step("return", "退回修改", {P.APPROVAL}, P.DRAFT, OFFICE_DIRECTOR, needs=("reason",), back=True,
             shows=("programme",)),
        step("end", "方案办结", {P.ISSUED}, P.ENDED, OFFICE_DIRECTOR, every_aspect_is_settled, needs=("opinion",),
             shows=("programme",)),
        step("cancel", "作废", {P.DRAFT, P.APPROVAL}, P.CANCELLED, OFFICE_DIRECTOR, needs=("reason",), back=True,
             shows=("programme",)),
    ),
    (Edit(frozenset({str(P.DRAFT)}), OFFICE_STAFF, frozenset({"title", "purpose", "claim_by", "units", "aspects"})),),
    tuple(map(str, (P.DRAFT, P.APPROVAL, P.ISSUED, P.ENDED))),
    (Tie("issued_has_aspects", Q(state__in=(P.ISSUED, P.ENDED)) & ~Q(_WITH_ASPECTS), "印发的方案须有方面和规定措施"),),
)  # fmt: skip


# ---- the answer of a unit


def is_filled_in(case: Case) -> str | None:
    """What is claimed, or why nothing is."""
    said = bool(case.content.why) or ClaimedAspect.objects.filter(claim=case.pk).exists()
    return None if said else "还没有填写认领情况，请在“对标认领”页填写"


def claim_is_overdue(case: Case) -> str | None:
    today = timezone.localdate()
    return None if case.due_on is None or case.due_on < today else f"认领期限 {case.due_on:%Y-%m-%d} 还没有过"


def unanswered(case: Case, given: Given, day: date) -> dict[str, Any]:
    return {"why": f"没有按期认领：{given['reason']}"[:500]}


def wait_no_longer(doing: Doing) -> None:
    """What the unit had ticked and never sent is nothing: one that does not answer must not hold up the whole city."""
    programme = doing.case.content.programme
    ClaimedAspect.objects.filter(claim=doing.case.pk).delete()
    settle_aspects(programme, doing)


def open_claimed(doing: Doing) -> None:
    """建账: make each claimed problem a finding of the unit, and its rectification, with what was claimed of measures.

    Both are the office's word already: the programme was approved, and the unit has answered (decision 0034).
    """
    case, programme = doing.case, doing.case.content.programme
    lock_open_aspects(programme)  # in one order, before any by itself: two that are accepted at once wait, neither dies
    rows = ClaimedAspect.objects.filter(claim=case.pk).select_related("aspect__topic", "aspect__basis", "aspect__case")
    for row in rows.prefetch_related("demands").order_by("aspect__n"):
        aspect = row.aspect
        row.finding = take_over(
            doing.actor,
            programme.case.within,
            case.unit,
            title=aspect.title,
            day=doing.day,
            citations=[Cited(aspect.basis, aspect.article)],
            on_card={"topic": aspect.topic, "severity": aspect.severity},
            content={
                "statement": aspect.statement,
                "discovered_on": aspect.case.opened_on,  # the issue: a basis repealed since bars no answer
                "method": Method.SELF_CHECK,  # the unit held itself against the programme
                "supervisor_id": aspect.supervisor_id if aspect.supervisor_id != case.unit_id else None,
                "rectify_type": aspect.rectify_type,
                "rectify_by": aspect.rectify_by,
                "required_measures": "\n".join(one.content for one in sorted(row.demands.all(), key=lambda one: one.n)),
            },
        )
        row.save(update_fields=["finding"])
        card = open_rectification(row.finding, case.unit, doing.actor, day=doing.day, is_fed_back=False)
        tell(engine.perform(card, "take_over", None, day=doing.day), news(card, "列入整改台账"), the_unit(card))
    settle_aspects(programme, doing)


CLAIM_CIRCUIT = Circuit(
    UNIT_CLAIM, C, C.ASKED, frozenset({str(C.ACCEPTED)}),
    {C.ASKED: AT_REST, C.ANSWERED: BEING_JUDGED._replace(to_units="已报送"), C.ACCEPTED: DONE},
    {C.ASKED: lambda case: (case.unit_id, Role.UNIT_LIAISON), C.ANSWERED: STAFF},
    (
        step("answer", "报送认领情况", {C.ASKED}, C.ANSWERED, UNIT, is_filled_in, task="对标认领", may=("note",),
             withdrawable=True, shows=("claim",)),
        step("remind", "提醒认领", {C.ASKED}, None, OFFICE_STAFF, not_reminded_yet, aside=True, tells=the_unit,
             shows=("claim",), hint="每次印发提醒一次，单位收到知悉。"),
        step("accept", "核定认领，建立台账", {C.ANSWERED}, C.ACCEPTED, OFFICE_STAFF, task="核定对标认领",
             recusals=(not_from_the_unit,), may=("opinion",), effects=(open_claimed,), tells=the_unit,
             shows=("claim",), hint="认领的每个方面各立一件整改，规定措施带入整改方案。"),
        step("conclude", "不再等候，按未认领办结", {C.ASKED}, C.ACCEPTED, OFFICE_DIRECTOR, claim_is_overdue, aside=True,
             recusals=(not_from_the_unit,), needs=("reason",), writes=unanswered, effects=(wait_no_longer,),
             tells=the_unit, shows=("claim",), hint="该单位不立整改；其他单位的整改和方案照常办结。"),
        step("return_claim", "退回重新认领", {C.ANSWERED}, C.ASKED, OFFICE_STAFF, recusals=(not_from_the_unit,),
             needs=("reason",), back=True, tells=the_unit, shows=("claim",)),
    ),
    (),
    tuple(map(str, (C.ASKED, C.ANSWERED, C.ACCEPTED))),
)  # fmt: skip


# ---- a problem of the whole city


def rectifications_of(aspect_card: int) -> Any:
    """Return the cards of all rectifications of an aspect, whatever their unit and round."""
    return Case.objects.filter(kind=RECTIFICATION, rectification__finding__claimed__aspect__case=aspect_card)


def _unclaimed(aspect_card: int) -> str | None:
    """Say how many units have not answered, or whose answer is not accepted: the whole is not known before."""
    n = Case.objects.filter(unitclaim__programme__aspects__case=aspect_card, is_open=True).count()
    return f"还有 {n} 个单位没有认领或者没有核定" if n else None


def unsettled(case: Case) -> str | None:
    """Say what keeps the whole from being settled: who has not answered, what is open, that nothing was closed."""
    if waiting := _unclaimed(case.pk):
        return waiting
    states = list(rectifications_of(case.pk).order_by().values_list("state", "is_open"))
    if n := sum(1 for _, is_open in states if is_open):
        return f"还有 {n} 件整改没有办结"
    return None if any(state == State.CLOSED for state, _ in states) else "没有已销号的整改"


def nobody_claims(case: Case) -> str | None:
    if waiting := _unclaimed(case.pk):
        return waiting
    stand = rectifications_of(case.pk).exclude(state__in=(State.VOID, State.REASSIGNED)).exists()
    return "已有单位认领整改，须整改落实" if stand else None


def settle_aspects(programme: Programme, doing: Doing) -> None:
    """Look at every open problem of a programme once more: the last answer may be what they waited for."""
    for card in lock_open_aspects(programme):
        _settle(card, doing.day)


def lock_open_aspects(programme: Programme) -> list[Case]:
    rows = Case.objects.filter(aspect__programme=programme, is_open=True).order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def settle_aspect(recorded: Recorded) -> None:
    """Lay a problem before the director when its last rectification has ended; take it back when one opens again.

    One that is settled stays so, for his word stands; the office is told. A hook of the engine.
    """
    case = recorded.case
    if case.kind != RECTIFICATION or (case.is_open and recorded.event.name != "open"):
        return
    mine = Case.objects.filter(aspect__claimed__finding=case.content.finding_id)
    card = mine.select_for_update(of=("self",)).first()
    if card is not None and card.is_open:
        _settle(card, recorded.event.day)
    elif card is not None and case.is_open:
        said = f"“{card.title}”已认定整体落实，{case.unit_name}又有一件整改未办结：{case.number}"
        tell(card, said, [(the_office().pk, (Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF))])


def _settle(card: Case, day: Any) -> None:
    is_settled = unsettled(card) is None
    if is_settled == (card.state == A.OPEN):
        engine.perform(card, "gather" if is_settled else "take_up", None, day=day)


ASPECT_CIRCUIT = Circuit(
    ASPECT, A, A.OPEN, frozenset({str(A.CLOSED), str(A.DROPPED)}),
    {A.OPEN: UNDER_WAY, A.READY: BEING_JUDGED, A.CLOSED: DONE, A.DROPPED: VOID},
    {A.OPEN: Nobody("各责任单位正在整改"), A.READY: DIRECTOR},
    (
        step("gather", "各单位整改全部办结", {A.OPEN}, A.READY, SYSTEM),
        step("take_up", "又有整改未办结", {A.READY}, A.OPEN, SYSTEM),
        step("close", "认定整体落实", {A.READY}, A.CLOSED, OFFICE_DIRECTOR, unsettled, task="认定本方面是否整体落实",
             needs=("opinion",), shows=("aspect",), hint="各单位都销号以后，由负责人认定全市整体落实，才算销号。"),
        step("drop", "不再单列", {A.OPEN}, A.DROPPED, OFFICE_DIRECTOR, nobody_claims, needs=("reason",), back=True,
             shows=("aspect",), hint="没有单位认领的方面，说明理由后不再单列。"),
    ),
    (),
    tuple(map(str, (A.OPEN, A.READY, A.CLOSED))),
)  # fmt: skip
