"""专项整治线索: how many of a campaign's clues are done; clues are counted apart from findings."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from casework.enums import Kind
from casework.models import Case
from clues.enums import ClueState

DEFINITION = "已销号的线索 ÷ 登记的全部线索（不予受理的除外）。线索另计，不进问题的销号率。"


def read_clues(on: Any = None, within: Any = None) -> list[dict[str, Any]]:
    """Return, for each campaign with clues, how many there are and how many were closed by the day."""
    rows = Case.objects.filter(kind=Kind.CLUE).exclude(state=ClueState.DROPPED)
    if within:
        rows = rows.filter(within_id__in=within)
    done = Q(state=ClueState.CLOSED)
    if on is not None:
        rows, done = rows.filter(opened_on__lte=on), done & Q(closed_on__lte=on)
    found = rows.order_by("within_id").values("within_id", "within__title").annotate(n=Count("pk"), done=Count("pk", filter=done))
    return [row | {"share": row["done"] / row["n"]} for row in found]
