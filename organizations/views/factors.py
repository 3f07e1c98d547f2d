"""The second factor: bound at the first sign-in, asked for at each later one; recovery codes, security keys."""

from __future__ import annotations

import time
from base64 import b32encode
from secrets import token_hex
from typing import Any

import django_otp
import qrcode
import qrcode.image.svg
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from organizations import services
from organizations.access import get_or_404
from organizations.forms import KeyForm, TokenForm
from organizations.models import SecurityKey
from organizations.requests import ActorRequest
from organizations.services import outlooks, security_keys
from organizations.views.account import where_from
from ui.deeds import bare, deed_page
from ui.form_actions import form_page, said, sent
from ui.pages import page

FACTOR_KEY = "factor_key"  # session: the secret of a token that is not yet confirmed
CHALLENGE = "key_challenge"  # session: what a security key is asked to sign, and since when it waits
WAITS_SECONDS = 300


@never_cache
@page(to=services.needs_factor, writes=True)
@require_POST
def recovery_codes(request: ActorRequest) -> HttpResponse:
    """Show new recovery codes once; the old ones are void."""
    return _codes(request, reverse("account"))


def _codes(request: ActorRequest, back: str) -> HttpResponse:
    codes = services.new_recovery_codes(request.user, actor=request.actor)
    return render(request, "registration/recovery_codes.html", {"codes": codes, "back": back})


@page(to=services.needs_factor, writes=True)
def second_factor(request: ActorRequest) -> HttpResponse:
    """Bind a token at the first sign-in, ask for its code or for a security key at each later one."""
    devices = list(django_otp.devices_for_user(request.user))
    if not devices:
        request.session.setdefault(FACTOR_KEY, default_key())

    has_token = any(isinstance(device, TOTPDevice) for device in devices)
    form = TokenForm(sent(request))
    if devices and not has_token:
        form.fields["code"].label = "恢复码"

    def do(given: dict[str, Any]) -> Any:
        """Match the code; a refusal is said here, because what is counted of failures must not be undone with it."""
        try:
            return _matched(request, given)
        except ValidationError as wrong:
            form.add_error(None if given["answer"] else "code", wrong)

    def then(device: Any) -> HttpResponse | None:
        if device is None:
            return None
        request.session.pop(FACTOR_KEY, None)
        django_otp.login(request, device)
        return redirect(where_from(request)) if devices else _codes(request, where_from(request))

    secret = None if devices else services.new_factor(request.user, request.session[FACTOR_KEY])
    return form_page(
        request,
        form,
        do,
        then,
        template="registration/second_factor.html",
        shows=lambda: _asked(request, devices),
        has_token=has_token,
        secret=secret,
        typed=b32encode(secret.bin_key).decode() if secret else "",
        next=where_from(request),
    )


def _matched(request: ActorRequest, given: dict[str, Any]) -> Any:
    """Return the device that was shown: a security key where one answered, else what the code is of."""
    if given["answer"]:
        site = security_keys.site_of(request)
        return security_keys.match(request.user, given["answer"], site=site, challenge=_answered(request))
    return services.match_factor(request.user, given["code"], request.session.get(FACTOR_KEY), actor=request.actor)


def _asked(request: ActorRequest, devices: list[Any]) -> dict[str, Any]:
    """Return what the page asks for: a token, a key (as the browser is told), or both."""
    keys, site = [one for one in devices if isinstance(one, SecurityKey)], security_keys.site_of(request)
    asks = security_keys.to_sign(keys, site, _challenge(request)) if keys and site else None
    return {"key": asks, "has_keys": bool(keys), "takes_keys": bool(site)}


@page(to=services.needs_factor, writes=True)
def new_key(request: ActorRequest) -> HttpResponse:
    """Register a security key: as the first second factor, or beside what the person has already shown."""
    verified, is_first = bool(_person(request).is_verified()), not services.has_factor(request.user)
    if not (verified or is_first):
        return redirect("second_factor")
    site = security_keys.site_of(request)

    def do(given: dict[str, Any]) -> SecurityKey:
        return security_keys.register(
            request.user,
            **given,
            site=site,
            challenge=_answered(request),
            is_verified=verified,
            actor=request.actor,
        )

    def then(key: SecurityKey) -> HttpResponse:
        if is_first:
            django_otp.login(request, key)
            return _codes(request, where_from(request))
        return said(request, f"安全密钥“{key.name}”已登记，下次登录可以用。", "account")

    def shows() -> dict[str, Any]:
        return {"key": security_keys.to_register(request.user, site, _challenge(request)) if site else None}

    return form_page(
        request,
        KeyForm(sent(request)),
        do,
        then,
        template="registration/new_key.html",
        shows=shows,
        is_first=is_first,
        next=where_from(request),
    )


@page(to=services.needs_factor, writes=True, asks_once=True)
def remove_key(request: ActorRequest, pk: int) -> HttpResponse:
    key = get_or_404(SecurityKey.objects, request.actor, pk=pk)
    return deed_page(
        request,
        bare(request),
        lambda _: security_keys.remove(key, actor=request.actor),
        lambda _: said(request, f"安全密钥“{key.name}”已移除。", "account"),
        foresee=lambda _: outlooks.of_removing_key(key),
        title=f"移除安全密钥“{key.name}”",
        submit="移除安全密钥",
        back=reverse("account"),
    )


def _challenge(request: ActorRequest) -> bytes:
    """Return what a key is asked to sign; the same while it waits, so that a second window does not void the first."""
    waiting, since = request.session.get(CHALLENGE, ("", 0))
    if not waiting or time.time() - since > WAITS_SECONDS / 2:
        waiting = token_hex(32)
        request.session[CHALLENGE] = (waiting, int(time.time()))
    return bytes.fromhex(waiting)


def _answered(request: ActorRequest) -> bytes:
    """Return what was asked for, which counts once and not for ever; nothing where nothing was."""
    waiting, since = request.session.pop(CHALLENGE, ("", 0))
    return bytes.fromhex(waiting) if time.time() - since <= WAITS_SECONDS else b""


def _person(request: ActorRequest) -> Any:
    """Return the person as django_otp's middleware left him: he says whether he has shown a second factor."""
    return request.user


@page(to=services.needs_factor)
def second_factor_code(request: ActorRequest) -> HttpResponse:
    """The picture an authenticator app scans; it needs no script and no inline image."""
    key = request.session.get(FACTOR_KEY)
    if not key:
        raise Http404
    picture = qrcode.make(
        services.new_factor(request.user, key).config_url, image_factory=qrcode.image.svg.SvgPathImage, box_size=12
    )
    response = HttpResponse(picture.to_string(), content_type="image/svg+xml")
    response["Cache-Control"] = "no-store"
    return response
