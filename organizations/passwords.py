"""What a password must be (docs/domain/compliance.md 6.1: at least 10 signs, three of four classes, no user name, none
of the last five; 数值为惯例待核).

The numbers come from settings (PASSWORD_LENGTH, PASSWORD_HISTORY), so that an office can be stricter.
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from organizations.models import PastPassword

# Read aloud and typed by hand: nothing that looks like something else (0 O, 1 l I)
LOWER, UPPER, DIGITS, SIGNS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "@#%+=?"


class LongEnoughValidator:
    """Refuse what is shorter than settings.PASSWORD_LENGTH signs."""

    def __init__(self, least: int | None = None) -> None:
        self.least = least or settings.PASSWORD_LENGTH

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) < self.least:
            raise ValidationError(f"口令只有 {len(password)} 位，至少要 {self.least} 位", code="too_short")

    def get_help_text(self) -> str:
        return f"至少 {self.least} 位"


class ThreeClassesValidator:
    """Refuse what has fewer than `least` of: small letters, capital letters, figures, other signs."""

    def __init__(self, least: int = 3) -> None:
        self.least = least

    def validate(self, password: str, user: Any = None) -> None:
        classes = (
            ("小写字母", any(c.islower() for c in password)),
            ("大写字母", any(c.isupper() for c in password)),
            ("数字", any(c.isdigit() for c in password)),
            ("符号", any(not c.isalnum() and not c.isspace() for c in password)),
        )
        if sum(there for _, there in classes) < self.least:
            missing = "、".join(name for name, there in classes if not there)
            raise ValidationError(
                f"口令须含小写字母、大写字母、数字、符号中的 {self.least} 类，现在没有{missing}", code="too_simple"
            )

    def get_help_text(self) -> str:
        return f"含小写字母、大写字母、数字、符号中的 {self.least} 类"


class NotTheUsernameValidator:
    """Refuse what contains the user name, forwards or backwards."""

    def validate(self, password: str, user: Any = None) -> None:
        name = (getattr(user, "username", "") or "").lower()
        if len(name) >= 3 and (name in password.lower() or name[::-1] in password.lower()):
            raise ValidationError("口令里不能有账号，倒着写也不行", code="has_username")

    def get_help_text(self) -> str:
        return "不含账号"


class NotRecentlyUsedValidator:
    """Refuse the last settings.PASSWORD_HISTORY passwords, the present one included; remember each one that is set."""

    def __init__(self, keep: int | None = None) -> None:
        self.keep = keep or settings.PASSWORD_HISTORY

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or user.pk is None:
            return
        used = list(PastPassword.objects.filter(user=user).values_list("password", flat=True)[: self.keep])
        if any(check_password(password, old) for old in {*used, user.password} if old):
            raise ValidationError(f"这个口令最近 {self.keep} 次内用过，请换一个", code="used_before")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Keep the new hash; Django calls this once a changed password is stored."""
        remember(user, self.keep)

    def get_help_text(self) -> str:
        return f"不是最近 {self.keep} 次用过的"


def remember(user: Any, keep: int | None = None) -> None:
    """Keep the hash of the present password among those that may not return; a first one is no exception."""
    PastPassword.objects.create(user=user, password=user.password)
    kept = PastPassword.objects.filter(user=user).values_list("pk", flat=True)[: keep or settings.PASSWORD_HISTORY]
    PastPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()


def has_lapsed(user: Any, today: date) -> bool:
    """Say whether a first or reset password was left lying too long (settings.FIRST_PASSWORD_DAYS)."""
    since = user.password_set_on
    return bool(
        user.must_change_password and since is not None and since + timedelta(settings.FIRST_PASSWORD_DAYS) < today
    )


def first_password() -> str:
    """Return a random first password of twelve signs in all four classes, easy to read aloud."""
    picked = (
        [secrets.choice(c) for c in (UPPER, DIGITS, SIGNS)]
        + [secrets.choice(LOWER) for _ in range(5)]
        + [secrets.choice(DIGITS) for _ in range(4)]
    )
    secrets.SystemRandom().shuffle(picked)
    return "".join(picked)
