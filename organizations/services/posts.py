"""Posts: appoint, end, replace. Rights follow the post, so who may sit where is decided here."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from organizations.actor import Actor
from organizations.enums import ADMINISTRATORS, GRANTS_POSTS, STANDINGS, AccountAct, Role, UnitCategory
from organizations.models import Post, Unit, User
from organizations.services.account_log import log_act, refuse_all_but
from organizations.services.leaving import lock_units, refuse_to_leave
from ui.errors import DomainError


@transaction.atomic
def appoint(
    user: User,
    unit: Unit,
    role: Role,
    *,
    from_on: date,
    actor: Actor | None,
    title: str = "",
    to_on: date | None = None,
) -> Post:
    """Give a person a role for a unit from a day on (to `to_on`, included) and return the post.

    Raises:
        DomainError: not the security administrator's act, the role does not belong to the unit, or the person's posts
            exclude it.
    """
    refuse_all_but(actor, GRANTS_POSTS, "任职")
    if actor is not None and actor.user_id == user.pk:
        raise DomainError("不能给自己授权，请由另一位安全管理员办理")
    person = User.objects.select_for_update().get(pk=user.pk)
    if to_on is not None and to_on < from_on:
        raise DomainError("任职截止日不能早于任职起始日", {"to_on": f"须在 {from_on:%Y-%m-%d} 或以后"})
    refuse_what_does_not_fit(person, unit, role, from_on)
    refuse_what_excludes(person, unit, role, from_on, to_on)
    post = Post(user=person, unit=unit, role=role, title=title.strip(), from_on=from_on, to_on=to_on)
    post.full_clean()
    post.save(force_insert=True)
    log_act(
        actor,
        AccountAct.APPOINTED,
        user=person,
        unit=unit,
        detail=f"{role.label} {title} 自 {from_on}{f' 至 {to_on}' if to_on else ''}",
    )
    return post


@transaction.atomic
def end_post(post: Post, to_on: date, *, actor: Actor | None) -> Post:
    """End a post: `to_on` is its last day. Return the post as it now stands.

    Raises:
        DomainError: not the security administrator's act, the day lies before the first one, the post has already
            ended before, or nobody would go on with a duty that is never empty.
    """
    refuse_all_but(actor, GRANTS_POSTS, "离任")
    lock_units([post])
    held = Post.objects.select_for_update(of=("self",)).select_related("user", "unit").get(pk=post.pk)
    if to_on < held.from_on:
        raise DomainError(
            "任职截止日不能早于任职起始日",
            {"to_on": f"{held.user} 自 {held.from_on:%Y-%m-%d} 起任职，截止日须在这一天或以后"},
        )
    if held.to_on is not None and held.to_on <= to_on:
        raise DomainError(f"{held.user} 的该岗位已于 {held.to_on:%Y-%m-%d} 结束")
    refuse_to_leave([held], last_on=to_on)
    held.to_on = to_on
    held.save(update_fields=["to_on"])
    log_act(
        actor, AccountAct.POST_ENDED, user=held.user, unit=held.unit, detail=f"{held.get_role_display()} 至 {to_on}"
    )
    return held


@transaction.atomic
def replace_person(post: Post, user: User, *, from_on: date, actor: Actor | None, title: str = "") -> Post:
    """Let another person take the post over: the old one ends the day before.

    What is in hand stays with unit and role.
    """
    if post.user_id == user.pk:
        raise DomainError(f"{user} 现在就任该岗位，请另选接任人")
    successor = appoint(user, post.unit, Role(post.role), from_on=from_on, actor=actor, title=title or post.title)
    end_post(post, from_on - timedelta(1), actor=actor)
    return successor


def overlapping(user: User, from_on: date, to_on: date | None) -> QuerySet[Post]:
    """Return the person's posts that share at least one day with the span."""
    posts = Post.objects.filter(Q(to_on=None) | Q(to_on__gte=from_on), user=user).select_related("unit")
    return (posts.filter(from_on__lte=to_on) if to_on else posts).order_by("from_on", "pk")


def refuse_what_does_not_fit(user: User, unit: Unit, role: Role, on: date) -> None:
    """Refuse a role that does not belong to the unit, a unit that is not there on the day, a closed account."""
    if not user.is_active:
        raise DomainError(f"{user} 的账号已停用，请先由系统管理员恢复")
    if unit.opened_on and unit.opened_on > on:
        raise DomainError(f"{unit} 自 {unit.opened_on:%Y-%m-%d} 起设立，任职起始日须在这一天或以后")
    if unit.abolished_on and unit.abolished_on <= on:
        raise DomainError(f"{unit} 已于 {unit.abolished_on:%Y-%m-%d} 撤销，请改选承接单位")
    standing = STANDINGS[role]
    if standing.held_in and unit.category not in standing.held_in:
        names = "、".join(str(category.label) for category in UnitCategory if category in standing.held_in)
        raise DomainError(f"“{role.label}”只能在{names}任职，{unit} 是{unit.get_category_display()}")
    flag, name = standing.held_where
    if flag and not getattr(unit, flag):
        raise DomainError(f"{unit} 不是{name}，不能设“{role.label}”岗位；确需设置的，请系统管理员先改单位的身份")


def refuse_what_excludes(user: User, unit: Unit, role: Role, from_on: date, to_on: date | None) -> None:
    """The same post twice is a slip; an administrator's post beside any other is against 三员分设
    (docs/domain/compliance.md 6.1).
    """
    for other in overlapping(user, from_on, to_on):
        span = f"{other.from_on:%Y-%m-%d} 至 {other.to_on:%Y-%m-%d}" if other.to_on else f"{other.from_on:%Y-%m-%d} 起"
        if other.unit_id == unit.pk and other.role == role:
            raise DomainError(f"{user} 已任 {unit} {role.label}（{span}），时间重叠")
        if other.role != role and (role in ADMINISTRATORS or other.role in ADMINISTRATORS):
            raise DomainError(
                "系统、安全、审计管理员三员分设，不得兼任，也不得兼任业务岗位："
                f"{user} {span}任 {other.unit} {other.get_role_display()}，须先结束该岗位"
            )


def remember_post(post: Post) -> None:
    """Note the post that a person uses: at the next sign-in he goes on in it."""
    User.objects.filter(pk=post.user_id).update(last_post=post)
