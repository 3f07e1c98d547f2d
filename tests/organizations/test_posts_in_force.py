"""Rights follow the post: who left sees nothing, who comes later sees it then, the administrators keep apart."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from organizations import services
from organizations.enums import ADMINISTRATORS, BUSINESS, AccountAct, Role, UnitCategory
from organizations.middleware import posts_of
from organizations.models import AccountEvent, Post, Unit, User
from tests.factories import LONG_AGO, UnitFactory, UserFactory, a_post, acting, an_actor, the_office
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 26)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel("2026-10-26 09:00:00+08:00", tick=False):
        yield


def administration() -> Unit:
    return Unit.objects.filter(category=UnitCategory.ADMINISTRATION).first() or UnitFactory(
        category=UnitCategory.ADMINISTRATION, is_inspected=False
    )


def security() -> object:
    return an_actor(Role.SECURITY_ADMIN, administration())


@pytest.mark.accepts(8)
def test_who_left_yesterday_has_no_post_today(client):
    post = a_post(Role.UNIT_LIAISON, to_on=TODAY - timedelta(1))

    client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("account"))

    assert page.status_code == 403
    assert "您目前没有在任岗位" in page.content.decode()


def test_the_last_day_still_counts(client):
    post = a_post(Role.UNIT_LIAISON, to_on=TODAY)

    client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("account")).status_code == 200


@pytest.mark.accepts(8)
def test_who_is_appointed_from_tomorrow_sees_it_tomorrow():
    post = a_post(Role.UNIT_LIAISON, from_on=TODAY + timedelta(1))

    today, tomorrow = posts_of(post.user, TODAY), posts_of(post.user, TODAY + timedelta(1))

    assert (today, tomorrow) == ([], [post])


def test_a_person_without_a_post_may_still_leave(client):
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(reverse("logout")).status_code == 302


def test_a_superuser_without_a_post_sees_nothing(client):
    client.force_login(
        UserFactory(is_superuser=True, is_staff=True), backend="django.contrib.auth.backends.ModelBackend"
    )

    assert client.get("/admin/").status_code == 403


def test_appointing_gives_the_post_and_a_line_in_the_log():
    user, unit = UserFactory(), UnitFactory()

    post = services.appoint(user, unit, Role.UNIT_LIAISON, from_on=TODAY, title="科长", actor=security())

    assert list(Post.objects.filter(user=user)) == [post]
    assert AccountEvent.objects.get(user=user).what == AccountAct.APPOINTED


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECURITY_ADMIN}))
def test_only_the_security_administrator_appoints(role):
    home = {True: administration(), False: None}[role in ADMINISTRATORS]
    actor = an_actor(role, home)

    with pytest.raises(DomainError, match="由安全管理员办理"):
        services.appoint(UserFactory(), UnitFactory(), Role.UNIT_LIAISON, from_on=TODAY, actor=actor)

    assert not Post.objects.filter(from_on=TODAY).exists()


def test_nobody_grants_himself_a_post():
    actor = security()

    with pytest.raises(DomainError, match="不能给自己授权"):
        services.appoint(actor.post.user, administration(), Role.SECURITY_ADMIN, from_on=TODAY, actor=actor)


@pytest.mark.parametrize("first", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("second", sorted(Role))
def test_an_administrator_holds_no_other_post_at_the_same_time(first, second):
    held = a_post(first, administration())
    homes = {
        Role.OFFICE_DIRECTOR: the_office,
        Role.OFFICE_STAFF: the_office,
        **dict.fromkeys(ADMINISTRATORS, administration),
    }
    unit = homes.get(second, lambda: a_home_of(second))()

    with pytest.raises(DomainError, match="时间重叠" if first == second else "三员分设"):
        services.appoint(held.user, unit, second, from_on=TODAY, actor=security())

    assert Post.objects.filter(user=held.user).count() == 1


def a_home_of(role: Role) -> Unit:
    """A unit where the role can be held."""
    category = {
        Role.TEAM_LEADER: UnitCategory.TEAM, Role.TEAM_MEMBER: UnitCategory.TEAM,
        Role.CITY_LEADER: UnitCategory.LEADERS, Role.DISCIPLINE_CONTACT: UnitCategory.CONSULTED,
        Role.HOTLINE_CLERK: UnitCategory.CONSULTED, Role.EXPERT: UnitCategory.CONSULTED,
    }.get(role, UnitCategory.GOVERNMENT)  # fmt: skip
    return UnitFactory(category=category, is_inspected=True, is_industry_supervisor=True, is_coordination_member=True)


@pytest.mark.parametrize("role", sorted(BUSINESS))
def test_every_business_role_has_a_home(role):
    unit = the_office() if role.startswith("office") else a_home_of(role)

    post = services.appoint(UserFactory(), unit, role, from_on=TODAY, actor=security())

    assert post.role == role


def test_an_administrator_becomes_something_else_after_the_post_has_ended():
    held = a_post(Role.AUDIT_ADMIN, administration(), to_on=TODAY - timedelta(1))

    post = services.appoint(held.user, UnitFactory(), Role.UNIT_LIAISON, from_on=TODAY, actor=security())

    assert post.role == Role.UNIT_LIAISON


def test_the_same_post_twice_at_the_same_time_is_refused():
    held = a_post(Role.UNIT_LIAISON)

    with pytest.raises(DomainError, match="时间重叠"):
        services.appoint(held.user, held.unit, Role.UNIT_LIAISON, from_on=TODAY, actor=security())


def test_one_person_may_hold_posts_in_several_units():
    held = a_post(Role.UNIT_LIAISON)

    services.appoint(held.user, UnitFactory(), Role.UNIT_LIAISON, from_on=TODAY, actor=security())

    assert len(posts_of(held.user, TODAY)) == 2


def test_an_office_role_outside_the_office_is_refused():
    with pytest.raises(DomainError, match="只能在依法治市办任职"):
        services.appoint(UserFactory(), UnitFactory(), Role.OFFICE_STAFF, from_on=TODAY, actor=security())


def test_a_reviewer_needs_a_supervising_department():
    with pytest.raises(DomainError, match="不是行业主管部门"):
        services.appoint(UserFactory(), UnitFactory(), Role.INDUSTRY_REVIEWER, from_on=TODAY, actor=security())


def test_a_unit_that_is_abolished_takes_nobody():
    unit = UnitFactory(abolished_on=TODAY)

    with pytest.raises(DomainError, match="已于 2026-10-26 撤销"):
        services.appoint(UserFactory(), unit, Role.UNIT_LIAISON, from_on=TODAY, actor=security())


def test_ending_a_post_keeps_it_in_history():
    post = a_post(Role.UNIT_LIAISON)
    a_post(Role.UNIT_LIAISON, post.unit)  # the last one would not be let go (test_last_holder.py)

    services.end_post(post, TODAY, actor=security())

    assert Post.objects.get(pk=post.pk).to_on == TODAY


def test_a_post_cannot_end_before_it_began():
    post = a_post(Role.UNIT_LIAISON, from_on=TODAY)

    with pytest.raises(DomainError, match="不能早于"):
        services.end_post(post, TODAY - timedelta(1), actor=security())


def test_an_ended_post_is_not_prolonged_by_ending_it_again():
    post = a_post(Role.UNIT_LIAISON, to_on=TODAY - timedelta(9))

    with pytest.raises(DomainError, match="已于 2026-10-17 结束"):
        services.end_post(post, TODAY, actor=security())


def test_a_successor_begins_the_day_after():
    post, successor = a_post(Role.UNIT_LIAISON, title="科长"), UserFactory()

    new = services.replace_person(post, successor, from_on=TODAY, actor=security())

    assert (Post.objects.get(pk=post.pk).to_on, new.from_on, new.title) == (TODAY - timedelta(1), TODAY, "科长")


def test_a_refused_successor_leaves_the_old_post_as_it_was():
    post, administrator = a_post(Role.UNIT_LIAISON), a_post(Role.SYSTEM_ADMIN, administration())

    with pytest.raises(DomainError, match="三员分设"):
        services.replace_person(post, administrator.user, from_on=TODAY, actor=security())

    assert Post.objects.get(pk=post.pk).to_on is None


def test_a_unit_sees_its_own_people_and_not_those_of_another():
    own, other = a_post(Role.UNIT_LIAISON), a_post(Role.UNIT_LIAISON)

    seen = Post.objects.visible_to(acting(own))

    assert set(seen) == {own}
    assert Post.objects.filter(pk=other.pk).exists()


def test_a_closed_account_is_out_at_once(client):
    post = a_post(Role.UNIT_LIAISON)
    client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("account")).status_code == 200
    a_post(Role.UNIT_LIAISON, post.unit)  # the last one would not be let go (test_last_holder.py)

    services.close_account(post.user, actor=an_actor(Role.SYSTEM_ADMIN, administration()))

    assert client.get(reverse("account")).url.startswith(reverse("login"))
    assert User.objects.get(pk=post.user_id).posts.count() == 1


def test_switching_acts_in_the_chosen_post(client):
    first = a_post(Role.UNIT_LIAISON)
    second = a_post(Role.UNIT_HEAD, user=first.user, from_on=LONG_AGO + timedelta(1))
    client.force_login(first.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("account")).wsgi_request.actor.post == first  # a later one does not take over

    client.post(reverse("switch_post"), {"post": second.pk})

    assert client.get(reverse("account")).wsgi_request.actor.post == second


def test_the_post_last_used_is_remembered_at_the_next_sign_in(client):
    first = a_post(Role.UNIT_LIAISON)
    second = a_post(Role.UNIT_HEAD, user=first.user, from_on=LONG_AGO + timedelta(1))
    client.force_login(first.user, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("switch_post"), {"post": second.pk})
    client.logout()

    client.force_login(User.objects.get(pk=first.user_id), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("account")).wsgi_request.actor.post == second


@pytest.mark.parametrize("whose", ["another's", "ended", "forged"])
def test_a_post_that_is_not_ones_own_or_not_in_force_is_not_there(client, whose):
    mine = a_post(Role.UNIT_LIAISON)
    wanted = {
        "another's": a_post(Role.OFFICE_STAFF).pk,
        "ended": a_post(Role.UNIT_HEAD, user=mine.user, to_on=TODAY - timedelta(1)).pk,
        "forged": "1 or 1=1",
    }[whose]
    client.force_login(mine.user, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.post(reverse("switch_post"), {"post": wanted})

    assert answer.status_code == 404
    assert client.get(reverse("account")).wsgi_request.actor.post == mine


def test_a_chosen_post_that_ends_gives_way_to_the_newest(client):
    first = a_post(Role.UNIT_LIAISON)
    second = a_post(Role.UNIT_HEAD, user=first.user)
    a_post(Role.UNIT_LIAISON, first.unit)  # the last one would not be let go (test_last_holder.py)
    client.force_login(first.user, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("switch_post"), {"post": first.pk})

    services.end_post(first, TODAY - timedelta(1), actor=security())

    assert client.get(reverse("account")).wsgi_request.actor.post == second


def test_the_actor_costs_one_query(client, django_assert_num_queries):
    post = a_post(Role.UNIT_LIAISON)

    with django_assert_num_queries(1):
        posts = posts_of(post.user, TODAY)
        assert [(p.unit.name, p.user.name) for p in posts] == [(post.unit.name, post.user.name)]
