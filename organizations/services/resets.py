"""Resetting the password of an account that holds posts: one administrator asks, another approves, the person is told.

Who could do it alone could act in the name of whoever he likes (三员分设: docs/domain/compliance.md 6.1,
docs/decisions/0025-who-guesses-waits.md).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from organizations.actor import Actor
from organizations.enums import (
    APPROVES_FOR_APPROVERS,
    APPROVES_RESETS,
    KEEPS_ACCOUNTS,
    AccountAct,
    ResetState,
    Role,
)
from organizations.models import PasswordReset, Post, User
from organizations.models.password_reset import OPEN
from organizations.services import mail
from organizations.services.account_log import log_act, refuse_all_but
from organizations.services.accounts import NOT_MINE, give_first_password
from organizations.services.leaving import posts_from_today
from ui.errors import DomainError


def needs_approval(user: User) -> bool:
    """Say whether somebody could act in this account's posts, now or soon."""
    return bool(posts_from_today(user))


def approvers_of(user: User) -> Collection[Role]:
    """Return who approves; of those who approve themselves the audit administrator may as well, else one who is alone
    in his duty could never be helped.
    """
    approves_himself = any(post.role in APPROVES_RESETS for post in posts_from_today(user))
    return APPROVES_RESETS | APPROVES_FOR_APPROVERS if approves_himself else APPROVES_RESETS


def whose(user: User) -> str:
    return "、".join(role.label for role in Role if role in approvers_of(user))


def open_reset(user: User) -> PasswordReset | None:
    """Return the reset that waits for somebody; one that was left lying is none."""
    found: PasswordReset | None = PasswordReset.objects.filter(user=user, stage__in=OPEN).with_people().first()
    return found if found is not None and not _has_lapsed(found) else None


def waiting() -> int:
    """Return how many wait to be approved."""
    since = timezone.now() - timedelta(settings.FIRST_PASSWORD_DAYS)
    return PasswordReset.objects.filter(stage=ResetState.ASKED, asked_at__gte=since).count()


@transaction.atomic
def ask_reset(user: User, reason: str, *, actor: Actor) -> PasswordReset:
    """Ask for a new first password for somebody; nothing changes until it is approved."""
    refuse_all_but(actor, KEEPS_ACCOUNTS, "申请重置口令")
    if actor.user_id == user.pk:
        raise DomainError("自己的口令请在“我的账号”中修改")
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if known := open_reset(user):
        raise DomainError(f"{user} 已有一份重置申请在办：{known.get_stage_display()}")
    PasswordReset.objects.filter(user=user, stage__in=OPEN).update(stage=ResetState.LAPSED)
    reset = PasswordReset.objects.create(user=user, reason=reason, asked_by=actor.post)
    log_act(actor, AccountAct.RESET_ASKED, user=user, detail=reason)
    _tell(user, f"{_by(reset.asked_by)}申请重置您的口令，事由：{reason}。{NOT_MINE}；也可以在“我的账号”中撤销这份申请")
    return reset


@transaction.atomic
def decide_reset(user: User, *, approve: bool, actor: Actor) -> PasswordReset:
    """Approve or refuse what another asked for."""
    reset = _locked(user, ResetState.ASKED, "没有待批准的重置申请")
    refuse_all_but(actor, approvers_of(user), "批准重置口令")
    if actor.user_id == user.pk:
        raise DomainError("自己的口令不能由自己批准重置")
    if actor.user_id == reset.asked_by.user_id:
        raise DomainError("申请人不能自己批准，请由另一位管理员办理")
    reset.stage = ResetState.APPROVED if approve else ResetState.REFUSED
    reset.decided_by, reset.decided_at = actor.post, timezone.now()
    reset.save(update_fields=["stage", "decided_by", "decided_at"])
    log_act(actor, AccountAct.RESET_APPROVED if approve else AccountAct.RESET_REFUSED, user=user)
    approved = f"{_by(reset.asked_by)}申请、{_by(actor.post)}批准重置您的口令。{NOT_MINE}；也可以撤销"
    _tell(user, approved if approve else "重置您口令的申请没有批准，口令没有变")
    return reset


@transaction.atomic
def take_password(user: User, *, actor: Actor) -> str:
    """Set the approved first password and return it, to be shown this once."""
    refuse_all_but(actor, KEEPS_ACCOUNTS, "重置口令")
    reset = _locked(user, ResetState.APPROVED, "没有批准过的重置申请，或者已经取过口令")
    if actor.user_id in (user.pk, reset.decided_by.user_id):
        raise DomainError("批准的人和本人不能取口令，请由另一位系统管理员办理")
    password = give_first_password(user, actor=actor)
    reset.stage = ResetState.ISSUED
    reset.save(update_fields=["stage"])
    when = f"{timezone.localtime():%Y-%m-%d %H:%M}"
    _tell(user, f"您的口令于 {when} 重置，{_by(reset.asked_by)}申请、{_by(reset.decided_by)}批准。{NOT_MINE}")
    return password


@transaction.atomic
def object_to_reset(user: User, *, actor: Actor) -> None:
    """The person says that nobody asked on his behalf: the reset ends, and the log says so."""
    reset = _locked(user, None, "没有在办的重置申请")
    reset.stage = ResetState.OBJECTED
    reset.save(update_fields=["stage"])
    log_act(actor, AccountAct.RESET_OBJECTED, user=user, detail=f"{_by(reset.asked_by)}申请")
    acknowledge(user)


def acknowledge(user: User) -> None:
    """The person has read what stands on his pages."""
    User.objects.filter(pk=user.pk).update(warning="")
    user.warning = ""


def _locked(user: User, state: ResetState | None, missing: str) -> PasswordReset:
    """Return the open reset, locked.

    Raises:
        DomainError: there is none in this state, or it was left lying.
    """
    states = OPEN if state is None else (state,)
    reset = (
        PasswordReset.objects.filter(user=user, stage__in=states).select_for_update(of=("self",)).with_people().first()
    )
    if reset is None or _has_lapsed(reset):
        raise DomainError(f"{user} {missing}")
    return reset


def _has_lapsed(reset: PasswordReset) -> bool:
    """What nobody went on with within the span of a first password is asked for anew."""
    since = reset.decided_at or reset.asked_at
    return since + timedelta(settings.FIRST_PASSWORD_DAYS) < timezone.now()


def _tell(user: User, sentence: str) -> None:
    """Put a sentence on top of every page of the person, until he says that he has read it; and mail it to him."""
    User.objects.filter(pk=user.pk).update(warning=sentence[:300])
    mail.tell(user, "重置您口令的通知", f"账号 {user.username}：{sentence}。", reverse("account"))


def _by(post: Post) -> str:
    return f"{post.get_role_display()} {post.user.name} "
