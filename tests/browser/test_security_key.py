"""Chromium's own virtual key: registered on the account page, then asked at the sign-in form that typing leads to."""

from __future__ import annotations

from typing import Any

import pytest

from organizations.enums import Role
from organizations.models import SecurityKey
from tests.browser.test_whole_chain import PASSWORD, Person
from tests.factories import a_post

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once(reason="what a browser does; tests/organizations/test_security_keys.py asks both databases"),
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "reading"]),
]
KEY = {
    "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False,
    "isUserVerified": False, "automaticPresenceSimulation": True,
}  # fmt: skip
SIZES = ({"width": 390, "height": 844}, {"width": 1366, "height": 768})


def test_a_key_is_registered_and_signs_its_owner_in(browser: Any, live_server: Any, settings: Any) -> None:
    settings.OTP_FOR_ADMINISTRATORS = True
    user = a_post(Role.SECURITY_ADMIN).user
    address = live_server.url.replace("127.0.0.1", "localhost")  # no browser lets a key sign for figures
    person = Person(browser, address, user, types=True)
    page = person.page
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    def fits() -> None:
        for size in SIZES:
            page.set_viewport_size(size)
            person.looks_right()

    fits()
    page.click("text=改用安全密钥")
    page.wait_for_selector("h1:has-text('登记安全密钥')")
    fits()
    page.fill("input[name=name]", "蓝色密钥")
    page.click("text=登记安全密钥 >> nth=-1")
    page.click("text=都已抄下，继续")
    person.go("/account/")
    fits()
    page.click(".qy-head button:has-text('退出')")
    page.wait_for_selector("input[name=username]")
    person.go("/")
    page.fill("input[name=username]", user.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_selector("button:has-text('用安全密钥登录')")
    fits()
    page.click("button:has-text('用安全密钥登录')")
    page.wait_for_selector("header.qy-bar [data-qy-who], .qy-who")

    key = SecurityKey.objects.get(user=user)
    assert (key.name, key.sign_count > 0, key.last_used_at is not None) == ("蓝色密钥", True, True)
    assert person.wrong == []
