"""Every URL × every role × own and other object, from the table in access.py."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.http import HttpResponseNotFound
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from casework.admin import KindAdmin
from casework.models import Case, Event
from casework.querysets import ContentQuerySet
from organizations.enums import ADMINISTRATORS, OFFICE, Role
from organizations.models import AccountEvent
from organizations.querysets import MachineryQuerySet
from qingyang_inspect import urls as root
from tests.house.access import DICTIONARIES, NOBODY, OPEN, ROWS, Row
from tests.house.sources import ROOT
from tests.house.world import World

pytestmark = pytest.mark.django_db
OPENS = {200, 302, 405}  # 405: a page that is only posted to
ACCEPTS = {
    200,
    204,
    302,
    409,
    422,
    429,
}  # the POST reached its rule; whether the case allows it now is another test's question
REFUSES = {403, 404, 405}
# One of the office and one of a unit are asked in the inner loop (make test-fast); pages of one of each standing on
# both databases; all the others in the whole suite, once: what they may is a set of roles in Python, and the conditions
# on rows are those of these.
CLOSE = (Role.OFFICE_STAFF, Role.UNIT_LIAISON)
NEAR = (
    *(Role.TEAM_LEADER, Role.INDUSTRY_REVIEWER, Role.CITY_LEADER),
    *(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN),
)
OTHERS = tuple(role for role in Role if role not in CLOSE + NEAR)
ONCE = pytest.mark.once(reason="one role of each standing is asked on both databases")
REFUSED_ONCE = pytest.mark.once(reason="a refusal is decided in Python, on the rows that GET is asked for on both")
TO_OPEN = pytest.mark.parametrize(
    "roles",
    [
        pytest.param(CLOSE, id="close"),
        pytest.param(NEAR, id="near", marks=pytest.mark.slow),
        pytest.param(OTHERS, id="others", marks=[pytest.mark.slow, ONCE]),
    ],
)
TO_CHANGE = pytest.mark.parametrize(
    "roles",
    [
        pytest.param(CLOSE, id="close"),
        pytest.param(NEAR + OTHERS, id="others", marks=[pytest.mark.slow, REFUSED_ONCE]),
    ],
)


@pytest.fixture(autouse=True)
def _bare_404(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer a 404 without its page: thousands are asked for here, and drawing them is most of the time."""
    monkeypatch.setattr(root, "handler404", lambda request, exception: HttpResponseNotFound())


def named(patterns: list[Any], space: str = "") -> Iterator[str]:
    """Yield the name of every URL with its namespace; an unnamed one as its path."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}" if pattern.name else f"{space}(without a name) {pattern.pattern}"


NAMES = sorted(set(named(get_resolver().url_patterns)))
PRODUCT = [name for name in NAMES if not name.startswith("admin:")]


def ask(client: Client, method: str, url: str, data: dict[str, Any] | None = None) -> tuple[int, str, int]:
    """Return status, where it leads, and how many events it wrote; whatever it did is undone."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        before = events()
        response = getattr(client, method)(url, data or {})
        wrote = events() - before
        transaction.set_rollback(True)
    client.cookies = cookies
    return response.status_code, response.headers.get("Location", ""), wrote


def events() -> int:
    """Return how many events there are. Asked fourteen thousand times, so not through the ORM."""
    tables = Event._meta.db_table, AccountEvent._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("select (select count(*) from {}) + (select count(*) from {})".format(*tables))
        return int(cursor.fetchone()[0])


def test_every_url_is_classified() -> None:
    assert [name for name in PRODUCT if name not in {row.name for row in ROWS}] == []


def test_every_row_is_of_a_url() -> None:
    assert [row.name for row in ROWS if row.name not in NAMES] == []


@TO_OPEN
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_page_is_there_for_those_it_is_for_and_for_nobody_else(
    world: World, row: Row, roles: tuple[Role, ...]
) -> None:
    wrong = []
    for is_own in (True, False) if row.other is not None else (True,):
        side = world.side(is_own)
        url, allowed = reverse(row.name, args=row.at(side)), row.own if is_own else row.other or NOBODY
        for role in roles:
            status, _, wrote = ask(world.clients[role], "get", url)
            expected = OPENS if role in allowed else {404, 409} if role in row.told else {404}
            if status not in expected or wrote:
                whose = "own" if is_own else "other"
                wrong.append(f"GET {url} {whose} as {role}: {status}, expected {sorted(expected)}, events {wrote}")

    assert wrong == []


