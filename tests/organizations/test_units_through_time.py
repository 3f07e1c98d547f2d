"""Rename, merge, abolish: nothing is forgotten."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from organizations import services
from organizations.enums import AccountAct, Role, UnitCategory
from organizations.models import AccountEvent, Post, Unit
from tests.factories import UnitFactory, a_post, acting, an_actor
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 26)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel("2026-10-26 09:00:00+08:00", tick=False):
        yield


def keeper():
    return an_actor(Role.SYSTEM_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False))


def renamed(unit, name, on, **given):
    return services.rename_unit(
        unit, name=name, short_name=given.pop("short_name", name), on=on, actor=keeper(), **given
    )


def test_each_day_shows_the_name_of_that_day():
    unit = UnitFactory(name="市国土资源局", short_name="市国土局")
    renamed(unit, "市自然资源局", date(2019, 1, 10), basis="机构改革")
    renamed(unit, "市自然资源和规划局", date(2024, 3, 1))

    now = Unit.objects.get(pk=unit.pk)

    days = [date(2019, 1, 9), date(2019, 1, 10), date(2024, 2, 29), date(2024, 3, 1), TODAY]
    assert [now.name_on(day) for day in days] == [
        "市国土局",
        "市自然资源局",
        "市自然资源局",
        "市自然资源和规划局",
        "市自然资源和规划局",
    ]


def test_a_renamed_unit_is_found_by_its_old_name():
    from organizations.filters import find_units

    unit = UnitFactory(name="市国土资源局")
    renamed(unit, "市自然资源局", TODAY)

    found = find_units(Unit.objects.all(), "国土", None)

    assert list(found) == [unit]


def test_a_rename_is_in_the_log_with_both_names():
    unit = UnitFactory(name="市外事办")

    renamed(unit, "市委外办", TODAY)

    event = AccountEvent.objects.get(unit=unit)
    assert (event.what, event.detail) == (AccountAct.UNIT_RENAMED, "市外事办 → 市委外办，自 2026-10-26 起")


@pytest.mark.parametrize(
    ("on", "said"),
    [(TODAY + timedelta(1), "不能晚于今天"), (date(2024, 3, 1), "已更名一次"), (date(2020, 1, 1), "已更名一次")],
)
def test_a_rename_has_its_place_in_time(on, said):
    unit = UnitFactory()
    renamed(unit, "第一次", date(2024, 3, 1))

    with pytest.raises(DomainError, match=said):
        renamed(unit, "第二次", on)

    assert Unit.objects.get(pk=unit.pk).name == "第一次"
    assert unit.names.count() == 1


def test_a_name_in_use_is_refused():
    UnitFactory(name="市司法局")

    with pytest.raises(DomainError, match="已有单位叫“市司法局”"):
        renamed(UnitFactory(), "市司法局", TODAY)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM_ADMIN}))
def test_only_the_system_administrator_keeps_units(role):
    actor, unit = an_actor(role), UnitFactory()

    for act in (
        lambda: services.rename_unit(unit, name="新", short_name="新", on=TODAY, actor=actor),
        lambda: services.merge_units([unit], into=UnitFactory(), on=TODAY, actor=actor),
        lambda: services.abolish_unit(unit, on=TODAY, actor=actor),
        lambda: services.open_unit(
            actor=actor, code="X1", name="新单位", short_name="新", category=UnitCategory.GOVERNMENT
        ),
        lambda: services.amend_unit(unit, actor=actor, note="x"),
    ):
        with pytest.raises(DomainError, match="由系统管理员办理"):
            act()


def test_a_merged_units_people_end_the_day_before_and_the_successor_sees_its_things():
    old, into = UnitFactory(), UnitFactory()
    post, successor = a_post(Role.UNIT_LIAISON, old), a_post(Role.UNIT_LIAISON, into)

    services.merge_units([old], into=into, on=TODAY, actor=keeper())

    gone = Unit.objects.get(pk=old.pk)
    assert (gone.abolished_on, gone.successor) == (TODAY, into)
    assert Post.objects.get(pk=post.pk).to_on == TODAY - timedelta(1)
    assert set(acting(Post.objects.get(pk=successor.pk)).unit_ids) == {into.pk, old.pk}


def test_several_units_merge_in_one_act_or_none_does():
    fine, busy, into = UnitFactory(), UnitFactory(), UnitFactory()
    a_post(Role.UNIT_LIAISON, busy, from_on=TODAY + timedelta(5))

    with pytest.raises(DomainError, match="自 2026-10-31 起"):
        services.merge_units([fine, busy], into=into, on=TODAY, actor=keeper())

    assert Unit.objects.filter(pk__in=[fine.pk, busy.pk], abolished_on=None).count() == 2


def test_a_unit_is_not_merged_into_itself_or_what_it_carries_on():
    unit = UnitFactory()
    below = UnitFactory(parent=unit)

    with pytest.raises(DomainError, match="不能并入自己"):
        services.merge_units([unit], into=unit, on=TODAY, actor=keeper())
    with pytest.raises(DomainError, match="请先改它们的上级单位"):
        services.merge_units([unit], into=below, on=TODAY, actor=keeper())


def test_what_upper_floors_find_in_the_way_is_said(monkeypatch):
    unit = UnitFactory()
    monkeypatch.setattr(services.units, "MERGE_CHECKS", [lambda unit, on: [f"{unit} 还有 3 件未办结，请先办结或改派"]])

    with pytest.raises(DomainError, match=r"还不能办：.*还有 3 件未办结"):
        services.abolish_unit(unit, on=TODAY, actor=keeper())

    assert Unit.objects.get(pk=unit.pk).abolished_on is None


def test_an_abolished_unit_is_there_until_the_day_before():
    unit = UnitFactory()

    services.abolish_unit(unit, on=TODAY, actor=keeper())

    assert [Unit.objects.in_force(day).filter(pk=unit.pk).exists() for day in (TODAY - timedelta(1), TODAY)] == [
        True,
        False,
    ]


def test_amending_says_from_what_to_what():
    unit, parent = UnitFactory(), UnitFactory(short_name="市司法局")

    services.amend_unit(unit, actor=keeper(), parent=parent, is_industry_supervisor=True)

    assert AccountEvent.objects.get(unit=unit).detail == "上级单位：无 → 市司法局；行业主管部门：否 → 是"


def test_a_unit_does_not_stand_below_itself():
    unit = UnitFactory()
    below = UnitFactory(parent=unit)

    with pytest.raises(DomainError, match="不能成为自己的下级"):
        services.amend_unit(unit, actor=keeper(), parent=below)


def test_a_code_in_use_is_refused_in_words():
    UnitFactory(code="621099")

    with pytest.raises(ValidationError, match="已有使用该代码的单位"):
        services.open_unit(
            actor=keeper(), code="621099", name="新单位", short_name="新", category=UnitCategory.GOVERNMENT
        )
