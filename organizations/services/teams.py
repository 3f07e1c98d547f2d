"""The unit of an inspection team and the posts in it: the office forms teams itself, within its campaign's dates
(docs/domain/process.md 1.4, P03).
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import ProtectedError

from organizations.actor import Actor
from organizations.enums import OFFICE, AccountAct, Role, UnitCategory
from organizations.models import Post, Unit, User
from organizations.services.account_log import log_act, refuse_all_but
from organizations.services.posts import refuse_what_does_not_fit, refuse_what_excludes
from ui.errors import DomainError
from ui.pinyin import initials

SEATS = frozenset({Role.TEAM_LEADER, Role.TEAM_MEMBER, Role.EXPERT})


@transaction.atomic
def open_team_unit(name: str, *, short_name: str, code: str, from_on: date, to_on: date, actor: Actor | None) -> Unit:
    """Make the dated unit of a team and return it; `name` tells it from its namesakes (each campaign has a 第一督察组).

    Raises:
        DomainError: not the office's act.
        ValidationError: code in use or dates the wrong way round.
    """
    refuse_all_but(actor, OFFICE, "组建督察组")
    unit = Unit(
        name=name,
        short_name=short_name,
        initials=initials(short_name)[:30],
        code=code,
        category=UnitCategory.TEAM,
        opened_on=from_on,
        abolished_on=to_on + timedelta(1),
    )
    unit.full_clean()
    unit.save(force_insert=True)
    log_act(actor, AccountAct.UNIT_OPENED, unit=unit, detail=f"{unit.code} {name}")
    return unit


@transaction.atomic
def seat(user: User, team: Unit, role: Role, *, title: str, from_on: date, to_on: date, actor: Actor | None) -> Post:
    """Give a person a seat in a team for a span of days and return the post. Such a post carries no right beyond the
    team's campaign.

    Raises:
        DomainError: not the office's act, not a team, or the person's posts exclude it.
    """
    refuse_all_but(actor, OFFICE, "组建督察组")
    if role not in SEATS or team.category != UnitCategory.TEAM:
        raise DomainError("这里只能安排督察组的组长、成员和专家")
    person = User.objects.select_for_update().get(pk=user.pk)
    refuse_what_does_not_fit(person, team, role, from_on)
    refuse_what_excludes(person, team, role, from_on, to_on)
    post = Post(user=person, unit=team, role=role, title=title, from_on=from_on, to_on=to_on)
    post.full_clean()
    post.save(force_insert=True)
    log_act(actor, AccountAct.APPOINTED, user=person, unit=team, detail=f"{role.label} {title} {from_on} 至 {to_on}")
    return post


@transaction.atomic
def unseat(post: Post, *, last_on: date, actor: Actor | None) -> None:
    """End a seat: `last_on` is its last day. One that would end before it began is taken away, unless something was
    done in it: then it ends that day.
    """
    refuse_all_but(actor, OFFICE, "调整督察组")
    held = Post.objects.select_for_update().select_related("user", "unit").get(pk=post.pk)
    log_act(
        actor,
        AccountAct.POST_ENDED,
        user=held.user,
        unit=held.unit,
        detail=f"{held.get_role_display()} 至 {max(held.from_on, last_on)}",
    )
    if held.from_on > last_on:
        try:
            with transaction.atomic():
                held.delete()
            return
        except ProtectedError:
            last_on = held.from_on
    held.to_on = last_on
    held.save(update_fields=["to_on"])


@transaction.atomic
def retitle(post: Post, title: str, *, actor: Actor | None) -> None:
    """Give the seat another title; its rights stay."""
    refuse_all_but(actor, OFFICE, "调整督察组")
    Post.objects.filter(pk=post.pk).update(title=title)


@transaction.atomic
def rename_team(unit: Unit, name: str, *, actor: Actor | None) -> None:
    """Call a team by its campaign's new title; to those in it its short name stays."""
    refuse_all_but(actor, OFFICE, "调整督察组")
    held = Unit.objects.select_for_update().get(pk=unit.pk)
    held.name = name
    held.full_clean()
    held.save(update_fields=["name"])
    log_act(actor, AccountAct.UNIT_AMENDED, unit=held, detail=f"全称改为 {name}")


@transaction.atomic
def prolong_team(unit: Unit, to_on: date, *, actor: Actor | None) -> int:
    """Let a team and the seats that lasted to its end last until `to_on`; return how many seats moved."""
    refuse_all_but(actor, OFFICE, "调整督察组")
    held = Unit.objects.select_for_update().get(pk=unit.pk)
    old_end = held.abolished_on - timedelta(1) if held.abolished_on else None
    held.abolished_on = to_on + timedelta(1)
    held.full_clean()
    held.save(update_fields=["abolished_on"])
    moved = Post.objects.filter(unit=held, to_on=old_end).update(to_on=to_on)
    log_act(actor, AccountAct.UNIT_AMENDED, unit=held, detail=f"督察组存续至 {to_on}")
    return moved
