"""The second factor of the three administrators, and the log of accounts that only grows."""

import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import get_resolver, reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from organizations import services
from organizations.enums import ADMINISTRATORS, AccountAct, Role, UnitCategory
from organizations.models import AccountEvent
from tests.factories import UnitFactory, acting, an_actor
from tests.organizations.accounts import BACKEND, GOOD, an_account
from ui.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture
def _tokens(settings):
    settings.OTP_FOR_ADMINISTRATORS = True


def code_of(device):
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06}"


@pytest.mark.usefixtures("_tokens")
@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_an_administrator_binds_a_token_before_anything_else(client, role):
    user = an_account(role)
    client.force_login(user, backend=BACKEND)

    sent = client.get(reverse("account"))
    page = client.get(sent.url)
    picture = client.get(reverse("second_factor_code"))
    shown = client.post(sent.url, {"code": code_of(page.context["secret"])})

    assert (sent.url, picture["Content-Type"]) == (f"{reverse('second_factor')}?next=%2Faccount%2F", "image/svg+xml")
    assert (shown.context["back"], len(shown.context["codes"])) == ("/account/", 10)
    assert client.get("/account/").status_code == 200
    assert TOTPDevice.objects.get(user=user).confirmed


def answers(client, allowed):
    """Return where every address of the system leads, read and sent, but those in `allowed`; of the admin's the first:
    one decides for all of them.
    """
    addresses = {
        "/" + re.sub(r"\(\?P<\w+>.*?\)(?=/)|[\^$]", "close", re.sub(r"<\w+:\w+>", "1", pattern))
        for pattern in patterns(get_resolver().url_patterns)
        if pattern == "admin/" or not pattern.startswith("admin/")
    } - {reverse(name) for name in allowed}
    asked = [one for to in sorted(addresses) for one in (client.get(to), client.post(to, {"x": 1}))]
    return {(answer.status_code, answer.get("Location", "").partition("?")[0]) for answer in asked}


def patterns(found, before=""):
    for one in found:
        here = before + str(one.pattern)
        yield from patterns(one.url_patterns, here) if hasattr(one, "url_patterns") else [here]


@pytest.mark.once(reason="where the middleware leads, before any row is asked for")
@pytest.mark.usefixtures("_tokens")
def test_a_brand_new_administrator_gets_nowhere_before_password_and_second_factor(client):
    open_before = ("login", "logout", "keep_alive", "password", "second_factor", "second_factor_code", "new_key")
    user = an_account(Role.SYSTEM_ADMIN, must_change_password=True)
    client.force_login(user, backend=BACKEND)

    first = answers(client, open_before)
    client.post(reverse("password"), {"old": GOOD, "new": "Qingyang+2027x", "again": "Qingyang+2027x"})
    second = answers(client, open_before)

    user.refresh_from_db()
    assert (first, user.must_change_password, second) == (
        {(302, reverse("password")), (404, "")}, False, {(302, reverse("second_factor")), (404, "")},
    )  # fmt: skip


@pytest.mark.usefixtures("_tokens")
def test_a_bound_token_is_asked_for_in_each_session(client):
    user = an_account(Role.AUDIT_ADMIN)
    device = TOTPDevice.objects.create(user=user, confirmed=True)
    client.force_login(user, backend=BACKEND)

    wrong = client.post(reverse("second_factor"), {"code": "000000" if code_of(device) != "000000" else "000001"})
    assert wrong.status_code == 422
    device.refresh_from_db()
    device.throttle_reset()
    right = client.post(reverse("second_factor"), {"code": code_of(device)})

    assert right.status_code == 302
    assert client.get(reverse("account")).status_code == 200


@pytest.mark.usefixtures("_tokens")
def test_the_secret_of_a_bound_token_is_not_shown_again(client):
    user = an_account(Role.AUDIT_ADMIN)
    TOTPDevice.objects.create(user=user, confirmed=True)
    client.force_login(user, backend=BACKEND)

    assert client.get(reverse("second_factor")).context["secret"] is None
    assert client.get(reverse("second_factor_code")).status_code == 404


