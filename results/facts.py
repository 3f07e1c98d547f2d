"""Facts to which the rules apply, per unit, drawn from the cards. Every fact is a number of cases that can be opened;
no score is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from casework.kinds import spec_of
from casework.models import Case
from organizations.actor import Actor
from organizations.models import Unit
from rectification.enums import RECTIFICATION
from results.models import ScoreRule

OVERDUE = "K02"


@dataclass(frozen=True)
class UnitFacts:
    """How many cases of a unit fall under each tier of one rule, and what the rule says of them."""

    unit: Unit
    counts: tuple[tuple[ScoreRule, int], ...]  # by tier
    deducted: Decimal  # by the rule: points times cases, at most the cap


def overdue_facts(actor: Actor, rules: Sequence[ScoreRule], on: date) -> list[UnitFacts]:
    """Return the units of which open cases are overdue today, by code (not ranked, docs/domain/results.md 5.2), in the
    actor's scope.

    The approved deadline counts (无批准延期); an assisting unit answers for its own case, the lead unit for the lead
    one.
    """
    if not rules:
        return []
    tiers = {f"tier_{rule.tier}": Count("pk", filter=_band(rule, on)) for rule in rules}
    rows = Case.objects.visible_to(actor).filter(
        spec_of(RECTIFICATION).clocked, counted=True, is_open=True, due_on__lt=on
    )
    found: dict[int, dict[str, Any]] = {
        row["unit_id"]: row for row in rows.order_by().values("unit_id").annotate(**tiers)
    }
    return [_facts(unit, rules, found[unit.pk]) for unit in Unit.objects.filter(pk__in=found).order_by("place")]


def _band(rule: ScoreRule, on: date) -> Q:
    if rule.first_day is None:  # a rule still to be filled in counts nothing
        return Q(pk__in=())
    since = Q(due_on__gte=on - timedelta(rule.last_day)) if rule.last_day else Q()
    return Q(due_on__lte=on - timedelta(rule.first_day)) & since


def _facts(unit: Unit, rules: Sequence[ScoreRule], row: dict[str, Any]) -> UnitFacts:
    counts = tuple((rule, row[f"tier_{rule.tier}"]) for rule in rules)
    points = sum((rule.points * n for rule, n in counts), Decimal())
    return UnitFacts(unit, counts, min(points, rules[0].cap))
