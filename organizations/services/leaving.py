"""Who goes on when somebody leaves: the last holder of a duty stays until a successor begins.

Whichever way a person leaves a duty (the post ends, the account is closed, another takes over) asks here; else a house
could be locked from inside: no security administrator, and nobody left who may appoint one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from organizations.actor import Actor
from organizations.enums import GRANTS_POSTS, STANDINGS, Role, UnitCategory
from organizations.models import Post, Unit, User
from ui.errors import DomainError

LEFT_ALONE: list[Callable[[Post], str]] = []  # what is left without a hand where this post is nobody's, in words


def posts_of_today(user: User) -> list[Post]:
    """Return what the person holds now."""
    return list(user.posts.in_force(timezone.localdate()).select_related("unit", "user").order_by("pk"))


def posts_from_today(user: User) -> list[Post]:
    """Return what the person holds now, and what he is to take over: a successor who goes before he came is missed."""
    ahead = user.posts.filter(Q(to_on=None) | Q(to_on__gte=timezone.localdate()))
    return list(ahead.select_related("unit", "user").order_by("pk"))


def day_without(last_on: date) -> date:
    """Return the first day on which the person is missed: a day in the past is asked for now, what was, was."""
    return max(last_on + timedelta(1), timezone.localdate())


def goes_on(post: Post, last_on: date, *, leaver: User | None = None) -> bool:
    """Say whether somebody holds the same duty when this post's last day is over.

    A duty that is never empty needs one whose post has no end yet: who is there for a week only is no successor.

    Args:
        leaver: the person leaves altogether; otherwise this post alone ends.
    """
    missed_on = max(day_without(last_on), post.from_on)
    others = Post.objects.manned(missed_on).filter(unit=post.unit_id, role=post.role)
    others = others.exclude(user=leaver) if leaver else others.exclude(pk=post.pk)
    return (others.filter(to_on=None) if is_never_empty(post) else others).exists()


def is_never_empty(post: Post) -> bool:
    """Say whether the duty needs somebody at all times: not at a unit that is no more, or not inspected any more."""
    standing = STANDINGS[Role(post.role)]
    flag, _ = standing.held_where
    return standing.never_empty and not post.unit.abolished_on and (not flag or getattr(post.unit, flag))


def left_alone(posts: Iterable[Post], last_on: date, *, leaver: User | None = None) -> list[str]:
    """Return, as sentences, what would have nobody to act on it after `last_on`."""
    empty = [post for post in posts if not goes_on(post, last_on, leaver=leaver)]
    return [sentence for post in empty for say in LEFT_ALONE if (sentence := say(post))]


def in_the_way(posts: Iterable[Post], last_on: date, *, leaver: User | None = None) -> list[str]:
    """Return, as sentences, which duties keep the person until a successor begins."""
    kept = [post for post in posts if is_never_empty(post) and not goes_on(post, last_on, leaver=leaver)]
    return [sentence for post in kept for sentence in (_sole_holder(post, last_on), *left_alone([post], last_on))]


def refuse_to_leave(posts: Iterable[Post], *, last_on: date, leaver: User | None = None) -> None:
    """Refuse to let the last holder of a duty go; within the transaction in which he would.

    The units are locked: of two who leave at once, the second is asked when the first has left.

    Raises:
        DomainError: which duty, what it would leave, and how it is done instead.
    """
    leaving = list(posts)
    lock_units(leaving)
    if reasons := in_the_way(leaving, last_on, leaver=leaver):
        instead = "；确须立即停止其登录的，请系统管理员重置口令" if leaver else ""
        raise DomainError(f"还不能办：{'；'.join(reasons)}。请安全管理员先办“换人”，或者先授予他人同一岗位{instead}")


def nobody_there(actor: Actor) -> str:
    """Tell who appoints which inspected units have nobody as head or liaison: nothing can be signed or sent there."""
    if actor.role not in GRANTS_POSTS:
        return ""
    manned = Post.objects.manned(actor.today).filter(unit=OuterRef("pk"))
    said = []
    for role in (Role.UNIT_HEAD, Role.UNIT_LIAISON):
        bare = Unit.objects.inspected().in_force(actor.today).filter(~Exists(manned.filter(role=role)))
        names = list(bare.order_by("place").values_list("short_name", flat=True))
        if names:
            more = f"等 {len(names)} 个单位" if len(names) > 5 else ""
            said.append(f"{'、'.join(names[:5])}{more}没有{role.label}")
    return f"{'；'.join(said)}，请授予岗位" if said else ""


def lock_units(posts: Iterable[Post]) -> None:
    """Lock the units of posts, before anything else is: whoever waits here for another keeps nobody waiting."""
    units = Unit.objects.select_for_update(no_key=True).filter(pk__in={post.unit_id for post in posts})
    list(units.order_by("pk").values_list("pk"))


def _sole_holder(post: Post, last_on: date) -> str:
    where = "" if post.unit.category == UnitCategory.ADMINISTRATION else f"{post.unit}"
    duty = f"{where}唯一长期在任的{post.get_role_display()}"
    return f"{post.user} 是{duty}，自 {max(day_without(last_on), post.from_on):%Y-%m-%d} 起没有人接任"
