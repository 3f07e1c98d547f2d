"""Dictionaries in the admin: an entry in use is retired, never deleted; each says who changed it last.

Walks every dictionary that is registered; the rows are those of the two sides (tests/house/world.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from casework.models import CalendarDay, Case, HolidayYear, StepLimit, Topic
from inspections.models import Basis, Citation
from organizations.admin_site import DictionaryAdmin
from organizations.enums import Role
from organizations.models import Unit
from organizations.services import amend_unit
from results.models import ScoreRule, ScoreScheme
from tests.factories import acting
from tests.house.world import World, build

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media() -> None:
    """Leave the files where the world put them (tests/conftest.py gives every other test its own folder)."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield build()
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


def a_used_topic() -> Topic:
    return Case.objects.filter(topic__parent__isnull=False)[0].topic


def a_used_day() -> CalendarDay:
    year = HolidayYear.objects.create(year=2031, source="国办发明电")
    return CalendarDay.objects.create(day="2031-01-01", is_workday=False, name="元旦", loaded_with=year)


def a_scheme_in_force() -> ScoreScheme:
    today = timezone.localdate()
    return ScoreScheme.objects.create(name="考评", version="2", from_on=today, total=100, source="拟")


def a_rule_in_force() -> ScoreRule:
    return ScoreRule.objects.create(scheme=a_scheme_in_force(), code="R9", tier=1, situation="迟报", points=1, cap=5)


# an entry of each dictionary that something rests on, made by hand: a dictionary without a line here fails
USED: dict[type, Any] = {
    Topic: a_used_topic,
    Basis: lambda: Citation.objects.first().basis,  # type: ignore[union-attr]
    StepLimit: lambda: StepLimit.objects.create(kind="rectification", state="suspended", n=9),
    CalendarDay: a_used_day,
    ScoreScheme: a_scheme_in_force,
    ScoreRule: a_rule_in_force,
}
DICTIONARIES = [model for model, desk in admin.site._registry.items() if isinstance(desk, DictionaryAdmin)]


def writer(world: World, model: Any) -> Any:
    return world.clients[next(iter(sorted(admin.site._registry[model].writers)))]  # type: ignore[attr-defined]


def url_of(entry: Any, what: str) -> str:
    return reverse(f"admin:{entry._meta.app_label}_{entry._meta.model_name}_{what}", args=[entry.pk])


@pytest.mark.parametrize("model", DICTIONARIES, ids=lambda model: model._meta.label)
def test_an_entry_in_use_is_not_deleted_however_it_is_asked(world: World, model: Any) -> None:
    entry, client = USED[model](), writer(world, model)

    asked = client.get(url_of(entry, "delete"))
    sent = client.post(url_of(entry, "delete"), {"post": "yes"})
    ticked = client.post(
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"},
    )

    assert model.objects.filter(pk=entry.pk).exists()
    assert 'name="post"' not in asked.content.decode()
    assert sent.status_code in {404, 409}
    assert ticked.status_code == 302


def test_a_topic_in_use_says_why_and_how_it_is_retired(world: World) -> None:
    topic = a_used_topic()

    page = world.clients[Role.SYSTEM_ADMIN].post(url_of(topic, "delete"), {"post": "yes"}).content.decode()

    assert "正在使用，没有删除" in page
    assert "去掉“在用”" in page


def test_what_was_entered_by_mistake_is_deleted_and_its_year_counted_anew(world: World) -> None:
    mistake = CalendarDay.objects.create(day="2031-03-03", is_workday=False, name="写错")
    client = world.clients[Role.OFFICE_STAFF]

    asked = client.get(url_of(mistake, "delete"))
    client.post(url_of(mistake, "delete"), {"post": "yes"})

    assert asked.status_code == 200
    assert not CalendarDay.objects.filter(pk=mistake.pk).exists()
    assert LogEntry.objects.filter(object_id=str(mistake.pk), action_flag=3).exists()


