"""Resetting somebody's password: nobody can do it alone, the person learns of it, and his second factor survives."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from organizations import services
from organizations.enums import ADMINISTRATORS, AccountAct, ResetState, Role, UnitCategory
from organizations.models import AccountEvent, PasswordReset, User
from tests.factories import UnitFactory, UserFactory, a_post, acting, an_actor
from tests.organizations.accounts import BACKEND, GOOD, an_account, sign_in
from ui.errors import DomainError

pytestmark = pytest.mark.django_db


def administrator(role):
    return an_actor(role, UnitFactory(category=UnitCategory.ADMINISTRATION))


@pytest.fixture
def xitong():
    return administrator(Role.SYSTEM_ADMIN)


@pytest.fixture
def anquan():
    return administrator(Role.SECURITY_ADMIN)


@pytest.fixture
def head():
    return an_account(Role.OFFICE_DIRECTOR)


def sure(client, url, given):
    """Send the form, read what it will do, send it again."""
    mark = client.post(url, given).context["outlook"].mark
    return client.post(url, given | {"_sure": mark})


def test_the_system_administrator_alone_gets_no_password_of_who_holds_a_post(head, xitong):
    with pytest.raises(DomainError, match="有岗位，重置口令须先申请"):
        services.reset_password(head, actor=xitong)
    services.resets.ask_reset(head, "忘了口令", actor=xitong)
    with pytest.raises(DomainError, match="由安全管理员办理"):
        services.resets.decide_reset(head, approve=True, actor=xitong)
    with pytest.raises(DomainError, match="没有批准过的重置申请"):
        services.resets.take_password(head, actor=xitong)

    head.refresh_from_db()
    assert (head.check_password(GOOD), head.must_change_password) == (True, False)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.TEAM_LEADER, Role.TEAM_MEMBER}))
def test_of_no_role_can_one_administrator_reset_the_password(role, xitong):
    unit = UnitFactory(category=UnitCategory.ADMINISTRATION) if role in ADMINISTRATORS else None
    with pytest.raises(DomainError, match="须先申请"):
        services.reset_password(a_post(role, unit).user, actor=xitong)


def test_a_post_that_begins_tomorrow_counts(xitong):
    post = a_post(Role.UNIT_HEAD, from_on=timezone.localdate() + timedelta(1))

    with pytest.raises(DomainError, match="须先申请"):
        services.reset_password(post.user, actor=xitong)


def test_the_security_administrator_alone_gets_none_either(head, xitong, anquan):
    with pytest.raises(DomainError, match="由系统管理员办理"):
        services.resets.ask_reset(head, "忘了口令", actor=anquan)
    services.resets.ask_reset(head, "忘了口令", actor=xitong)
    services.resets.decide_reset(head, approve=True, actor=anquan)

    with pytest.raises(DomainError, match="由系统管理员办理"):
        services.resets.take_password(head, actor=anquan)


def test_who_holds_both_offices_is_still_one_person(head, xitong):
    both = acting(a_post(Role.SECURITY_ADMIN, xitong.post.unit, user=xitong.post.user))
    services.resets.ask_reset(head, "忘了口令", actor=xitong)

    with pytest.raises(DomainError, match="申请人不能自己批准"):
        services.resets.decide_reset(head, approve=True, actor=both)


def test_the_only_security_administrator_is_helped_by_the_audit_administrator_and_not_by_himself(xitong, anquan):
    person = anquan.post.user
    services.resets.ask_reset(person, "忘了口令", actor=xitong)

    with pytest.raises(DomainError, match="不能由自己批准"):
        services.resets.decide_reset(person, approve=True, actor=anquan)
    services.resets.decide_reset(person, approve=True, actor=administrator(Role.AUDIT_ADMIN))

    assert services.resets.take_password(person, actor=xitong)


def test_the_audit_administrator_approves_for_nobody_else(client, head, xitong):
    services.resets.ask_reset(head, "忘了口令", actor=xitong)
    client.force_login(administrator(Role.AUDIT_ADMIN).post.user, backend=BACKEND)

    assert client.get(reverse("organizations:decide_reset", args=[head.pk])).status_code == 404


def test_asked_approved_fetched_once_and_the_person_told_each_time(client, head, xitong, anquan):
    url = reverse("organizations:reset_password", args=[head.pk])
    factor = TOTPDevice.objects.create(user=head, confirmed=True)

    client.force_login(xitong.post.user, backend=BACKEND)
    sure(client, url, {"reason": "本人来电，已回拨核实"})
    head.refresh_from_db()
    asked = head.warning
    client.force_login(anquan.post.user, backend=BACKEND)
    sure(client, reverse("organizations:decide_reset", args=[head.pk]), {"verdict": "yes"})
    head.refresh_from_db()
    approved = head.warning
    client.force_login(xitong.post.user, backend=BACKEND)
    mark, token = client.get(url).context["outlook"].mark, "a-token-of-the-test-0002"
    page = client.post(url, {"_sure": mark, "_once": token})
    (_, _, shown) = page.context["made"][0]
    again = client.post(url, {"_sure": mark, "_once": token}, follow=True).content.decode()
    later = client.post(url, {"_sure": mark}, follow=True).content.decode()

    head.refresh_from_db()
    assert (head.check_password(shown), head.must_change_password, shown in again, shown in later) == (
        True,
        True,
        False,
        False,
    )
    assert ("申请重置您的口令，事由：本人来电" in asked, "批准重置您的口令" in approved) == (True, True)
    assert (xitong.person in head.warning, anquan.person in head.warning) == (True, True)
    assert TOTPDevice.objects.filter(pk=factor.pk, confirmed=True).exists()
    assert [event.what for event in AccountEvent.objects.filter(user=head).order_by("pk")] == [
        AccountAct.RESET_ASKED,
        AccountAct.RESET_APPROVED,
        AccountAct.PASSWORD_RESET,
    ]


def test_the_next_page_of_the_person_says_it_until_he_has_read_it(client, head, xitong):
    services.resets.ask_reset(head, "忘了口令", actor=xitong)
    client.force_login(head, backend=BACKEND)

    pages = [client.get(reverse(name)).content.decode() for name in ("home", "account", "home")]
    client.post(reverse("read_warning"), {"next": "/"})
    after = client.get(reverse("home")).content.decode()

    assert ["申请重置您的口令" in page for page in pages] == [True] * 3
    assert "申请重置您的口令" not in after


def test_the_person_ends_a_reset_that_he_did_not_ask_for(client, head, xitong, anquan):
    services.resets.ask_reset(head, "忘了口令", actor=xitong)
    services.resets.decide_reset(head, approve=True, actor=anquan)
    client.force_login(head, backend=BACKEND)

    client.post(reverse("read_warning"), {"object": "1"})

    with pytest.raises(DomainError, match="没有批准过的重置申请"):
        services.resets.take_password(head, actor=xitong)
    assert PasswordReset.objects.get(user=head).stage == ResetState.OBJECTED
    assert AccountEvent.objects.filter(user=head, what=AccountAct.RESET_OBJECTED).exists()


def test_what_was_approved_lapses_and_may_be_asked_for_anew(head, xitong, anquan):
    services.resets.ask_reset(head, "忘了口令", actor=xitong)
    services.resets.decide_reset(head, approve=True, actor=anquan)

    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        with pytest.raises(DomainError, match="没有批准过的重置申请"):
            services.resets.take_password(head, actor=xitong)
        services.resets.ask_reset(head, "又忘了", actor=xitong)

    assert list(PasswordReset.objects.filter(user=head).order_by("pk").values_list("stage", flat=True)) == [
        ResetState.LAPSED,
        ResetState.ASKED,
    ]


def test_a_reset_ends_with_the_password_it_was_asked_for(head, xitong, anquan):
    services.resets.ask_reset(head, "忘了口令", actor=xitong)
    services.resets.decide_reset(head, approve=True, actor=anquan)

    services.change_password(head, "Qingyang+2027x", actor=None)

    with pytest.raises(DomainError, match="没有批准过的重置申请"):
        services.resets.take_password(head, actor=xitong)
    assert PasswordReset.objects.get(user=head).stage == ResetState.LAPSED


def test_the_person_is_told_that_it_was_refused(head, xitong, anquan):
    services.resets.ask_reset(head, "忘了口令", actor=xitong)
    services.resets.decide_reset(head, approve=False, actor=anquan)

    head.refresh_from_db()
    assert head.warning == "重置您口令的申请没有批准，口令没有变"


def test_one_reset_at_a_time(head, xitong):
    services.resets.ask_reset(head, "忘了口令", actor=xitong)

    with pytest.raises(DomainError, match="已有一份重置申请在办"):
        services.resets.ask_reset(head, "忘了口令", actor=xitong)


@pytest.mark.parametrize(("days", "status"), [(3, 302), (4, 200)])
def test_a_first_password_is_void_after_three_days(client, days, status):
    user = an_account(must_change_password=True, password_set_on=timezone.localdate() - timedelta(days))

    answer = sign_in(client, user.username, GOOD)

    assert answer.status_code == status
    assert ("首次口令已过 3 天" in answer.content.decode()) == (days == 4)


def test_that_it_is_void_is_told_only_to_who_knows_it(client):
    user = an_account(must_change_password=True, password_set_on=timezone.localdate() - timedelta(30))

    assert "已过 3 天" not in sign_in(client, user.username, "Wrong-Guess-1").content.decode()


def test_a_session_opened_with_it_ends_as_well(client):
    user = an_account(must_change_password=True, password_set_on=timezone.localdate() - timedelta(4))
    client.force_login(user, backend=BACKEND)

    assert client.get(reverse("password")).url.startswith(reverse("login"))


def test_a_first_password_does_not_come_back(client, xitong):
    user, first = services.open_account("newcomer", "新人", actor=xitong)
    a_post(Role.UNIT_LIAISON, user=user)
    client.force_login(user, backend=BACKEND)

    def change(old, new):
        return client.post(reverse("password"), {"old": old, "new": new, "again": new}).status_code

    assert [change(first, first), change(first, "Qingyang+2027x"), change("Qingyang+2027x", first)] == [422, 302, 422]


def test_the_list_of_resets_is_for_administrators_and_says_who_did_what(client, head, xitong, anquan):
    services.resets.ask_reset(head, "忘了口令", actor=xitong)
    client.force_login(anquan.post.user, backend=BACKEND)

    rows = client.get(reverse("organizations:resets")).content.decode()
    accounts = client.get(reverse("organizations:users")).content.decode()

    assert (head.name in rows, "忘了口令" in rows, xitong.person in rows, "待批准" in rows) == (True,) * 4
    assert "重置口令（1 份待批准）" in accounts


def test_an_account_without_a_post_is_reset_at_once(xitong):
    user = UserFactory()

    password = services.reset_password(user, actor=xitong)

    assert User.objects.get(pk=user.pk).check_password(password)
