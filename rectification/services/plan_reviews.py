"""方案逐条审核: the office's word on each item of a plan, and the step that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction

from casework.models import Case
from casework.workflow import engine
from casework.workflow.inputs import RETURN_REASONS
from organizations.actor import Actor
from rectification.enums import ItemVerdict
from rectification.models import PlanVerdict
from rectification.workflow.plan_items import items_of, standing_items
from ui.errors import DomainError

KINDS = dict(RETURN_REASONS)


class Said(NamedTuple):
    """What is said of one item: accepted, or returned with a kind and a sentence."""

    verdict: str
    kind: str = ""
    reason: str = ""


def open_items(case: Case) -> list[int]:
    """Return the items that are to be reviewed: those not accepted before."""
    said = standing_items(case)
    return [n for n in items_of(case) if n not in said or said[n].verdict == ItemVerdict.RETURNED]


@transaction.atomic
def review_plan(
    case: Case, actor: Actor, said: Mapping[int, Said], *, opinion: str = "", seen: int | None = None
) -> Case:
    """Say of each item of a plan whether it is accepted; return the card after the step that follows.

    All accepted: 方案通过. Anything returned: 退回整改方案, and only that is open to the unit again.

    Raises:
        DomainError: an item is not judged, or returned without kind and sentence. As for `engine.perform`.
    """
    wrong = {f"{n}-{field}": text for n in open_items(case) for field, text in _lacks(said.get(n))}
    if wrong:
        raise DomainError(f"还有 {len({key.partition('-')[0] for key in wrong})} 项没有审完，见各项旁的说明", wrong)
    returned = {n: one for n, one in sorted(said.items()) if one.verdict == ItemVerdict.RETURNED}
    if not returned:
        return engine.perform(case, "approve_plan", actor, seen=seen, opinion=opinion)
    summed_up = "\n".join(f"{_called(n)}：{one.kind}。{one.reason}" for n, one in returned.items())
    return engine.perform(
        case,
        "return_plan",
        actor,
        seen=seen,
        reason=f"{opinion}\n{summed_up}".strip(),
        return_kind=sorted({one.kind for one in returned.values()}, key=list(KINDS).index),
        measures=[measure for measure in case.measures.order_by("n") if measure.n in returned],
        items={n: {"kind": one.kind, "reason": one.reason} if n in returned else {} for n, one in said.items()},
    )


def _called(n: int) -> str:
    return PlanVerdict(item=n).called


def _lacks(one: Said | None) -> list[tuple[str, str]]:
    """Return what is missing of the word on one item: (field, what is said beside it)."""
    if one is None or one.verdict not in ItemVerdict.values:
        return [("verdict", "请选同意或退回")]
    if one.verdict == ItemVerdict.ACCEPTED:
        return []
    bare = [] if one.kind in KINDS else [("kind", "退回的须选类别")]
    return [*bare, *([] if one.reason.strip() else [("reason", "退回的须写一句缺什么、怎么改")])]