@TO_CHANGE
@pytest.mark.parametrize("row", [row for row in ROWS if row.name not in OPEN], ids=lambda row: row.name)
def test_nobody_changes_anything_without_the_right(world: World, row: Row, roles: tuple[Role, ...]) -> None:
    wrong = []
    for is_own in (True, False) if row.other is not None else (True,):
        side = world.side(is_own)
        url = reverse(row.name, args=row.at(side))
        for role in roles:
            status, _, wrote = ask(world.clients[role], "post", url, row.sends(side))
            may = role in row.writes and (is_own or role in (row.other or NOBODY))
            expected = ACCEPTS if may else REFUSES | ({200, 409, 422} if role in row.told else set())
            if status not in expected or (wrote and not may):
                whose = "own" if is_own else "other"
                wrong.append(f"POST {url} {whose} as {role}: {status}, expected {sorted(expected)}, events {wrote}")

    assert wrong == []


@pytest.mark.slow
@pytest.mark.once(reason="refused before anything is asked of the database")
def test_other_methods_are_refused_everywhere(world: World) -> None:
    rows = [row for row in ROWS if row.name not in OPEN | {"logout"}]
    urls = sorted({reverse(row.name, args=row.at(world.own)) for row in rows})

    got = [
        (method, url, ask(world.clients[Role.OFFICE_DIRECTOR], method, url)[0])
        for method in ("put", "patch", "delete")
        for url in urls
    ]

    assert [(method, url, status) for method, url, status in got if status not in REFUSES] == []


@pytest.mark.slow
@pytest.mark.once(reason="sent away before anything is asked of the database")
def test_a_stranger_is_sent_to_sign_in_from_everywhere(world: World) -> None:
    wrong = []
    for row in ROWS:
        for method in ("get", "post"):
            status, leads, wrote = ask(Client(), method, reverse(row.name, args=row.at(world.own)))
            if row.name not in OPEN and (status, leads.startswith(reverse("login")), wrote) != (302, True, 0):
                wrong.append(f"{method} {row.name}: {status} {leads}, events {wrote}")

    assert wrong == []


def test_the_open_pages_open(world: World) -> None:
    assert {ask(Client(), "get", reverse(name))[0] for name in sorted(OPEN)} == {200}


# ---------- the admin: classified by readers and writers of each RightsAdmin ----------

MODELS = sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)
PLAIN_ADMIN = ["admin:index", "admin:jsi18n", "admin:autocomplete", "admin:app_list"]


def a_row_for(model: Any, model_admin: Any, actor: Any) -> tuple[Any, Any]:
    """Return the key of a row that the actor sees and of one that he does not (None where there is none).

    What is the content of a card is named by the card.
    """
    key = "case_id" if isinstance(model_admin, KindAdmin) else "pk"
    rows = model._default_manager.exclude(**{key: None}).order_by("pk")
    visible = rows.visible_to(actor) if hasattr(rows, "visible_to") else rows
    seen = visible.order_by("pk").first()
    hidden = rows.exclude(pk__in=visible.order_by().values("pk")).first() if hasattr(rows, "visible_to") else None
    return getattr(seen, key, None), getattr(hidden, key, None)


def admin_urls(model: Any) -> list[str]:
    return [
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}"
        for what in ("changelist", "add", "change", "delete", "history")
    ]


def test_every_admin_url_is_one_of_these() -> None:
    known = {*PLAIN_ADMIN, "admin:login", *(name for model, _ in MODELS for name in admin_urls(model))}
    extra = {name for name in NAMES if name.startswith("admin:")} - known

    # Django's own catch-all and its redirect from the old address of a change page; both lead to a 404 for who may not
    assert {name for name in extra if not name.startswith("admin:(without a name)")} == set()


