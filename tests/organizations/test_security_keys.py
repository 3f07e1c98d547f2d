"""A security key is registered by its owner, counts as the second factor, and signs for nobody else.

The key is made here of plain parts (WebAuthn Level 2, 6.1 authenticator data, 6.5 attestation "none"), not of what the
system verifies it with; tests/browser/test_security_key.py asks Chromium's.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.core.exceptions import ValidationError
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from organizations import services
from organizations.enums import AccountAct, Role
from organizations.models import AccountEvent, SecurityKey
from organizations.services import security_keys
from organizations.services.accounts import give_first_password
from organizations.services.security_keys import Site
from organizations.views import factors
from tests.factories import acting, an_actor
from tests.organizations.accounts import BACKEND, an_account
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
HERE, ORIGIN = "testserver", "http://testserver"
PRESENT, WITH_KEY = 0x01, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Key:
    """A key in somebody's hand: it does what a page asks, at the address where the browser stands."""

    def __init__(self, origin: str = ORIGIN, host: str = HERE, flags: int = PRESENT) -> None:
        self.origin, self.host, self.flags, self.used = origin, host, flags, 0
        self.id, self.secret = random.randbytes(32), ec.generate_private_key(ec.SECP256R1())

    def made(self, asks: dict[str, Any]) -> str:
        point = self.secret.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        said = self._said("webauthn.create", asks)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._shown(WITH_KEY) + held})
        return self._answer({"clientDataJSON": b64(said), "attestationObject": b64(made)})

    def signed(self, asks: dict[str, Any]) -> str:
        self.used += 1
        said, shown = self._said("webauthn.get", asks), self._shown(0)
        proof = self.secret.sign(shown + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": b64(said), "authenticatorData": b64(shown), "signature": b64(proof)}
        return self._answer(parts)

    def _said(self, what: str, asks: dict[str, Any]) -> bytes:
        return json.dumps({"type": what, "challenge": asks["challenge"], "origin": self.origin}).encode()

    def _shown(self, more: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | more]) + self.used.to_bytes(4, "big")

    def _answer(self, parts: dict[str, str]) -> str:
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": parts})


@pytest.fixture(autouse=True)
def _asked(settings: Any) -> None:
    settings.OTP_FOR_ADMINISTRATORS = True


def asked(client: Any, name: str) -> dict[str, Any]:
    """Return what the page tells the browser to ask the key."""
    page = client.get(reverse(name)).content.decode()
    return dict(json.loads(re.search(r'<script id="key-options" type="application/json">(.*?)</script>', page)[1]))


def a_person(client: Any) -> Any:
    user = an_account(Role.AUDIT_ADMIN)
    client.force_login(user, backend=BACKEND)
    return user


def registered(client: Any, key: Key, name: str = "蓝色密钥") -> Any:
    return client.post(reverse("new_key"), {"name": name, "answer": key.made(asked(client, "new_key"))})


def with_key(client: Any, key: Key) -> Any:
    """Return somebody who has registered a key, and signs in anew."""
    user = a_person(client)
    assert registered(client, key).status_code == 200
    client.post(reverse("logout"))
    client.force_login(user, backend=BACKEND)
    return user


def in_by(client: Any, answer: str) -> bool:
    answered = client.post(reverse("second_factor"), {"answer": answer})
    assert answered.status_code in (302, 422)
    return bool(client.get(reverse("account")).status_code == 200) and answered.status_code == 302


def test_a_key_is_the_first_second_factor_of_who_has_no_telephone(client: Any) -> None:
    user = a_person(client)
    key = Key()

    offered = client.get(reverse("second_factor")).content.decode()
    shown = registered(client, key)

    assert f'href="{reverse("new_key")}?next=' in offered
    assert len(shown.context["codes"]) == 10
    page = client.get(reverse("account")).content.decode()
    assert ("蓝色密钥" in page, "还没有用过" in page) == (True, True)
    logged = AccountEvent.objects.filter(user=user, what=AccountAct.KEY_ADDED)
    assert [event.detail for event in logged] == ["蓝色密钥"]


def test_at_each_sign_in_the_key_is_asked_for_and_lets_in(client: Any) -> None:
    key = Key()
    user = with_key(client, key)

    before = client.get(reverse("account"))
    label = client.get(reverse("second_factor")).context["form"]["code"].label
    let_in = in_by(client, key.signed(asked(client, "second_factor")))

    assert (before.status_code, before.url, let_in) == (302, f"{reverse('second_factor')}?next=%2Faccount%2F", True)
    assert label == "恢复码"  # there is no token to type a code of
    assert (user.securitykey_set.get().sign_count, user.securitykey_set.get().last_used_at is not None) == (1, True)