@pytest.mark.usefixtures("_tokens")
def test_who_is_no_administrator_needs_no_token(client):
    client.force_login(an_account(), backend=BACKEND)

    assert client.get(reverse("account")).status_code == 200
    assert client.get(reverse("second_factor")).status_code == 404


@pytest.mark.usefixtures("_tokens")
def test_a_recovery_code_stands_in_for_the_token_once(client):
    user = an_account(Role.AUDIT_ADMIN)
    TOTPDevice.objects.create(user=user, confirmed=True)
    code, other = services.new_recovery_codes(user, actor=acting(user.posts.get()))[:2]
    answers = []

    for given in (code.upper(), code, other):
        client.force_login(user, backend=BACKEND)
        for device in (StaticDevice.objects.get(user=user), TOTPDevice.objects.get(user=user)):
            device.throttle_reset()
        answers.append(client.post(reverse("second_factor"), {"code": given}).status_code)
        client.post(reverse("logout"))

    assert answers == [302, 422, 302]


@pytest.mark.usefixtures("_tokens")
def test_new_recovery_codes_void_the_old_ones_and_are_for_who_is_verified(client):
    user = an_account(Role.AUDIT_ADMIN)
    TOTPDevice.objects.create(user=user, confirmed=True)
    old = services.new_recovery_codes(user, actor=acting(user.posts.get()))
    client.force_login(user, backend=BACKEND)

    unverified = client.post(reverse("recovery_codes"))
    client.post(reverse("second_factor"), {"code": old[0]})
    codes = client.post(reverse("recovery_codes")).context["codes"]

    assert (unverified.status_code, unverified.url) == (302, reverse("second_factor"))
    assert set(StaticToken.objects.filter(device__user=user).values_list("token", flat=True)) == set(codes)
    assert not set(codes) & set(old)


@pytest.mark.parametrize(
    ("group", "roles"),
    [
        ("office", {Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF}),
        ("heads", {Role.UNIT_HEAD}),
        ("leaders", {Role.CITY_LEADER}),
    ],
)
def test_the_office_says_who_else_needs_a_token(settings, group, roles):
    settings.SECOND_FACTOR_FOR = [group]

    needed = {role for role in Role if role not in ADMINISTRATORS and services.needs_factor(an_actor(role))}

    assert needed == roles


@pytest.mark.usefixtures("_tokens")
def test_who_got_hold_of_a_reset_password_comes_no_further_than_the_token(client):
    user = an_account(Role.AUDIT_ADMIN, must_change_password=True)
    TOTPDevice.objects.create(user=user, confirmed=True)
    client.force_login(user, backend=BACKEND)

    answer = client.post(reverse("password"), {"old": GOOD, "new": "Qingyang+2027x", "again": "Qingyang+2027x"})

    user.refresh_from_db()
    assert (answer.url, user.check_password(GOOD)) == (reverse("second_factor"), True)


def test_the_security_administrator_takes_a_lost_token_away_and_it_is_logged():
    user, security = (
        an_account(Role.AUDIT_ADMIN),
        an_actor(Role.SECURITY_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION)),
    )
    TOTPDevice.objects.create(user=user, confirmed=True)

    services.recover_factor(user, actor=security)

    assert not TOTPDevice.objects.filter(user=user).exists()
    event = AccountEvent.objects.get(user=user)
    assert (event.what, event.post) == (AccountAct.FACTOR_RECOVERED, security.post)


def test_nobody_takes_his_own_token_away():
    security = an_actor(Role.SECURITY_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION))

    with pytest.raises(DomainError, match="不能解除自己的动态口令"):
        services.recover_factor(security.post.user, actor=security)


@pytest.mark.parametrize(
    "statement", ["update organizations_accountevent set detail = 'x'", "delete from organizations_accountevent"]
)
def test_the_database_itself_keeps_the_log(statement):
    services.change_password(an_account(), "Another-Xu-353", actor=None)

    with pytest.raises(DatabaseError, match="不可"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AccountEvent.objects.count() == 1


def test_the_log_is_only_added_to():
    services.change_password(an_account(), "Another-Xu-353", actor=None)

    with pytest.raises(TypeError, match="只增不改"):
        AccountEvent.objects.update(detail="")
    with pytest.raises(TypeError, match="只增不删"):
        AccountEvent.objects.all().delete()
