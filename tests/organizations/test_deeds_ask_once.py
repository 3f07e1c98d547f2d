"""What takes something away, or no click takes back, shows what it will do and asks once: all of them, in one way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from organizations import services
from organizations.enums import Role, UnitCategory
from organizations.models import AccountEvent, PasswordReset, Post, Unit, User
from organizations.services import guesses
from tests.factories import UnitFactory, UserFactory, a_post, acting
from tests.house.test_walls import views

pytestmark = pytest.mark.django_db
SURE = re.compile(r'name="_sure" value="(\w+)"')
TODAY = timezone.localdate


@dataclass
class Scene:
    """A deed about to be done: by whom, where, with what, and how one sees that it is done."""

    role: Role
    url: str
    given: dict[str, Any]
    done: Callable[[], Any]
    says: str


def a_reset() -> Scene:
    user = UserFactory(password="!")
    url = reverse("organizations:reset_password", args=[user.pk])
    return Scene(Role.SYSTEM_ADMIN, url, {}, lambda: User.objects.get(pk=user.pk).password != "!", "立即作废")


def an_asking() -> Scene:
    post = a_post(Role.UNIT_HEAD)
    url = reverse("organizations:reset_password", args=[post.user_id])
    asked = lambda: PasswordReset.objects.filter(user=post.user).exists()
    return Scene(Role.SYSTEM_ADMIN, url, {"reason": "忘了口令"}, asked, "批准以前，口令不变")


def a_deciding() -> Scene:
    post = a_post(Role.UNIT_HEAD)
    services.resets.ask_reset(post.user, "忘了口令", actor=acting(administrator(Role.SYSTEM_ADMIN).posts.get()))
    url = reverse("organizations:decide_reset", args=[post.user_id])
    approved = lambda: PasswordReset.objects.get(user=post.user).stage == "approved"
    return Scene(Role.SECURITY_ADMIN, url, {"verdict": "yes"}, approved, "请先向本人核实")


def an_unlocking() -> Scene:
    user = UserFactory()
    n = settings.LOCKOUT_FAILURES
    for _ in range(n):
        guesses.charge(guesses.Guess(user.username, "10.1.2.3"))
    url = reverse("organizations:deed", args=[user.pk, "unlock"])
    gone = lambda: guesses.waits_until(user) is None
    return Scene(Role.SECURITY_ADMIN, url, {}, gone, f"输错 {n} 次，来自 10.1.2.3")


def a_closing() -> Scene:
    post = a_post(Role.EXPERT)
    url = reverse("organizations:deed", args=[post.user_id, "close"])
    closed = lambda: not User.objects.get(pk=post.user_id).is_active
    return Scene(Role.SYSTEM_ADMIN, url, {}, closed, f"现任岗位：{post.unit}")


def a_reopening() -> Scene:
    user = UserFactory(is_active=False)
    url = reverse("organizations:deed", args=[user.pk, "reopen"])
    return Scene(Role.SYSTEM_ADMIN, url, {}, lambda: User.objects.get(pk=user.pk).is_active, "原来的口令")


def a_recovering() -> Scene:
    device = TOTPDevice.objects.create(user=UserFactory(), name="动态口令")
    url = reverse("organizations:deed", args=[device.user_id, "recover-factor"])
    gone = lambda: not TOTPDevice.objects.filter(pk=device.pk).exists()
    return Scene(Role.SECURITY_ADMIN, url, {}, gone, "立即失效")


def an_ending() -> Scene:
    post = a_post(Role.EXPERT)
    url = reverse("organizations:end_post", args=[post.pk])
    ended = lambda: Post.objects.get(pk=post.pk).to_on is not None
    return Scene(Role.SECURITY_ADMIN, url, {"to_on": str(TODAY())}, ended, "没有别的岗位")


def a_replacing() -> Scene:
    post, user = a_post(Role.UNIT_HEAD), UserFactory()
    url = reverse("organizations:replace_person", args=[post.pk])
    given = {"user": user.pk, "from_on": str(TODAY()), "title": ""}
    return Scene(Role.SECURITY_ADMIN, url, given, lambda: user.posts.exists(), f"{user} 自 {TODAY()} 起接任")


def a_merging() -> Scene:
    into, source = UnitFactory(), UnitFactory()
    url = reverse("organizations:merge_units", args=[into.pk])
    merged = lambda: Unit.objects.get(pk=source.pk).successor_id == into.pk
    return Scene(Role.SYSTEM_ADMIN, url, {"sources": [source.pk], "on": str(TODAY())}, merged, "不能撤回")


def an_abolishing() -> Scene:
    unit = UnitFactory()
    post = a_post(Role.UNIT_HEAD, unit)
    url = reverse("organizations:abolish_unit", args=[unit.pk])
    gone = lambda: Unit.objects.get(pk=unit.pk).abolished_on is not None
    return Scene(Role.SYSTEM_ADMIN, url, {"on": str(TODAY())}, gone, f"{post.user} 1 人的岗位到前一天为止")


def a_renaming() -> Scene:
    unit = UnitFactory(name="市外事办")
    url = reverse("organizations:rename_unit", args=[unit.pk])
    given = {"name": "市委外办", "short_name": "市委外办", "on": str(TODAY()), "basis": ""}
    return Scene(
        Role.SYSTEM_ADMIN, url, given, lambda: Unit.objects.get(pk=unit.pk).name == "市委外办", "仍显示 市外事办"
    )


SCENES = (
    a_reset,
    an_unlocking,
    a_closing,
    a_reopening,
    a_recovering,
    an_asking,
    a_deciding,
    an_ending,
    a_replacing,
    a_merging,
    an_abolishing,
    a_renaming,
)
DANGEROUS = {  # said by the office, not read from the code: what must be asked once
    "remove_key",  # tests/organizations/test_security_keys.py: only who needs a second factor has the page
    "give_up_law",  # both of the office: tests/inspections/test_law_library.py
    "take_out_law",
    "reset_password",
    "decide_reset",
    "deed",
    "end_post",
    "replace_person",
    "merge_units",
    "abolish_unit",
    "rename_unit",
}


def administrator(role: Role) -> Any:
    there = Unit.objects.filter(category=UnitCategory.ADMINISTRATION).first()
    return a_post(role, there or UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False)).user


def test_every_dangerous_deed_is_declared_to_ask_once() -> None:
    pages = [(name, getattr(view, "page", None)) for name, view in views(get_resolver().url_patterns)]

    assert {name for name, page in pages if page is not None and page.asks_once} == DANGEROUS


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_it_says_what_it_will_do_and_does_it_only_when_asked_again(client: Any, make: Callable[[], Scene]) -> None:
    scene = make()
    client.force_login(administrator(scene.role), backend="django.contrib.auth.backends.ModelBackend")
    before = AccountEvent.objects.count()

    asked = client.post(scene.url, scene.given)

    page = asked.content.decode()
    assert (asked.status_code, scene.done(), AccountEvent.objects.count()) == (200, False, before)
    assert (scene.says in page, "还没有办" in page) == (True, True)

    for name, value in scene.given.items():
        for one in value if isinstance(value, list) else [value]:
            assert f'<input type="hidden" name="{name}" value="{one}">' in page  # what was typed goes on
    client.post(scene.url, scene.given | {"_sure": SURE.findall(page)[0]})

    assert (scene.done(), AccountEvent.objects.count() > before) == (True, True)


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_what_was_shown_to_another_or_before_is_asked_again(client: Any, make: Callable[[], Scene]) -> None:
    scene = make()
    client.force_login(administrator(scene.role), backend="django.contrib.auth.backends.ModelBackend")

    page = client.post(scene.url, scene.given | {"_sure": "0" * 24}).content.decode()

    assert (scene.done(), "您核对以后情况有变" in page) == (False, True)


@pytest.mark.parametrize("make", [a_reset, an_unlocking, a_closing, a_reopening, a_recovering])
def test_a_deed_without_a_form_is_a_page_with_an_address(client: Any, make: Callable[[], Scene]) -> None:
    scene = make()
    client.force_login(administrator(scene.role), backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(scene.url)

    assert (page.status_code, scene.says in page.content.decode(), scene.done()) == (200, True, False)


def test_one_may_go_back_and_finds_what_was_typed(client: Any) -> None:
    scene = a_renaming()
    client.force_login(administrator(scene.role), backend="django.contrib.auth.backends.ModelBackend")

    page = client.post(scene.url, scene.given | {"basis": "庆机编发〔2026〕3号", "_back": "1"}).content.decode()

    assert ('value="庆机编发〔2026〕3号"' in page, "_sure" in page) == (True, False)


def test_what_the_rule_refuses_is_said_before_anybody_is_asked(client: Any) -> None:
    post = a_post(Role.UNIT_HEAD)
    client.force_login(administrator(Role.SECURITY_ADMIN), backend="django.contrib.auth.backends.ModelBackend")

    answer = client.post(reverse("organizations:end_post", args=[post.pk]), {"to_on": str(TODAY())})

    assert (answer.status_code, "唯一长期在任的单位主要负责人" in answer.content.decode()) == (422, True)


def test_the_page_of_what_cannot_be_done_has_no_open_button(client: Any) -> None:
    post = a_post(Role.UNIT_HEAD)
    client.force_login(administrator(Role.SYSTEM_ADMIN), backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(reverse("organizations:deed", args=[post.user_id, "close"])).content.decode()

    assert ("唯一长期在任的单位主要负责人" in page, 'type="submit" disabled' in page) == (True, True)


@pytest.mark.parametrize(
    ("make", "role", "table", "action"),
    [
        (a_closing, Role.SYSTEM_ADMIN, "user", "close"),
        (a_reopening, Role.SYSTEM_ADMIN, "user", "reopen"),
        (an_unlocking, Role.SYSTEM_ADMIN, "user", "unlock"),
        (an_ending, Role.SECURITY_ADMIN, "post", "end_today"),
    ],
)
def test_the_admin_asks_once_too(client: Any, make: Callable[[], Scene], role: Role, table: str, action: str) -> None:
    scene = make()
    url = reverse(f"admin:organizations_{table}_changelist")
    given = {"action": action, "_selected_action": [re.findall(r"\d+", scene.url)[0]]}
    client.force_login(administrator(role), backend="django.contrib.auth.backends.ModelBackend")

    page = client.post(url, given).content.decode()
    before = scene.done()
    client.post(url, given | {"_sure": SURE.findall(page)[0]})

    assert (scene.says in page, before, scene.done()) == (True, False, True)
