"""Security keys: registered by the person, asked at sign-in beside the token (decision 0029).

What a browser brings back of a key is text from outside, verified by the library `webauthn`: that it answers our
challenge, at our address, by the key we know. Failures are not counted, for nobody guesses a signature.
"""

from __future__ import annotations

import json
import logging
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac

from organizations.actor import Actor
from organizations.enums import AccountAct
from organizations.models import SecurityKey, User
from organizations.services import mail
from organizations.services.account_log import log_act
from organizations.services.accounts import NOT_MINE, has_factor
from ui.errors import DomainError

log = logging.getLogger(__name__)
MOST = 10  # keys of one person
WAITS_MS = 120_000  # for the person to touch the key
WRONG = ValidationError("安全密钥没有通过核对，请再试一次；还是不行的，用动态口令或恢复码", code="wrong_key")


class Site(NamedTuple):
    """Whom a key signs for: the host it is bound to, and the address in the browser."""

    host: str
    origin: str


def site_of(request: HttpRequest) -> Site | None:
    """Return whom a key signs for; None at an address of figures, for which browsers let no key sign."""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return Site(host, f"{request.scheme}://{request.get_host()}")
    return None


def keys_of(user: User) -> list[SecurityKey]:
    return list(SecurityKey.objects.filter(user=user))


def to_register(user: User, site: Site, challenge: bytes) -> dict[str, Any]:
    """Return what the browser is told to have a new key made."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import AuthenticatorSelectionCriteria, UserVerificationRequirement

    options = generate_registration_options(
        rp_id=site.host,
        rp_name="庆阳法治督察",
        user_id=salted_hmac("organizations.security-key", str(user.pk), algorithm="sha256").digest(),
        user_name=user.username,
        user_display_name=user.name,
        challenge=challenge,
        timeout=WAITS_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            user_verification=UserVerificationRequirement.DISCOURAGED  # the password was asked already
        ),
        exclude_credentials=_known(keys_of(user)),
    )
    return dict(json.loads(options_to_json(options)))


def to_sign(keys: list[SecurityKey], site: Site, challenge: bytes) -> dict[str, Any]:
    """Return what the browser is told to have one of these keys sign."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=WAITS_MS,
        allow_credentials=_known(keys),
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    return dict(json.loads(options_to_json(options)))


@transaction.atomic
def register(
    user: User, name: str, answer: str, *, site: Site | None, challenge: bytes, is_verified: bool, actor: Actor
) -> SecurityKey:
    """Keep a new key of the person.

    Raises:
        DomainError: there is a second factor already, and this session has not shown it: who has got hold of the
            password alone would register a key of his own; or there are too many.
        ValidationError: what came back is not what was asked for, or the key is there already.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if has_factor(user) and not is_verified:
        raise DomainError("请先用已有的动态口令、安全密钥或恢复码登录，再登记新的安全密钥")
    if SecurityKey.objects.filter(user=user).count() >= MOST:
        raise DomainError(f"最多登记 {MOST} 个安全密钥，请先移除不用的")
    made = _made(answer, site, challenge)
    key = SecurityKey(user=user, name=name, credential=made[0], public_key=made[1], sign_count=made[2])
    key.full_clean()
    key.save(force_insert=True)
    log_act(actor, AccountAct.KEY_ADDED, user=user, detail=name)
    _tell(user, f"登记了安全密钥“{name}”")
    return key


@transaction.atomic
def match(user: User, answer: str, *, site: Site | None, challenge: bytes) -> SecurityKey:
    """Return the key of the person that has signed the challenge.

    Raises:
        ValidationError: none has, or the key has been used fewer times than it was before: there are two of it.
    """
    from webauthn import base64url_to_bytes, verify_authentication_response

    key = SecurityKey.objects.select_for_update(of=("self",)).filter(user=user, credential=_named(answer)).first()
    if key is None or site is None or not challenge:
        raise WRONG
    try:
        shown = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=key.sign_count,
        )
    except _refusals() as refused:
        log.warning("a security key of account %s was refused: %s", user.pk, refused)
        raise WRONG from refused
    key.sign_count = shown.new_sign_count
    key.set_last_used_timestamp(commit=False)  # type: ignore[no-untyped-call]  # untyped library
    key.save(update_fields=["sign_count", "last_used_at"])
    return key


@transaction.atomic
def remove(key: SecurityKey, *, actor: Actor) -> None:
    """Take one of one's own keys away, never the last thing one signs in with."""
    user = User.objects.select_for_update(of=("self",)).get(pk=key.user_id)
    if actor.user_id != user.pk:
        raise DomainError("安全密钥由本人移除；丢失的，请安全管理员解除")
    if not SecurityKey.objects.filter(pk=key.pk).delete()[0]:
        raise DomainError("这个安全密钥已经移除")
    if not has_factor(user):
        raise DomainError("这是您登录用的唯一一种第二鉴别，请先登记另一个安全密钥，再移除这个")
    log_act(actor, AccountAct.KEY_REMOVED, user=user, detail=key.name)
    _tell(user, f"移除了安全密钥“{key.name}”")


def _tell(user: User, what: str) -> None:
    mail.tell(user, "您账号的安全密钥有变动", f"账号 {user.username} {what}。{NOT_MINE}。", reverse("account"))


def _made(answer: str, site: Site | None, challenge: bytes) -> tuple[str, str, int]:
    """Return what is kept of a new key: its name among keys, its public half, how often it was used."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    if site is None or not challenge:
        raise WRONG
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except _refusals() as refused:
        log.warning("a new security key was refused: %s", refused)
        raise WRONG from refused
    return bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key), made.sign_count


def _refusals() -> tuple[type[Exception], ...]:
    """Return what the library says of an answer that is not what was asked for, or no answer at all."""
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, ValueError, TypeError, LookupError, AttributeError, RecursionError


def _named(answer: str) -> str:
    """Return which key an answer says it is of; nothing where it says none."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    return str(said.get("id", ""))[:1400] if isinstance(said, dict) else ""


def _known(keys: list[SecurityKey]) -> list[Any]:
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential)) for key in keys]
