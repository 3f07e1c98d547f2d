"""Which cards: scope, queue, deadlines. Scope is literals on card columns, no join (docs/data.md B)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone

from casework import kinds, turns
from casework.chore import chores_of
from casework.enums import UNFINISHED, Secrecy
from organizations.enums import Role, Sees

if TYPE_CHECKING:
    from organizations.actor import Actor

PIECE = 500  # rows a piece of long work: short transactions, and the bar moves
# Open cards, said twice: the bare condition is that of the partial indexes; by the other, SQLite sees that a list which
# begins with what is open is in order already.
OPEN = Q(is_open=True) & Q(is_open=Value(True))
URGENT = (F("step_due_on").asc(nulls_last=True), "pk")  # by the deadline of the step; what has none comes last
LITERAL_IDS = 1_000  # beyond this many granted cards a subquery is cheaper than a list (docs/data.md B)


def key_pieces(
    rows: QuerySet[Any], size: int = PIECE, *, key: str = "pk", after: int | None = None
) -> Iterator[list[Any]]:
    """Give the keys of these rows in order, so many at a time: however many there are, one piece is in memory.

    Args:
        key: a column of whole numbers; equal ones are given once.
        after: go on behind this key.
    """
    keys = rows.order_by(key).values_list(key, flat=True).distinct()
    while piece := list((keys if after is None else keys.filter(**{f"{key}__gt": after}))[:size]):
        yield piece
        after = piece[-1]


def granted(actor: Actor) -> Any:
    """Return the ids of the cards granted to the actor's unit or post today.

    A list, or a subquery when they are many.
    """

    def read() -> Any:
        grants = apps.get_model("casework", "Grant").objects.to(actor).order_by().values("case_id")
        ids = list(grants.order_by("case_id").values_list("case_id", flat=True)[: LITERAL_IDS + 1])
        return Subquery(grants) if len(ids) > LITERAL_IDS else ids

    return actor.recall("granted", read)


def scope(actor: Actor, prefix: str = "") -> Q:
    """Return the condition under which a card (reached by `prefix`, such as "case__") is visible to the actor.

    The matrix is docs/domain/dictionaries.md 9.13. Administrators see no business content.
    """
    sees = actor.standing.sees
    if sees == Sees.NOTHING:
        return Q(pk__in=())
    theirs = Q(**{f"{prefix}pk__in": granted(actor)})
    if sees == Sees.GRANTED:
        return theirs
    if sees == Sees.EVERYTHING:
        return Q(**{f"{prefix}secrecy__lt": Secrecy.NAMED}) | theirs
    theirs &= ~kinds.drafts(prefix)  # a 底稿 is nobody's business but of those who write and confirm it
    if sees == Sees.CONFIRMED:
        return theirs
    units = {f"{prefix}unit_id__in": actor.unit_ids} if sees == Sees.OPEN_OF_ITS_UNITS else {}
    return Q(**units, **{f"{prefix}secrecy": Secrecy.OPEN}) | theirs


def reading_of(actor: Actor) -> Hashable:
    """Return all that the text of a question about the actor's rows depends on: for two that agree it is the same."""
    ids = granted(actor)
    units = actor.unit_ids if actor.is_inspected or actor.standing.sees == Sees.OPEN_OF_ITS_UNITS else ()
    return (actor.post.pk, actor.unit_id, actor.role, actor.today, units, tuple(ids) if isinstance(ids, list) else None)


