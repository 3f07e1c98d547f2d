"""Which units, posts and users: named questions and who may see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import OuterRef, Prefetch, Q, QuerySet

from organizations.enums import ADMINISTRATORS, BRINGS, LEADERS, OFFICE, READS_LOGS, READS_UNITS, ImportKind
from ui.counting import how_many

if TYPE_CHECKING:
    from organizations.actor import Actor


class DictionaryQuerySet(QuerySet[Any]):
    """What is no secret to anybody signed in: calendars, limits, names."""

    def visible_to(self, actor: Actor) -> DictionaryQuerySet:
        return self


class MachineryQuerySet(QuerySet[Any]):
    """What the machine keeps for itself (seals, words of the search, series of numbers): the office may look, pages ask
    for the rows behind instead.
    """

    def visible_to(self, actor: Actor) -> MachineryQuerySet:
        return self if actor.role in OFFICE else self.none()


class OwnQuerySet(QuerySet[Any]):
    """What belongs to the very post that made it, and is nobody else's business."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(post_id=actor.post.pk)


class SecurityKeyQuerySet(QuerySet[Any]):
    """What a person signs in with is his own matter, in whichever post."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(user_id=actor.user_id)


class UnitQuerySet(QuerySet[Any]):
    """Units. Names of units are no secret; the records (history, posts) are for the office, the leaders, the
    administrators and the unit itself.
    """

    def visible_to(self, actor: Actor) -> UnitQuerySet:
        if actor.role in READS_UNITS:
            return self
        return self.filter(pk__in=actor.unit_ids)

    def in_force(self, on: date) -> UnitQuerySet:
        return self.filter(Q(opened_on=None) | Q(opened_on__lte=on), Q(abolished_on=None) | Q(abolished_on__gt=on))

    def with_people(self, on: date) -> UnitQuerySet:
        """Each with `people`: how many posts are in force on the day."""
        posts = apps.get_model("organizations", "Post").objects.in_force(on)
        return self.annotate(people=how_many(posts.filter(unit=OuterRef("pk"))))

    def inspected(self) -> UnitQuerySet:
        return self.filter(is_inspected=True)


class PostQuerySet(QuerySet[Any]):
    """Posts: who held which role for which unit, from a day to a day (both included)."""

    def visible_to(self, actor: Actor) -> PostQuerySet:
        if actor.role in OFFICE | LEADERS | ADMINISTRATORS:
            return self
        return self.filter(unit_id__in=actor.unit_ids)

    def in_force(self, on: date) -> PostQuerySet:
        return self.filter(Q(to_on=None) | Q(to_on__gte=on), from_on__lte=on)

    def manned(self, on: date) -> PostQuerySet:
        """In force, by somebody whose account is open: who can act on a day."""
        return self.in_force(on).filter(user__is_active=True)

    def through_time(self) -> PostQuerySet:
        """Newest first, with person and unit."""
        return self.select_related("user", "unit").order_by("-from_on", "-pk")


class UserQuerySet(QuerySet[Any]):
    """Accounts: managed by the system and security administrators; the audit administrator reads; others see
    themselves.
    """

    def visible_to(self, actor: Actor) -> UserQuerySet:
        if actor.role in ADMINISTRATORS:
            return self
        return self.filter(pk=actor.user_id)

    def with_posts(self, on: date) -> UserQuerySet:
        """Each with employing unit and `held`: the posts in force on the day."""
        held = Prefetch(
            "posts", apps.get_model("organizations", "Post").objects.in_force(on).select_related("unit"), to_attr="held"
        )
        return self.select_related("home_unit").prefetch_related(held)


class PasswordResetQuerySet(QuerySet[Any]):
    """Resets of passwords: the administrators read them, a person his own."""

    def visible_to(self, actor: Actor) -> PasswordResetQuerySet:
        return self if actor.role in ADMINISTRATORS else self.filter(user_id=actor.user_id)

    def with_people(self) -> PasswordResetQuerySet:
        return self.select_related("user", "asked_by__user", "asked_by__unit", "decided_by__user", "decided_by__unit")


class AccountEventQuerySet(QuerySet[Any]):
    """The log of accounts and units, append-only.

    The audit administrator reads all of it, the others their own acts.
    """

    def visible_to(self, actor: Actor) -> AccountEventQuerySet:
        if actor.role in READS_LOGS:
            return self
        return self.filter(post__user_id=actor.user_id)

    def with_people(self) -> AccountEventQuerySet:
        return self.select_related("user", "unit", "post__user", "post__unit")

    def update(self, **kwargs: Any) -> int:
        raise TypeError("日志只增不改")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("日志只增不删")


class AccessEntryQuerySet(QuerySet[Any]):
    """The log of what was taken and opened: for the audit administrator alone, append-only until its time is over."""

    def visible_to(self, actor: Actor) -> AccessEntryQuerySet:
        return self if actor.role in READS_LOGS else self.none()

    def with_people(self) -> AccessEntryQuerySet:
        return self.select_related("user", "unit", "post__user", "post__unit")

    def forget_before(self, moment: datetime) -> int:
        """Remove what is older than it is kept; return how many lines."""
        return super(AccessEntryQuerySet, self.filter(at__lt=moment)).delete()[0]

    def update(self, **kwargs: Any) -> int:
        raise TypeError("日志只增不改")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("日志只增不删")


class StagedImportQuerySet(QuerySet[Any]):
    """Sheets that wait for confirmation: whose task it is sees them; of accounts and units only the person who
    uploaded.
    """

    def visible_to(self, actor: Actor) -> StagedImportQuerySet:
        kinds = [kind for kind, roles in BRINGS.items() if actor.role in roles]
        return self.filter(Q(user_id=actor.user_id) | Q(kind=ImportKind.POSTS), kind__in=kinds)
