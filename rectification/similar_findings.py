"""What the unit planned when it had a finding like this one: a start for the plan (一次填报，多处使用)."""

from __future__ import annotations

from typing import Any

from casework.models import Case
from casework.search.similar_cases import similar
from inspections.enums import Kind
from inspections.similar_findings import CLOSE
from organizations.actor import Actor
from rectification.enums import RECTIFICATION
from rectification.services import MEASURE_FIELDS

SHOWN = 2
HEAD = ("goal", "cause", "leader_title", "owner")


def _planned(case: Case, actor: Actor) -> Any:
    rows = Case.objects.visible_to(actor).filter(kind=RECTIFICATION, unit_id=case.unit_id, rectification__goal__gt="")
    return rows.exclude(pk=case.pk).select_related("rectification__cause", "unit", "within")


def plans_like(case: Case, actor: Actor) -> list[Case]:
    """Return the unit's own rectifications, with a plan, of the findings most like this one; else of its topic."""
    finding = case.content.finding
    likes = similar(
        finding.statement, actor, Kind.FINDING, unit_id=case.unit_id, top=SHOWN + 1, leave_out=finding.case_id
    )
    keys = [like.case.pk for like in likes if like.share >= CLOSE]
    found = {card.rectification.finding_id: card for card in _planned(case, actor).filter(
        rectification__finding__in=keys).order_by("pk")}  # fmt: skip
    best = [found[key] for key in keys if key in found][:SHOWN]
    if best or case.topic_id is None:
        return best
    return list(_planned(case, actor).filter(topic_id=case.topic_id).order_by("-opened_on", "-pk")[:1])


def start_from(case: Case, actor: Actor, asked: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return head and measures of the plan that the address asks to begin with; days are left to be set anew."""
    if not asked.isdecimal():
        return {}, []
    card = _planned(case, actor).filter(pk=int(asked[:18])).first()
    if card is None:
        return {}, []
    fields = [name for name in MEASURE_FIELDS if name != "due_on"]
    rows = card.measures.order_by("n").values(*fields)
    return {name: getattr(card.rectification, name) for name in HEAD}, list(rows)
