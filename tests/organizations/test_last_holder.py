"""The house cannot be locked from inside: whichever way the last holder of a duty would leave it, it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine

from casework.models import Case
from organizations import services
from organizations.enums import ImportKind, Role, UnitCategory
from organizations.models import Post, Unit
from organizations.services.sheets import attempt
from rectification.enums import State
from tests.factories import UnitFactory, UserFactory, a_post, a_rectification, acting, an_actor, the_office
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 26)
# said by the office (issue of the house: 最后一名): these duties have somebody at all times
NEVER_EMPTY = [
    Role.OFFICE_DIRECTOR,
    Role.OFFICE_STAFF,
    Role.UNIT_HEAD,
    Role.UNIT_LIAISON,
    Role.INDUSTRY_REVIEWER,
    Role.SYSTEM_ADMIN,
    Role.SECURITY_ADMIN,
    Role.AUDIT_ADMIN,
]
ADMINS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel("2026-10-26 09:00:00+08:00", tick=False):
        yield


def place_of(role: Role) -> Unit:
    if role in {Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF}:
        return the_office()
    if role in ADMINS:
        return UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False)
    return UnitFactory(is_industry_supervisor=True)


def elsewhere(role: Role):
    """An administrator of another unit: only the one under test holds the duty in his."""
    return an_actor(role, UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False))


def ended(post: Post, last_on: date = TODAY) -> None:
    services.end_post(post, last_on, actor=elsewhere(Role.SECURITY_ADMIN))


def ended_by_himself(post: Post) -> None:
    services.end_post(post, TODAY, actor=acting(post))


def closed(post: Post) -> None:
    services.close_account(post.user, actor=elsewhere(Role.SYSTEM_ADMIN))


def ended_by_sheet(post: Post) -> None:
    row = {
        "username": post.user.username, "name": post.user.name, "unit": post.unit.code, "role": post.get_role_display(),
        "from_on": str(post.from_on), "to_on": str(TODAY), "title": "", "home_unit": None, "_row": 2,
    }  # fmt: skip
    for outcome in attempt(ImportKind.POSTS, [row], elsewhere(Role.SECURITY_ADMIN)):
        if outcome.fate == "conflict":
            raise DomainError(outcome.said)


WAYS: list[Callable[[Post], None]] = [ended, closed, ended_by_sheet]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("role", NEVER_EMPTY)
def test_the_last_holder_does_not_leave_by_any_way(role: Role, way: Callable[[Post], None]) -> None:
    post = a_post(role, place_of(role))

    with pytest.raises(DomainError, match=f"唯一长期在任的{role.label}"):
        way(post)

    assert Post.objects.manned(TODAY + timedelta(1)).filter(pk=post.pk).exists()


@pytest.mark.parametrize("way", [ended, closed], ids=lambda way: way.__name__)  # a sheet is only tried here
@pytest.mark.parametrize("role", NEVER_EMPTY)
def test_he_leaves_when_a_successor_goes_on(role: Role, way: Callable[[Post], None]) -> None:
    post = a_post(role, place_of(role))
    a_post(role, post.unit)

    way(post)

    assert not Post.objects.manned(TODAY + timedelta(1)).filter(pk=post.pk).exists()


@pytest.mark.parametrize(
    ("from_on", "to_on", "is_active"),
    [
        (TODAY + timedelta(2), None, True),  # a day without anybody
        (TODAY, TODAY + timedelta(30), True),  # there for a month only
        (TODAY, None, False),  # an account that nobody can use
    ],
)
def test_who_is_not_there_for_good_is_no_successor(from_on: date, to_on: date | None, is_active: bool) -> None:
    post = a_post(Role.SECURITY_ADMIN, place_of(Role.SECURITY_ADMIN))
    a_post(Role.SECURITY_ADMIN, post.unit, from_on=from_on, to_on=to_on, user=UserFactory(is_active=is_active))

    for way in WAYS:
        with pytest.raises(DomainError, match="唯一长期在任"):
            way(post)


def test_a_successor_who_begins_the_next_day_is_one() -> None:
    post = a_post(Role.UNIT_HEAD)
    a_post(Role.UNIT_HEAD, post.unit, from_on=TODAY + timedelta(1))

    ended(post)

    assert Post.objects.get(pk=post.pk).to_on == TODAY


@pytest.mark.parametrize("role", NEVER_EMPTY)
def test_a_successor_who_is_to_come_is_not_shut_out_before_he_came(role: Role) -> None:
    post = a_post(role, place_of(role))
    successor = UserFactory()
    day = TODAY + timedelta(20)
    services.replace_person(post, successor, from_on=day, actor=elsewhere(Role.SECURITY_ADMIN))

    with pytest.raises(DomainError, match=f"唯一长期在任的{role.label}，自 {day} 起没有人接任"):
        services.close_account(successor, actor=elsewhere(Role.SYSTEM_ADMIN))


def test_the_only_security_administrator_cannot_end_her_own_post() -> None:
    post = a_post(Role.SECURITY_ADMIN, place_of(Role.SECURITY_ADMIN))

    with pytest.raises(DomainError, match="唯一长期在任的安全管理员"):
        ended_by_himself(post)


def test_the_second_of_two_stays_after_the_first_has_left() -> None:
    first = a_post(Role.SYSTEM_ADMIN, place_of(Role.SYSTEM_ADMIN))
    second = a_post(Role.SYSTEM_ADMIN, first.unit)
    ended(first)

    with pytest.raises(DomainError, match="唯一长期在任的系统管理员"):
        closed(second)


@pytest.mark.parametrize("role", sorted(set(Role) - set(NEVER_EMPTY) - {Role.TEAM_LEADER, Role.TEAM_MEMBER}))
def test_a_duty_that_may_be_empty_lets_its_holder_go(role: Role) -> None:
    post = a_post(role)

    ended(post)

    assert Post.objects.get(pk=post.pk).to_on == TODAY


def test_a_unit_that_is_not_inspected_any_more_needs_no_head() -> None:
    post = a_post(Role.UNIT_HEAD, UnitFactory(is_inspected=False))

    ended(post)

    assert Post.objects.get(pk=post.pk).to_on == TODAY


def test_a_gap_that_lies_in_the_past_is_a_fact() -> None:
    """Who left unnoticed in March, and was succeeded in June, is entered as having left in March."""
    post = a_post(Role.UNIT_LIAISON)
    a_post(Role.UNIT_LIAISON, post.unit, from_on=TODAY - timedelta(100))

    ended(post, TODAY - timedelta(200))

    assert Post.objects.get(pk=post.pk).to_on == TODAY - timedelta(200)


def test_the_refusal_counts_what_would_be_left_by_state() -> None:
    case = a_rectification(State.PLAN)
    a_rectification(State.PLAN, unit=case.unit)
    post, *others = Post.objects.filter(unit=case.unit, role=Role.UNIT_LIAISON)
    for other in others:
        ended(other, TODAY - timedelta(1))

    with pytest.raises(DomainError) as refused:
        ended(post)

    word = "待报方案"
    assert f"有 2 件未办结在其手上（{word} 2）" in refused.value.message
    assert Case.objects.get(pk=case.pk).number in refused.value.message


@pytest.mark.parametrize("category", [UnitCategory.OFFICE, UnitCategory.ADMINISTRATION, UnitCategory.LEADERS])
def test_the_units_the_house_runs_on_are_not_abolished(category: UnitCategory) -> None:
    unit = UnitFactory(category=category)

    with pytest.raises(DomainError, match="系统运行必需"):
        services.abolish_unit(unit, on=TODAY, actor=elsewhere(Role.SYSTEM_ADMIN))


def test_who_appoints_is_told_which_units_have_nobody(client) -> None:
    there = UnitFactory(name="有人的局")
    for role in (Role.UNIT_HEAD, Role.UNIT_LIAISON):
        a_post(role, there)
    a_post(Role.UNIT_HEAD, UnitFactory(name="没有联络员的局"))
    UnitFactory(name="不督察的局", is_inspected=False)
    keeper = a_post(Role.SECURITY_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False))
    client.force_login(keeper.user, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get("/people/").content.decode()

    assert "没有联络员的局没有单位联络员，请授予岗位" in page