def test_beside_a_token_and_recovery_codes(client: Any) -> None:
    user = an_account(Role.AUDIT_ADMIN)
    device = TOTPDevice.objects.create(user=user, confirmed=True)
    code = services.new_recovery_codes(user, actor=acting(user.posts.get()))[0]
    client.force_login(user, backend=BACKEND)
    client.post(reverse("second_factor"), {"code": code})
    said = registered(client, key := Key())
    client.post(reverse("logout"))
    client.force_login(user, backend=BACKEND)

    page = client.get(reverse("second_factor")).content.decode()

    assert (said.url, device.confirmed) == (reverse("account"), True)
    assert ("用安全密钥登录" in page, "输入动态口令" in page, "输一个恢复码" in page) == (True, True, True)
    assert in_by(client, key.signed(asked(client, "second_factor")))


def _replayed(client: Any, key: Key, asks: dict[str, Any]) -> str:
    answer = key.signed(asks)
    client.post(reverse("second_factor"), {"answer": answer})
    client.post(reverse("logout"))
    client.force_login(SecurityKey.objects.get().user, backend=BACKEND)
    client.get(reverse("second_factor"))
    return answer


def _of_another(client: Any, key: Key, asks: dict[str, Any]) -> str:
    other, theirs = an_account(Role.SYSTEM_ADMIN), Key()
    site = Site(HERE, ORIGIN)
    made = theirs.made(security_keys.to_register(other, site, b"x" * 32))
    actor = acting(other.posts.get())
    security_keys.register(other, "别人的", made, site=site, challenge=b"x" * 32, is_verified=False, actor=actor)
    return theirs.signed(asks)


def _elsewhere(client: Any, key: Key, asks: dict[str, Any]) -> str:
    key.origin = "https://testserver.example.com"
    return key.signed(asks)


def _for_another_host(client: Any, key: Key, asks: dict[str, Any]) -> str:
    key.host = "example.com"
    return key.signed(asks)


def _untouched(client: Any, key: Key, asks: dict[str, Any]) -> str:
    key.flags = 0
    return key.signed(asks)


def _a_copy(client: Any, key: Key, asks: dict[str, Any]) -> str:
    SecurityKey.objects.update(sign_count=9)
    return key.signed(asks)


def _by_another_secret(client: Any, key: Key, asks: dict[str, Any]) -> str:
    key.secret = ec.generate_private_key(ec.SECP256R1())
    return key.signed(asks)


def _another_question(client: Any, key: Key, asks: dict[str, Any]) -> str:
    return key.signed({"challenge": b64(b"y" * 32)})


def _too_late(client: Any, key: Key, asks: dict[str, Any]) -> str:
    session = client.session
    session[factors.CHALLENGE] = (session[factors.CHALLENGE][0], session[factors.CHALLENGE][1] - 301)
    session.save()
    return key.signed(asks)


def _the_registration(client: Any, key: Key, asks: dict[str, Any]) -> str:
    return key.made(asks)


def _removed(client: Any, key: Key, asks: dict[str, Any]) -> str:
    TOTPDevice.objects.create(user=SecurityKey.objects.get().user, confirmed=True)
    SecurityKey.objects.all().delete()
    return key.signed(asks)


ATTACKS = (
    _replayed, _of_another, _elsewhere, _for_another_host, _untouched, _a_copy, _by_another_secret, _another_question,
    _too_late, _the_registration, _removed,
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__.strip("_"))
def test_nothing_else_lets_in(client: Any, attack: Callable[..., str]) -> None:
    key = Key()
    with_key(client, key)

    assert not in_by(client, attack(client, key, asked(client, "second_factor")))


