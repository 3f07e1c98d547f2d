"""What the page of a feedback shows: the list of what was fed back, by when what is asked, who got a copy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse

from casework.deadlines.step_deadlines import step_deadline
from casework.enums import Capacity
from casework.models import Case, Event, Grant
from casework.pages.timeline import who_did
from casework.workflow.relations import UNIT
from inspections.enums import RectifyType, Source
from organizations.actor import Actor
from rectification.enums import RECTIFICATION, State


class Item(NamedTuple):
    """One finding of the list.

    `is_readable`: the reader may see more of it than that it is listed. `sign_url`: where he signs for it by itself.
    """

    case: Case
    statement: str
    is_readable: bool
    needs_plan: bool
    is_self_found: bool
    sign_url: str


def items(card: Case, actor: Actor) -> list[Item]:
    """Return what was fed back: the list belongs to the feedback, what stands behind a line to whoever may see that."""
    cards = Case.objects.filter(rectification__feedback=card).select_related("rectification__finding")
    readable = set(Case.objects.visible_to(actor).filter(rectification__feedback=card).values_list("pk", flat=True))
    return [
        Item(
            one,
            (one.rectification.part or one.rectification.finding.statement) if one.pk in readable else "",
            one.pk in readable,
            one.rectification.finding.rectify_type != RectifyType.IMMEDIATE,
            one.rectification.finding.source == Source.SELF_CHECK,
            reverse("step", args=[one.pk, "sign"]) if one.state == State.SIGN and UNIT(actor, one) else "",
        )
        for one in cards.order_by("number", "pk")
    ]


def runs_from(card: Case) -> date:
    """Return the day from which the limits of 认领 and of the plan run, as far as is known: the latest it can be."""
    known = [day for day in (card.closed_on, card.due_on) if day]
    return min(known, default=card.opened_on)


def read_feedback(card: Case, actor: Actor, context: Mapping[str, Any]) -> dict[str, Any]:
    listed, start = items(card, actor), runs_from(card)
    signed = Event.objects.filter(case=card, name="sign").select_related("post__user", "post__unit").first()
    copied = Grant.objects.filter(case=card, capacity=Capacity.RECEIVE).select_related("unit").order_by("pk")
    reads_all = any(item.is_readable for item in listed)
    return {
        "items": [item for item in listed if not item.is_self_found],
        "self_found": [item for item in listed if item.is_self_found],
        "n_items": len(listed),
        "reads_all": reads_all,
        "runs_from": start,
        "claim_by": step_deadline(RECTIFICATION, State.CLAIM, start, None),
        "plan_by": step_deadline(RECTIFICATION, State.PLAN, start, None) if any(i.needs_plan for i in listed) else None,
        "signed": signed,
        "signed_by": who_did(signed, actor) if signed else "",
        "copied": [grant.unit for grant in copied] if reads_all else [],
    }


def brief_of_feedback(card: Case, actor: Actor) -> dict[str, Any]:
    """What is signed for, or copied."""
    return read_feedback(card, actor, {})
