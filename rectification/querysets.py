"""Which rectifications the ledger asks for. Rows are cards, joined with content for what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from casework.models import Case, Event
from casework.querysets import ContentQuerySet
from rectification.enums import RECTIFICATION, State

if TYPE_CHECKING:
    from organizations.actor import Actor


def ledger(actor: Actor) -> QuerySet[Any]:
    """Return the rectification cards in scope, with what a row of the ledger shows."""
    rows = Case.objects.visible_to(actor).filter(kind=RECTIFICATION)
    return rows.select_related("within", "topic", "holder_unit")


DATED = ("request_closure", "endorse", "withdraw")


def of_milestones(events: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the events that dates are read from: when it was checked, agreed, made public, taken back."""
    return events.filter(Q(name__in=DATED) | Q(state=State.PUBLICITY) | Q(source=State.PUBLICITY)).order_by("seq")


def with_facts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Bring what `rectification.facts` reads: a fixed number of questions however many cards."""
    row, finding = "rectification", "rectification__finding"
    return rows.select_related(
        "unit", "within", "topic", "holder_unit", f"{row}__previous__case", f"{finding}__case", f"{finding}__supervisor"
    ).prefetch_related(
        f"{finding}__citations__basis", f"{finding}__assisting", "measures__evidence", "progress_reports", "look_backs",
        Prefetch("events", of_milestones(Event.objects.all()), to_attr="milestones"),
    )  # fmt: skip


def with_measures(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add how many measures there are and how many are done; as subqueries, which a count of the rows leaves out."""

    def number(**condition: Any) -> Any:
        measures = (
            apps.get_model("rectification", "Measure")
            .objects.filter(case=OuterRef("pk"), **condition)
            .order_by()
            .values("case")
            .annotate(n=Count("pk"))
        )
        return Coalesce(Subquery(measures.values("n")), 0)

    return rows.annotate(n_measures=number(), n_done=number(done_on__isnull=False))


class VerdictQuerySet(ContentQuerySet):
    """认定: as visible as the card of the measure."""

    card = "measure__case__"