class CaseQuerySet(QuerySet[Any]):
    """Cards of all kinds."""

    def visible_to(self, actor: Actor) -> CaseQuerySet:
        return self.filter(scope(actor))

    def of_kind(self, *kinds: str) -> CaseQuerySet:
        return self.filter(kind__in=kinds)

    def open(self) -> CaseQuerySet:
        return self.filter(OPEN)

    def in_hands_of(self, actor: Actor) -> CaseQuerySet:
        """Open cards in the hands of the actor's unit and role, all kinds."""
        return self.filter(is_open=True, holder_unit_id=actor.unit_id, holder_role=actor.role)

    def awaiting(self, actor: Actor) -> CaseQuerySet:
        """轮到我: what lies in one's hands and can be acted on now, by the deadline of the step."""
        early, barred, together = turns.held_up(actor)
        return self.in_hands_of(actor).filter(~early, ~barred, ~together).order_by(*URGENT)

    def not_yet(self, actor: Actor) -> CaseQuerySet:
        """未到时: what whoever holds it, oneself or another, is asked for only from a later day on."""
        return self.visible_to(actor).at_rest(actor.today).order_by("holder_since", "pk")

    def mine_later(self, actor: Actor) -> CaseQuerySet:
        """What lies in one's own hands and is asked for only from a later day on."""
        mine = self.filter(holder_unit_id=actor.unit_id, holder_role=actor.role)
        return mine.filter(turns.held_up(actor).early).order_by("holder_since", "pk")

    def at_rest(self, today: date) -> CaseQuerySet:
        """What nobody is asked for yet.

        It is open, being held: to say so would lead the database to look through all open cards.
        """
        return self.filter(turns.not_yet(today), pk__in=turns.may_rest())

    def with_holder(self) -> CaseQuerySet:
        """Each with the unit in whose hands it is, and `is_manned`: whether anybody there can act today.

        What is in the hands of a unit that was merged is seen by the one that carries on.
        """
        post = apps.get_model("organizations", "Post")
        here = Q(unit=OuterRef("holder_unit")) | Q(unit=OuterRef("holder_unit__successor"))
        acting = post.objects.manned(timezone.localdate()).filter(here, role=OuterRef("holder_role"))
        return self.select_related("holder_unit").annotate(is_manned=Exists(acting))

    def in_other_hands(self, actor: Actor) -> CaseQuerySet:
        """Open cards in the actor's scope that lie in somebody else's hands, longest first."""
        mine = Q(holder_unit_id=actor.unit_id, holder_role=actor.role)
        return (
            self.visible_to(actor)
            .filter(is_open=True, holder_unit__isnull=False)
            .exclude(mine)
            .order_by("holder_since", "pk")
        )

    def by_holder(self) -> list[tuple[int, str, int, date]]:
        """Return in whose hands the open ones lie, the most first: key and name of the unit, how many, since when."""
        held = self.filter(is_open=True, holder_unit__isnull=False).order_by()
        sums = {"n": Count("*"), "since": Min("holder_since")}
        rows = held.values_list("holder_unit", "holder_unit__short_name").annotate(**sums)
        return list(rows.order_by("-n", "holder_unit"))

    def due_in_hands_of(self, actor: Actor) -> CaseQuerySet:
        """Cards in one's own hands that somebody is asked for now: the actor, or another of the same role."""
        early, _, together = turns.held_up(actor)
        return self.in_hands_of(actor).filter(~early, ~together)

    def waiting_for_others(self, actor: Actor) -> CaseQuerySet:
        """等别人: what others can act on now, and what one must leave to another; longest first."""
        mine = Q(holder_unit_id=actor.unit_id, holder_role=actor.role)
        return (
            self.visible_to(actor)
            .filter(~mine | turns.held_up(actor).barred, is_open=True, holder_unit__isnull=False)
            .exclude(turns.not_yet(actor.today))
            .order_by("holder_since", "pk")
        )


class ContentQuerySet(QuerySet[Any]):
    """Rows that extend a card one-to-one or hang on one: as visible as the card. `card` is the way to it."""

    card = "case__"

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(scope(actor, self.card))


class AttachmentQuerySet(ContentQuerySet):
    """附件."""

    def standing(self) -> Self:
        """Those that count: neither taken out nor replaced by a newer version that stands."""
        newer = apps.get_model("casework", "Attachment").objects.filter(replaces=OuterRef("pk"), removed_at=None)
        return self.filter(~Exists(newer), removed_at=None)

    def sent_as(self, hashes: Collection[str]) -> Self:
        """Those that came as these bytes, also where they are kept otherwise: the note says so (decision 0028)."""
        kept_otherwise = (Q(note__contains=sha256) for sha256 in sorted(hashes))
        return self.filter(reduce(or_, kept_otherwise, Q(sha256__in=hashes)))

    def filed_by(self, actor: Actor) -> Self:
        """Those that stand and that the actor's own unit has filed in its own cases, where all who see may see."""
        mine = {"case__unit_id__in": actor.unit_ids, "uploaded_by__unit_id__in": actor.unit_ids}
        return self.standing().visible_to(actor).filter(**mine, case__secrecy=Secrecy.OPEN, wiped_at=None)


class GrantQuerySet(ContentQuerySet):
    """Who takes part."""

    def in_force(self, on: date) -> GrantQuerySet:
        return self.filter(Q(to_on=None) | Q(to_on__gte=on), from_on__lte=on)

    def to(self, actor: Actor) -> GrantQuerySet:
        """Grants to the actor's unit in a role the actor holds (or any role), or to the very post."""
        to_unit = Q(unit_id=actor.unit_id, post=None) & (Q(role="") | Q(role=actor.role))
        return self.in_force(actor.today).filter(to_unit | Q(post_id=actor.post.pk))


class ChoreRunQuerySet(QuerySet[Any]):
    """维护: runs of the chores that one may ask for oneself."""

    def visible_to(self, actor: Actor) -> ChoreRunQuerySet:
        return self.filter(chore__in=[chore.name for chore in chores_of(actor)])

    def under_way(self) -> ChoreRunQuerySet:
        return self.filter(status__in=UNFINISHED)


class WorkerProcessQuerySet(QuerySet[Any]):
    """后台任务进程: for whoever keeps the system running; they say nothing of the business."""

    def visible_to(self, actor: Actor) -> WorkerProcessQuerySet:
        return self if actor.role in {Role.SYSTEM_ADMIN, Role.OFFICE_DIRECTOR} else self.none()


class NoticeQuerySet(QuerySet[Any]):
    """知悉: what one is told and need not act on."""

    def visible_to(self, actor: Actor) -> NoticeQuerySet:
        return self.filter(post_id=actor.post.pk)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class TopicQuerySet(QuerySet[Any]):
    """The two-level dictionary of topics; open to everybody who sees business content."""

    def visible_to(self, actor: Actor) -> TopicQuerySet:
        return self.none() if actor.is_administrator and actor.role != Role.SYSTEM_ADMIN else self

    def in_force(self, on: date) -> TopicQuerySet:
        """Those that are offered: a topic is in use or not, whatever the day."""
        return self.filter(is_in_use=True)

    def second_level(self) -> TopicQuerySet:
        return self.filter(parent__isnull=False)
