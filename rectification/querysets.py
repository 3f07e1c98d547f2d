"""Which rectifications the ledger asks for. Rows are cards: the ledger reads the card alone and joins content for what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from casework.enums import Kind

if TYPE_CHECKING:
    from organizations.actor import Actor


def ledger(actor: Actor) -> QuerySet[Any]:
    """Return the rectification cards in scope, with what a row of the ledger shows, in one query."""
    from casework.models import Case

    rows = Case.objects.visible_to(actor).filter(kind=Kind.RECTIFICATION)
    return rows.select_related("unit", "within", "topic", "holder_unit", "rectification__finding__case__within__campaign", "rectification__finding__supervisor")


def with_measures(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add how many measures there are and how many are done."""
    return rows.annotate(n_measures=Count("measures", distinct=True), n_done=Count("measures", filter=Q(measures__done_on__isnull=False), distinct=True))


def by_state(rows: QuerySet[Any]) -> dict[str, int]:
    """Count rows in each state; filters may have joined, so a row counts once."""
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk", distinct=True)))