def test_who_changed_an_entry_last_stands_on_the_first_page_in_the_list_and_in_its_history(world: World) -> None:
    topic, client = a_used_topic(), world.clients[Role.SYSTEM_ADMIN]
    before = client.get(reverse("admin:casework_topic_changelist")).content.decode()

    client.post(
        url_of(topic, "change"),
        {"code": topic.code, "name": "改过的名称", "parent": topic.parent_id, "is_in_use": "on"},
    )
    name = str(world.posts[Role.SYSTEM_ADMIN].user)
    first = client.get(reverse("admin:index")).content.decode()
    listed = client.get(reverse("admin:casework_topic_changelist"), {"q": "改过的名称"}).content.decode()
    history = client.get(url_of(topic, "history")).content.decode()

    assert f'data-label="最后改动人" class="qy-wide">{name}</td>' not in before
    assert f"{name}，" in first
    assert [name in page.split("<main")[1] for page in (listed, history)] == [True, True]


def a_cited_basis() -> Basis:
    return Citation.objects.filter(basis__repealed_on=None)[0].basis


@pytest.mark.parametrize(
    ("make", "role", "field", "value"),
    [
        (a_used_topic, Role.SYSTEM_ADMIN, "is_in_use", ""),
        (a_cited_basis, Role.OFFICE_STAFF, "repealed_on", "2026-01-01"),
    ],
)
def test_an_entry_in_use_is_set_out_of_use_only_when_told_where_it_is_used(
    world: World, make: Any, role: Role, field: str, value: str
) -> None:
    entry, client = make(), world.clients[role]
    form = client.get(url_of(entry, "change")).context["form"]
    typed = {name: form[name].value() for name in form.fields} | {field: value}
    sent = {name: "on" if given is True else given for name, given in typed.items() if given not in (None, "", False)}

    asked = client.post(url_of(entry, "change"), sent)
    still = getattr(type(entry).objects.get(pk=entry.pk), field)
    client.post(url_of(entry, "change"), sent | {"sure": "on"})

    assert "sure" not in form.fields
    assert "还用在：" in asked.content.decode()
    assert still == getattr(entry, field)
    assert getattr(type(entry).objects.get(pk=entry.pk), field) != getattr(entry, field)


def test_what_was_loaded_or_changed_on_its_own_page_says_so_in_the_admin(world: World) -> None:
    poster, keeper = world.posts[Role.OFFICE_STAFF], world.posts[Role.SYSTEM_ADMIN]
    loaded = HolidayYear.objects.create(year=2032, source="国办发明电", loaded_by=poster)
    CalendarDay.objects.create(day="2032-01-01", is_workday=False, name="元旦", loaded_with=loaded)
    HolidayYear.objects.create(year=2033, source="国办发明电")
    unit = Unit.objects.filter(is_inspected=True).order_by("pk")[0]
    amend_unit(unit, actor=acting(keeper), code="621099")
    client, who = world.clients[Role.OFFICE_STAFF], 'data-label="最后改动人" class="qy-wide">{}</td>'

    def shown(table: str, words: str) -> str:
        return client.get(reverse(f"admin:{table}_changelist"), {"q": words}).content.decode()

    assert f"{poster.user}，" in client.get(reverse("admin:index")).content.decode()
    assert who.format(poster.user) in shown("casework_holidayyear", "")
    assert who.format("系统（装载命令）") in shown("casework_holidayyear", "")
    assert who.format(poster.user) in shown("casework_calendarday", "元旦")
    history = world.clients[Role.SYSTEM_ADMIN].get(url_of(unit, "history")).content.decode().split("<main")[1]
    assert str(keeper.user) in history
    assert "621099" in history


def test_a_parent_that_is_retired_stays_marked_in_the_form_and_no_other_retired_one_is_offered(world: World) -> None:
    topic = a_used_topic()
    Topic.objects.filter(pk=topic.parent_id).update(is_in_use=False)
    other = Topic.objects.create(code="Z", name="别的旧类别", is_in_use=False)

    page = world.clients[Role.SYSTEM_ADMIN].get(url_of(topic, "change"))
    offered = dict(page.context["form"].fields["parent"].choices)

    assert any("已停用" in str(label) for label in offered.values())
    assert str(other.pk) not in {str(value) for value in offered}
    assert "data-qy-typed" in page.content.decode()
