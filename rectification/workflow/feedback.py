"""督察反馈: one issue a unit of all that is fed back to it together, signed for by the unit and copied to others.

Its rectifications are signed for with it, and the limits of 认领 and of the plan run from there, or from the last day
for signing (docs/domain/process.md 1.4 P09, P10; 四抄告: 1.7). What it lists are its rectifications; self-found
problems are findings of that source.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from casework import kinds
from casework.deadlines.step_deadlines import step_deadline
from casework.enums import AT_REST, DONE, Capacity
from casework.models import Case, Grant
from casework.workflow import engine, numbers
from casework.workflow.circuits import Circuit, Doing, step
from casework.workflow.engine import Recorded
from casework.workflow.notices import tell
from casework.workflow.relations import OFFICE, UNIT
from inspections.enums import Kind
from organizations.enums import BUSINESS, Role
from rectification.enums import RECTIFICATION, FeedbackState, State

if TYPE_CHECKING:
    from organizations.actor import Actor
    from organizations.models import Unit

F = FeedbackState


def issue_for(within: Case, unit: Unit, actor: Actor | None, day: date) -> Case:
    """Return the feedback by which something comes to a unit this day: the one just made, or a new one."""
    same = Case.objects.filter(kind=Kind.FEEDBACK, within=within, unit=unit, state=F.SENT, opened_on=day)
    found: Case | None = same.order_by("-pk").first()
    if found is not None:
        return found
    return engine.open_case(
        Kind.FEEDBACK,
        actor,
        unit=unit,
        title=f"{within.title}反馈意见",
        make=lambda case: None,
        day=day,
        within=within,
        number=numbers.take(kinds.spec_of(Kind.FEEDBACK).number, campaign=within.number),
        due_on=step_deadline(RECTIFICATION, State.SIGN, day, None),
    )


def sign_each(doing: Doing) -> None:
    """Sign for every rectification that is still to be signed for."""
    cards = Case.objects.filter(rectification__feedback=doing.case, state=State.SIGN).order_by("pk")
    for card in cards.select_for_update(of=("self",)):
        engine.perform(card, "sign", doing.actor, day=doing.day)


def sign_feedback(recorded: Recorded) -> None:
    """Sign for the feedback when the last of its rectifications was signed for by itself. A hook of the engine."""
    if recorded.case.kind != RECTIFICATION or recorded.event.name != "sign":
        return
    key = recorded.case.content.feedback_id
    if Case.objects.filter(rectification__feedback=key, state=State.SIGN).exists():
        return
    # whoever signs for the whole at this moment holds it, and signs for it himself
    sent = Case.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=key, state=F.SENT).first()
    if sent is not None:
        engine.perform(sent, "sign", recorded.actor, day=recorded.event.day)


def copy_to(card: Case, units: Iterable[Unit], actor: Actor | None, day: date) -> None:
    """Copy a feedback to those who have no copy yet."""
    had = set(Grant.objects.filter(case=card, capacity=Capacity.RECEIVE).values_list("unit_id", flat=True))
    new = [unit for unit in units if unit.pk not in had | {card.unit_id}]
    if new:
        engine.perform(card, "copy", actor, day=day, copied_to=new)


def let_see(doing: Doing) -> None:
    """Grant the copied bodies the feedback, and nothing behind it; tell them."""
    case = doing.case
    for unit in doing.given["copied_to"]:
        Grant.objects.get_or_create(case=case, unit=unit, capacity=Capacity.RECEIVE, defaults={"from_on": doing.day})
    told = [(unit.pk, BUSINESS) for unit in doing.given["copied_to"]]
    tell(case, f"抄告：{case.title}（{case.unit_name}），请知悉问题清单", told)


CIRCUIT = Circuit(
    Kind.FEEDBACK,
    FeedbackState,
    F.SENT,
    frozenset({str(F.SIGNED)}),
    {F.SENT: AT_REST, F.SIGNED: DONE},
    {F.SENT: lambda case: (case.unit_id, Role.UNIT_LIAISON)},
    (
        step("sign", "签收", {F.SENT}, F.SIGNED, UNIT, task="签收反馈意见", effects=(sign_each,), shows=("list",),
             hint="签收后逐条认领。认领和报方案的期限自签收起算。"),
        step("copy", "抄告", {F.SENT}, None, OFFICE, needs=("copied_to",), effects=(let_see,), aside=True,
             shows=("list",), hint="抄告的单位只看得到这份反馈和问题清单。"),
    ),
    roads=tuple(map(str, (F.SENT, F.SIGNED))),
)  # fmt: skip
