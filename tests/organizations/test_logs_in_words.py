"""The logs are in the order of time, say browsers in words, and mark the tab that is shown."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from axes.models import AccessLog
from django.urls import reverse

from organizations.enums import AccountAct, Role, UnitCategory
from organizations.models import AccountEvent
from organizations.typed_values import browser_of
from tests.factories import UnitFactory, a_post

pytestmark = pytest.mark.django_db
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"
TABS = {
    Role.AUDIT_ADMIN: ("account_events", "sign_ins", "failures", "users"),
    Role.SYSTEM_ADMIN: ("units", "users", "posts"),
    Role.SECURITY_ADMIN: ("units", "users", "posts"),
}


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (WINDOWS, "Chrome 126 · Windows"),
        (f"{WINDOWS} Edg/126.0.2592.68", "Edge 126 · Windows"),
        (f"{WINDOWS} wxwork/4.1.22 MicroMessenger/7.0.1", "企业微信 4 · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; UOS) Chrome/108.0.5359.125 Safari/537.36", "Chrome 108 · 统信 UOS"),
        ("Mozilla/5.0 (X11; Kylin Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0", "Firefox 115 · 麒麟"),
        ("Mozilla/5.0 (Linux; Android 14; V2303A) Chrome/124.0.0.0 Mobile Safari/537.36", "Chrome 124 · 安卓"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Version/17.5 Mobile/15E148 Safari/604.1", "Safari 17 · iOS"),
        ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko", "IE 11 · Windows 7"),
        ("curl/8.5.0", "其他程序（curl/8.5.0）"),
        ("", "没有说明"),
    ],
)  # fmt: skip
def test_a_browser_is_said_in_words(agent: str, said: str) -> None:
    assert browser_of(agent) == said


def an_administrator(role: Role) -> Any:
    return a_post(role, UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False)).user


def test_the_list_says_it_and_keeps_what_the_browser_said(client: Any) -> None:
    AccessLog.objects.create(username="zhangsan", ip_address="10.1.2.3", user_agent=WINDOWS)
    client.force_login(an_administrator(Role.AUDIT_ADMIN), backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(reverse("organizations:sign_ins")).content.decode()

    assert f'<span title="{WINDOWS}">Chrome 126 · Windows</span>' in page


def test_the_log_is_in_the_order_of_time_however_it_was_written(client: Any) -> None:
    user = an_administrator(Role.AUDIT_ADMIN)
    for day in ("2026-03-02", "2026-03-04", "2026-03-03"):
        with time_machine.travel(f"{day} 09:00:00+08:00", tick=False):
            AccountEvent.objects.create(what=AccountAct.OPENED, user=user, detail=f"记于{day}")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(reverse("organizations:account_events")).content.decode()

    assert re.findall(r"记于(\S{10})", page) == ["2026-03-04", "2026-03-03", "2026-03-02"]


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, names in TABS.items() for name in names])
def test_the_tab_that_is_shown_is_marked_and_no_other(client: Any, role: Role, name: str) -> None:
    client.force_login(an_administrator(role), backend="django.contrib.auth.backends.ModelBackend")
    url = reverse(f"organizations:{name}")

    page = client.get(url).content.decode()

    tabs = page[page.index('<p class="qy-chips">') :]
    assert re.findall(r'href="([^"]+)" aria-current="page"', tabs[: tabs.index("</p>")]) == [url]
