"""Which rectifications the ledger asks for. Rows are cards, joined with content for what is shown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import DateField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from casework.deadlines.sql_days import Days
from casework.enums import UNFINISHED
from casework.models import Case, Event
from casework.querysets import ContentQuerySet
from inspections.enums import Kind
from organizations.enums import OFFICE, Role
from rectification.enums import NO_CLOCK, RECTIFICATION, WORKING, State
from ui.counting import how_many

if TYPE_CHECKING:
    from organizations.actor import Actor
    from rectification.models import EvidenceVerdict, Measure


def ledger(actor: Actor) -> QuerySet[Any]:
    """Return the rectification cards in scope."""
    rows: QuerySet[Any] = Case.objects.visible_to(actor).filter(kind=RECTIFICATION)
    return rows


def feedbacks(actor: Actor) -> QuerySet[Any]:
    """Return the cards of what was fed back, in scope, with how many findings each has."""
    listed = apps.get_model("rectification", "Rectification").objects.filter(feedback=OuterRef("pk"))
    rows = Case.objects.visible_to(actor).filter(kind=Kind.FEEDBACK).with_holder()
    return rows.select_related("unit", "within").annotate(n_findings=how_many(listed))


def with_shown(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Bring what a row of the ledger shows."""
    return with_measures(rows).with_holder().select_related("within", "topic", "rectification__finding")  # type: ignore[attr-defined]  # cards


DATED = ("request_closure", "endorse", "withdraw")


def of_milestones(events: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the events that dates are read from: when it was checked, agreed, made public, taken back."""
    return events.filter(Q(name__in=DATED) | Q(state=State.PUBLICITY) | Q(source=State.PUBLICITY)).order_by("seq")


def with_facts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Bring what `rectification.facts` reads: a fixed number of questions however many cards."""
    row, finding = "rectification", "rectification__finding"
    return rows.with_holder().select_related(  # type: ignore[attr-defined]  # cards
        "unit", "within", "topic", f"{row}__cause", f"{row}__previous__case", f"{finding}__case",
        f"{finding}__supervisor",
    ).prefetch_related(
        f"{finding}__citations__basis", f"{finding}__assisting", proofs("measures__"), "progress_reports", "look_backs",
        Prefetch("events", of_milestones(Event.objects.all()), to_attr="milestones"),
    )  # fmt: skip


def with_measures(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add how many measures there are and how many are done, and how far the unit says it is.

    As subqueries, which a count of the rows leaves out.
    """
    measures = apps.get_model("rectification", "Measure").objects.filter(case=OuterRef("pk"))
    found = rows.annotate(n_measures=how_many(measures), n_done=how_many(measures.filter(done_on__isnull=False)))
    return found.annotate(last_percent=_last_percent())


def _last_percent() -> Subquery:
    reports = apps.get_model("rectification", "ProgressReport").objects.filter(case=OuterRef("pk"))
    return Subquery(reports.order_by("-day", "-pk").values("percent")[:1])


PACE_LEEWAY = 5  # percent ≥ 序时 − 5% 为达到 (docs/domain/process.md 2.4)


def behind(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Keep the rectifications under way that lag behind their time (滞后): the same as `facts.pace`, as SQL."""
    open_rows = rows.filter(state__in=sorted(WORKING - NO_CLOCK), due_on__isnull=False)
    open_rows = open_rows.annotate(
        said=Coalesce(_last_percent(), 0),
        gone=Days(Value(today, DateField()), "opened_on"),
        span=Days("due_on", "opened_on"),
    )
    late = Q(due_on__lt=today, said__lt=100 - PACE_LEEWAY)
    return open_rows.filter(
        late | Q(due_on__gte=today) & Q(LessThan((F("said") + PACE_LEEWAY) * F("span"), F("gone") * 100))
    )


class RoundQuerySet(QuerySet[Any]):
    """The rounds of progress: the office's own; a unit sees the card by which it is asked."""

    def visible_to(self, actor: Actor) -> RoundQuerySet:
        return self if actor.role in OFFICE else self.none()


class CallItemQuerySet(ContentQuerySet):
    """What is asked: as visible as the card of the call."""

    card = "call__case__"


class ProofQuerySet(ContentQuerySet):
    """佐证: as visible as the card of the measure."""

    card = "measure__case__"

    def standing(self) -> Self:
        """Those whose file counts."""
        return self.filter(file__in=apps.get_model("casework", "Attachment").objects.standing())


def proofs(through: str = "") -> Prefetch:
    """Bring the proofs of measures with their files, in one question."""
    return Prefetch(f"{through}proofs", apps.get_model("rectification", "Proof").objects.select_related("file"))


class AspectQuerySet(ContentQuerySet):
    """方面 of a programme: as visible as the programme."""

    card = "programme__case__"


class DemandQuerySet(ContentQuerySet):
    """规定措施: as visible as the programme."""

    card = "aspect__programme__case__"


class ClaimedQuerySet(ContentQuerySet):
    """认领的方面: as visible as the unit's answer."""

    card = "claim__case__"


class VerdictQuerySet(ContentQuerySet):
    """认定: as visible as the card of the measure."""

    card = "measure__case__"

    def give(self, measure: Measure, **said: Any) -> EvidenceVerdict:
        """Write a word on a measure as it stands now, with the evidence as it stands in the database."""
        now = apps.get_model("rectification", "Measure").objects.prefetch_related(proofs()).get(pk=measure.pk)
        given: EvidenceVerdict = self.create(measure=measure, judged=now.as_judged(), **said)
        return given


REVIEWERS = OFFICE | {Role.INDUSTRY_REVIEWER}  # who judges what was done: nobody else ever sees a warning


class PaperWarningQuerySet(ContentQuerySet):
    """纸面整改提示: for whoever judges a case in his scope, never for the unit it is about."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.role not in REVIEWERS:
            return self.none()
        own = Q(case__unit__in=actor.units_of_posts) | Q(case__unit=actor.post.user.home_unit_id)
        return super().visible_to(actor).exclude(own)

    def standing(self) -> Self:
        """Those that hold now, of rules that are on."""
        off = apps.get_model("rectification", "PaperRule").objects.filter(is_on=False)
        return self.filter(lapsed_at=None).exclude(rule__in=off.values("name"))

    def of_files_gone(self) -> Self:
        """Those about a file that was taken out, or replaced by a newer version."""
        newer = apps.get_model("casework", "Attachment").objects.filter(replaces=OuterRef("file"), removed_at=None)
        return self.filter(Q(file__removed_at__isnull=False) | Exists(newer))

    def open(self) -> Self:
        return self.standing().filter(answer="")

    def with_twins(self, actor: Actor) -> Self:
        """Bring what is shown of them; `sees_twin` says whether the reader may see the other case."""
        seen = Case.objects.visible_to(actor).filter(pk=OuterRef("twin"))
        return self.select_related(
            "measure", "file", "twin__unit", "twin_file", "answered_by__user", "answered_by__unit"
        ).annotate(sees_twin=Exists(seen.order_by()))


class PaperCheckQuerySet(QuerySet[Any]):
    """纸面整改比对: what the machine has still to look through; nobody asked for it, nobody has a page of it."""

    def visible_to(self, actor: Actor) -> PaperCheckQuerySet:
        return self if actor.role == Role.OFFICE_DIRECTOR else self.none()

    def under_way(self) -> PaperCheckQuerySet:
        return self.filter(status__in=UNFINISHED)