@pytest.mark.slow
@pytest.mark.once(reason="readers and writers are sets of roles; the rows of every model are asked on both, below")
@pytest.mark.parametrize(
    ("model", "model_admin"), MODELS, ids=lambda value: getattr(getattr(value, "_meta", None), "label", "")
)
def test_an_admin_page_is_there_for_its_readers_and_writers_alone(world: World, model: Any, model_admin: Any) -> None:
    wrong = []
    list_url, add_url, *_ = admin_urls(model)
    may_read = set(model_admin.readers) | set(model_admin.writers)
    for role, client in world.clients.items():
        expected = 200 if role in may_read else 404
        if (got := ask(client, "get", reverse(list_url))[0]) != expected:
            wrong.append(f"list as {role}: {got}, expected {expected}")
    # one for all to whom the whole site is not there
    for role in sorted(OFFICE | ADMINISTRATORS | {Role.UNIT_LIAISON}):
        wrong += wrong_rows(world, role, model, model_admin, reverse(add_url))

    assert wrong == []


def wrong_rows(world: World, role: Role, model: Any, model_admin: Any, add_url: str) -> list[str]:
    """Return what is wrong with the pages of single rows for a role.

    Looked at are one that it sees and one that is hidden from it.
    """
    client, wrong = world.clients[role], []
    may_read, may_write = role in {*model_admin.readers, *model_admin.writers}, role in model_admin.writers
    if ask(client, "get", add_url)[0] not in ({200, 404} if may_write else {404}):
        wrong.append(f"add as {role}")
    seen, hidden = a_row_for(model, model_admin, world.actor(role))
    for pk, is_there in ((seen, may_read), (hidden, False)):
        for what in ("change", "history", "delete") if pk is not None else ():
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=[pk])
            got, posted = ask(client, "get", url)[0], ask(client, "post", url)
            expected = (
                ({200} if what != "delete" else {200, 404} if model_admin.deletable else {404}) if is_there else {404}
            )
            if (
                got not in expected
                or (posted[0] not in REFUSES and not may_write and what != "history")
                or (posted[2] and not may_write)
            ):
                wrong.append(f"{what} {'seen' if is_there else 'hidden'} as {role}: GET {got}, POST {posted[0]}")
    return wrong


@pytest.mark.parametrize("name", PLAIN_ADMIN)
def test_the_admin_is_not_there_for_others(world: World, name: str) -> None:
    url = reverse(name, args=["organizations"] if name == "admin:app_list" else [])
    got = {role: ask(client, "get", url)[0] for role, client in world.clients.items()}

    there = {role for role, status in got.items() if status == 200}
    assert there <= OFFICE | ADMINISTRATORS
    assert {got[role] for role in set(Role) - OFFICE - ADMINISTRATORS} == {404}
    assert ask(Client(), "get", url)[:2][0] == 302


def test_the_admins_sign_in_is_the_products() -> None:
    status, leads, _ = ask(Client(), "get", "/admin/login/?next=/admin/")

    assert (status, leads) == (302, f"{reverse('login')}?next=/admin/")


def test_the_three_administrators_see_no_business_content_in_the_admin() -> None:
    shown = {
        model._meta.label for model, model_admin in MODELS
        if model._meta.app_label not in {"organizations", "axes"} and model._meta.model_name not in DICTIONARIES
        and (set(model_admin.readers) | set(model_admin.writers)) & ADMINISTRATORS
    }  # fmt: skip

    assert shown == set()


def test_a_superuser_has_no_more_than_his_post(world: World) -> None:
    post = world.posts[Role.UNIT_LIAISON]
    with transaction.atomic():
        type(post.user).objects.filter(pk=post.user_id).update(is_superuser=True, is_staff=True)
        seen = [
            ask(world.clients[Role.UNIT_LIAISON], "get", url)[0]
            for url in (reverse("admin:index"), reverse("organizations:users"))
        ]
        transaction.set_rollback(True)

    assert seen == [404, 404]


OURS = [model for app in apps.get_app_configs() if (ROOT / app.label).is_dir() for model in app.get_models()]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_model_says_who_sees_its_rows_and_no_row_more_than_its_card(model: Any, world: World) -> None:
    for role in Role:
        actor = world.actor(role)
        rows = model._default_manager.visible_to(actor).order_by()

        if isinstance(rows, ContentQuerySet):
            assert set(rows.values_list(f"{rows.card}pk", flat=True)) <= set(
                Case.objects.visible_to(actor).values_list("pk", flat=True)
            ), role
        elif role in ADMINISTRATORS and isinstance(rows, MachineryQuerySet):
            assert not rows.exists(), role
        else:
            rows.exists()  # the question is one the database understands
