"""Accounts: open, close, passwords, locks, second factors."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import django_otp
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from organizations.actor import Actor
from organizations.enums import FACTOR_GROUPS, KEEPS_ACCOUNTS, KEEPS_POLICY, AccountAct, ResetState
from organizations.models import PasswordReset, SecurityKey, Unit, User
from organizations.models.password_reset import OPEN
from organizations.passwords import first_password, remember
from organizations.services import guesses
from organizations.services import mail as outbox
from organizations.services.account_log import log_act, refuse_all_but
from organizations.services.leaving import posts_from_today, refuse_to_leave
from ui.errors import DomainError


class FirstSecret(NamedTuple):
    """A first password and its hash: what takes time is done before a transaction begins."""

    password: str
    encoded: str


NO_SECRET = FirstSecret("", "!")  # of an account that is only tried


def first_secret() -> FirstSecret:
    """Make a first password. One of 60 random bits does not need a million rounds; sign-in hashes again in full."""
    password, hasher = first_password(), get_hasher()
    rounds = {"iterations": 20_000} if hasattr(hasher, "iterations") else {}
    return FirstSecret(password, hasher.encode(password, hasher.salt(), **rounds))


NOT_MINE = "不是您本人要求的，请马上告诉市委依法治市办督察科，并请审计管理员查日志"
RECOVERY_CODES = 10  # so many at once


@transaction.atomic
def open_account(
    username: str,
    name: str,
    *,
    actor: Actor | None,
    home_unit: Unit | None = None,
    mail: str = "",
    first: FirstSecret | None = None,
) -> tuple[User, str]:
    """Make an account; return it with its first password, which is shown once and stored nowhere in clear.

    Raises:
        DomainError: not the system administrator's act.
        ValidationError: user name in use or malformed.
    """
    refuse_all_but(actor, KEEPS_ACCOUNTS, "建立账号")
    given = first or first_secret()
    user = User(username=User.normalize_username(username), name=name, home_unit=home_unit, mail=mail)
    _set_first(user, given)
    user.full_clean()
    user.save(force_insert=True)
    remember(user)
    log_act(actor, AccountAct.OPENED, user=user, detail=f"{user.username} {name}")
    return user, given.password


@transaction.atomic
def amend_account(
    user: User, *, actor: Actor | None, name: str, home_unit: Unit | None, mail: str | None = None
) -> User:
    """Correct name, employing unit and, where given, mail address; the user name stays: logs are kept under it."""
    refuse_all_but(actor, KEEPS_ACCOUNTS, "修改账号")
    kept = _locked(user)
    was, now = f"{kept.name}、{kept.home_unit or '无'}", f"{name}、{home_unit or '无'}"
    kept.name, kept.home_unit = name, home_unit
    kept.full_clean()
    if was != now:
        kept.save(update_fields=["name", "home_unit", "sought", "name_key"])
        log_act(actor, AccountAct.AMENDED, user=kept, detail=f"{was} → {now}")
    if mail is not None:
        _set_mail(kept, mail, actor)
    return kept


@transaction.atomic
def set_own_mail(user: User, mail: str, *, actor: Actor) -> User:
    """Say where one's own mail goes; empty: nowhere."""
    kept = _locked(user)
    _set_mail(kept, mail, actor)
    return kept


def _set_mail(user: User, address: str, actor: Actor | None) -> None:
    """Keep an address, and tell the one there was: who changes it unseen would keep notices from the person. The log
    does not say what it is.
    """
    if user.mail == address:
        return
    before, user.mail = user.mail, address
    user.full_clean()
    user.save(update_fields=["mail"])
    log_act(actor, AccountAct.AMENDED, user=user, detail="邮箱已清除" if not address else "邮箱已改")
    for one in (before, address):
        outbox.send(one, "您账号的邮箱已改", f"账号 {user.username} 的邮箱已改，以后的通知按新的邮箱寄。{NOT_MINE}。")


@transaction.atomic
def reset_password(user: User, *, actor: Actor | None) -> str:
    """Give a new first password and return it; the person's sessions end, because they hang on the old one.

    Raises:
        DomainError: not the system administrator's act, one's own account, or one that holds a post: who could reset
            that alone could act in its name (organizations/services/resets.py).
    """
    refuse_all_but(actor, KEEPS_ACCOUNTS, "重置口令")
    if actor is not None and actor.user_id == user.pk:
        raise DomainError("自己的口令请在“我的账号”中修改")
    if actor is not None and posts_from_today(user):
        raise DomainError(f"{user} 有岗位，重置口令须先申请，由安全管理员批准")
    return give_first_password(user, actor=actor)


def give_first_password(user: User, *, actor: Actor | None) -> str:
    """Set a new first password and return it, to be shown once; the second factor stays as it is."""
    kept, given = _locked(user), first_secret()
    _set_first(kept, given)
    kept.save()
    remember(kept)
    _end_resets(user)
    log_act(actor, AccountAct.PASSWORD_RESET, user=kept)
    return given.password


@transaction.atomic
def change_password(user: User, password: str, *, actor: Actor | None) -> User:
    """Set the password the person chose; the form has already held it against the rules of organizations.passwords."""
    user.set_password(password)
    user.must_change_password, user.password_set_on = False, timezone.localdate()
    user.save()
    _end_resets(user)
    log_act(actor, AccountAct.PASSWORD_CHANGED, user=user)
    return user


def set_large_type(user: User, on: bool) -> User:
    """Choose the type size: one's own matter, not in the log."""
    user.large_type = on
    user.save(update_fields=["large_type"])
    return user


