"""Telling people what they need not act on. What must be done is in the queue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from casework.models import Case, Notice
from casework.workflow.circuits import circuit_of
from organizations.enums import Role
from organizations.models import Post

if TYPE_CHECKING:
    from organizations.actor import Actor


def tell(
    case: Case, text: str, audience: Iterable[tuple[int | None, Iterable[Role]]], *, except_for: Actor | None = None
) -> None:
    """Write a notice to every post in force at the named units and roles; a unit of None means the role anywhere."""
    wanted = Q(pk__in=())
    for unit_id, roles in audience:
        at = Q() if unit_id is None else Q(unit_id=unit_id)
        wanted |= at & Q(role__in=[str(role) for role in roles])
    posts = Post.objects.in_force(timezone.localdate()).filter(wanted).order_by("pk")
    if except_for is not None:
        posts = posts.exclude(user_id=except_for.user_id)
    now = timezone.now()
    Notice.objects.bulk_create(
        [Notice(post_id=pk, case=case, text=text[:200], at=now) for pk in posts.values_list("pk", flat=True)]
    )


def news(case: Case, label: str) -> str:
    """Say what was done and what is asked next, in the same word as the queue of whoever holds the case."""
    task = circuit_of(case).task(case, case.holder_role)
    return f"{case.title}：{label}" + (f"。下一步：{task}（{Role(case.holder_role).label}）" if task else "")


def mark_read(actor: Actor, pk: int | None = None) -> int:
    """Mark one notice, or all of the actor's, as read; return how many were unread."""
    notices = Notice.objects.visible_to(actor).unread()
    if pk is not None:
        notices = notices.filter(pk=pk)
    return int(notices.update(read_at=timezone.now()))