def test_whatever_is_sent_as_an_answer_is_refused_in_words(client: Any) -> None:
    """Mutants of true answers, and what is none: a sentence, never an error of ours."""
    key, site, asks = Key(), Site(HERE, ORIGIN), b"z" * 32
    user, dice = with_key(client, key), random.Random(9)
    told = {"challenge": b64(asks)}
    true = [key.signed(told), key.made(told)]
    answers = ["", "{}", "[]", "null", '"', "[" * 9000, '{"id": 5}', json.dumps({"id": b64(key.id), "rawId": 5})]
    for answer in true:
        answers += [answer[: dice.randrange(len(answer))] for _ in range(10)]
        for _ in range(60):
            said = json.loads(answer)
            name = dice.choice(sorted(said["response"]))
            part = bytearray(raw(said["response"][name]))
            part[dice.randrange(len(part))] ^= 1 << dice.randrange(8)
            said["response"][name] = dice.choice(
                [b64(bytes(part)), b64(bytes(part[: dice.randrange(len(part))])), None]
            )
            answers.append(json.dumps(said))

    for answer in answers:
        with pytest.raises(ValidationError, match="没有通过核对"):
            security_keys.match(user, answer, site=site, challenge=asks)
        with suppress(ValidationError):  # where the mutant changed what nobody reads, it is as good as the true one
            security_keys._made(answer, site, asks)


def test_who_has_the_password_alone_registers_no_key(client: Any) -> None:
    user = an_account(Role.AUDIT_ADMIN)
    TOTPDevice.objects.create(user=user, confirmed=True)
    client.force_login(user, backend=BACKEND)
    site, made = Site(HERE, ORIGIN), Key().made({"challenge": b64(b"x" * 32)})

    led = client.get(reverse("new_key"))
    sent = client.post(reverse("new_key"), {"name": "我的", "answer": made})

    assert (led.url, sent.url) == (reverse("second_factor"), reverse("second_factor"))
    with pytest.raises(DomainError, match="请先用已有的动态口令"):
        security_keys.register(
            user, "我的", made, site=site, challenge=b"x" * 32, is_verified=False, actor=acting(user.posts.get())
        )
    assert not SecurityKey.objects.exists()


def test_the_same_key_is_registered_once(client: Any) -> None:
    key = Key()
    a_person(client)
    registered(client, key)

    again = registered(client, key)

    assert (again.status_code, "这个安全密钥已经登记过" in again.content.decode()) == (422, True)


def test_a_key_is_removed_after_a_question_but_never_the_last_factor(client: Any) -> None:
    user = a_person(client)
    registered(client, Key())
    first = SecurityKey.objects.get()
    url = reverse("remove_key", args=[first.pk])
    sure = {"_sure": client.get(url).context["outlook"].mark}

    refused = client.post(url, sure).content.decode()
    registered(client, Key(), "备用密钥")
    asked_first = client.post(url)
    client.post(url, sure)

    assert "唯一一种第二鉴别" in refused
    assert "可以重新登记" in asked_first.content.decode()
    assert [key.name for key in SecurityKey.objects.filter(user=user)] == ["备用密钥"]
    assert AccountEvent.objects.get(what=AccountAct.KEY_REMOVED).detail == "蓝色密钥"


def test_nobody_removes_the_key_of_another(client: Any) -> None:
    with_key(client, Key())
    theirs = SecurityKey.objects.get()
    a_person(client)
    registered(client, Key())

    assert client.get(reverse("remove_key", args=[theirs.pk])).status_code == 404
    with pytest.raises(DomainError, match="由本人移除"):
        security_keys.remove(theirs, actor=an_actor(Role.SECURITY_ADMIN))


def test_a_reset_leaves_the_keys_and_the_security_administrator_takes_them_away(client: Any) -> None:
    user = with_key(client, Key())
    security = acting(an_account(Role.SECURITY_ADMIN).posts.get())

    give_first_password(user, actor=None)
    kept = SecurityKey.objects.filter(user=user).count()
    services.recover_factor(user, actor=security)

    assert (kept, services.has_factor(user)) == (1, False)
    logged = AccountEvent.objects.get(what=AccountAct.FACTOR_RECOVERED)
    assert logged.detail == "动态口令 0 个、安全密钥 1 个"


@pytest.mark.once(reason="what the page offers at an address of figures")
def test_at_an_address_of_figures_the_page_says_why_there_are_none(client: Any) -> None:
    a_person(client)

    page = client.get(reverse("new_key"), headers={"host": "127.0.0.1:8000"}).content.decode()

    assert ("现在的网址是数字地址" in page, "data-qy-key=" in page) == (True, False)


def test_who_needs_no_second_factor_has_no_page_for_keys(client: Any) -> None:
    client.force_login(an_account(), backend=BACKEND)

    assert client.get(reverse("new_key")).status_code == 404
    assert "安全密钥" not in client.get(reverse("account")).content.decode()