@transaction.atomic
def close_account(user: User, *, actor: Actor | None) -> User:
    """Shut an account; posts and history stay. The next request of an open session is refused.

    Raises:
        DomainError: not the system administrator's act, one's own account, or a duty of the person would be nobody's.
    """
    refuse_all_but(actor, KEEPS_ACCOUNTS, "停用账号")
    if actor is not None and actor.user_id == user.pk:
        raise DomainError("不能停用自己的账号")
    refuse_to_leave(posts_from_today(user), last_on=timezone.localdate() - timedelta(1), leaver=user)
    return _turn(user, actor, AccountAct.CLOSED, active=False)


@transaction.atomic
def reopen_account(user: User, *, actor: Actor | None) -> User:
    """Let a shut account in again."""
    refuse_all_but(actor, KEEPS_ACCOUNTS, "恢复账号")
    return _turn(user, actor, AccountAct.REOPENED, active=True)


def lockout_terms() -> dict[str, int]:
    """Return after how many failures one waits, and how many minutes at most (settings; 惯例待核,
    docs/domain/compliance.md 6.1).
    """
    return {"failures": settings.LOCKOUT_FAILURES, "minutes": settings.LOCKOUT_MINUTES}


def unlock(user: User, *, actor: Actor | None) -> int:
    """Let everybody try at once again who mistyped this account's password; return how many counters were cleared."""
    refuse_all_but(actor, KEEPS_ACCOUNTS | KEEPS_POLICY, "解除等待")
    with transaction.atomic():
        cleared = guesses.forget(user)
        log_act(actor, AccountAct.UNLOCKED, user=user)
    return cleared


def new_factor(user: User, key: str) -> TOTPDevice:
    """Return a token that is not yet kept: what the app is told by picture or by hand."""
    return TOTPDevice(user=user, name="动态口令", key=key, confirmed=False)


def match_factor(user: User, code: str, key: str | None, *, actor: Actor) -> TOTPDevice:
    """Return the token that shows this code; without a bound one, bind the new one of `key` by its first code.

    Failures are counted on the token, so the refusal must not undo them: no transaction of its own.

    Raises:
        ValidationError: the code is not the token's, or too many were tried just now.
    """
    bound: TOTPDevice | None = django_otp.match_token(user, code)  # type: ignore[no-untyped-call]  # untyped library
    if bound is not None:
        return bound
    if has_factor(user) or not key:
        raise ValidationError("动态口令不对或已用过。等应用换出下一个再输；连续输错后要多等一会儿", code="wrong_code")
    device, _ = TOTPDevice.objects.get_or_create(user=user, key=key, defaults={"name": "动态口令", "confirmed": False})
    if not device.verify_token(code):  # type: ignore[no-untyped-call]  # untyped library
        raise ValidationError("动态口令不对。请核对手机时间是否准确，输入应用上现在显示的 6 位数字", code="wrong_code")
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    log_act(actor, AccountAct.FACTOR_ENROLLED, user=user)
    return device


def needs_factor(actor: Actor) -> bool:
    """Say whether this post is entered with a second factor: the administrators always, others as the office sets."""
    if actor.is_administrator:
        return bool(settings.OTP_FOR_ADMINISTRATORS)
    return any(actor.role in FACTOR_GROUPS[name] for name in settings.SECOND_FACTOR_FOR)


@transaction.atomic
def new_recovery_codes(user: User, *, actor: Actor) -> list[str]:
    """Return codes that each stand in for the token once, in place of those there were; to be shown this once."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="恢复码")
    codes: list[str] = [
        StaticToken.random_token()  # type: ignore[no-untyped-call]  # untyped library
        for _ in range(RECOVERY_CODES)
    ]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    log_act(actor, AccountAct.RECOVERY_CODES, user=user)
    return codes


def has_factor(user: User) -> bool:
    """Say whether a token is bound, or a security key registered."""
    return has_token(user) or SecurityKey.objects.filter(user=user).exists()


def factors_of(user: User) -> str:
    """Say what the person signs in with besides the password; nothing where that is all."""
    keys = SecurityKey.objects.filter(user=user).count()
    said = ["动态口令"] * has_token(user) + [f"安全密钥 {keys} 个"] * bool(keys)
    return "、".join(said)


def has_token(user: User) -> bool:
    """Say whether a token is bound."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


@transaction.atomic
def recover_factor(user: User, *, actor: Actor | None) -> int:
    """Take a lost token and lost keys away, so that the person enrols anew at the next sign-in; return how many."""
    refuse_all_but(actor, KEEPS_POLICY, "解除动态口令、安全密钥")
    if actor is not None and actor.user_id == user.pk:
        raise DomainError("不能解除自己的动态口令、安全密钥，请由另一位安全管理员办理")
    tokens, _ = TOTPDevice.objects.filter(user=user).delete()
    keys, _ = SecurityKey.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    log_act(actor, AccountAct.FACTOR_RECOVERED, user=user, detail=f"动态口令 {tokens} 个、安全密钥 {keys} 个")
    return tokens + keys


def _locked(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).select_related("home_unit").get(pk=user.pk)


def _set_first(user: User, given: FirstSecret) -> None:
    user.password = given.encoded
    user.must_change_password, user.password_set_on = True, timezone.localdate()


def _end_resets(user: User) -> None:
    """A new password is there: what was asked for because of the old one has lost its reason."""
    PasswordReset.objects.filter(user=user, stage__in=OPEN).update(stage=ResetState.LAPSED)


def _turn(user: User, actor: Actor | None, what: AccountAct, *, active: bool) -> User:
    kept = User.objects.select_for_update().get(pk=user.pk)
    if kept.is_active == active:
        raise DomainError(f"{kept} 的账号已经{'启用' if active else '停用'}")
    kept.is_active = active
    kept.save(update_fields=["is_active"])
    log_act(actor, what, user=kept)
    return kept
