"""First passwords, the rules of passwords, resets."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from organizations import services
from organizations.enums import Role
from organizations.models import AccountEvent, User
from organizations.passwords import first_password
from tests.factories import UserFactory
from tests.organizations.accounts import BACKEND, GOOD, an_account

pytestmark = pytest.mark.django_db


def test_a_first_password_opens_the_change_page_and_nothing_else(client):
    client.force_login(an_account(must_change_password=True), backend=BACKEND)

    page = client.get(reverse("account"))

    assert page.url == f"{reverse('password')}?next=%2Faccount%2F"
    assert "首次登录，请先改口令" in client.get(page.url).content.decode()


def test_after_the_change_the_person_goes_on_where_he_wanted(client):
    user = an_account(must_change_password=True)
    client.force_login(user, backend=BACKEND)

    answer = client.post(
        reverse("password"), {"old": GOOD, "new": "Qingyang+2027x", "again": "Qingyang+2027x", "next": "/account/"}
    )

    changed = User.objects.get(pk=user.pk)
    assert (answer.url, changed.must_change_password, changed.check_password("Qingyang+2027x")) == (
        "/account/",
        False,
        True,
    )
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(("days", "is_open"), [(90, True), (91, False)])
def test_a_password_lasts_ninety_days(client, days, is_open):
    client.force_login(an_account(password_set_on=date.today() - timedelta(days)), backend=BACKEND)

    assert client.get(reverse("account")).status_code == (200 if is_open else 302)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("Ab-3456", "口令只有 7 位，至少要 10 位"),
        ("abcdefghij12", "现在没有大写字母、符号"),
        ("Liaison01-XYZ", "口令里不能有账号"),
        ("XYZ-10nosiail", "口令里不能有账号"),
        (GOOD, "最近 5 次内用过"),
    ],
)
def test_a_poor_password_is_refused_in_words(client, new, said):
    user = an_account(username="liaison01")
    client.force_login(user, backend=BACKEND)

    page = client.post(reverse("password"), {"old": GOOD, "new": new, "again": new})

    assert page.status_code == 422
    assert said in page.content.decode()
    assert User.objects.get(pk=user.pk).check_password(GOOD)


def test_the_last_five_passwords_do_not_return_the_sixth_may():
    from django.contrib.auth.password_validation import validate_password

    user = an_account()
    for n in range(5):
        services.change_password(user, f"Number-{n}-xyz", actor=None)

    validate_password(GOOD, user)
    with pytest.raises(ValidationError, match="最近 5 次内用过"):
        validate_password("Number-0-xyz", user)


def test_first_passwords_keep_the_rules():
    from django.contrib.auth.password_validation import validate_password

    made = {first_password() for _ in range(200)}

    assert len(made) == 200
    for password in made:
        validate_password(password)


def test_a_reset_shows_a_password_once_that_must_be_changed(client):
    user, keeper = UserFactory(), an_account(Role.SYSTEM_ADMIN)
    client.force_login(keeper, backend=BACKEND)

    url = reverse("organizations:reset_password", args=[user.pk])
    page = client.post(url, {"_sure": client.get(url).context["outlook"].mark})

    shown = page.context["made"][0][2]
    reset = User.objects.get(pk=user.pk)
    assert (reset.check_password(shown), reset.must_change_password, "no-store" in page["Cache-Control"]) == (
        True,
        True,
        True,
    )
    assert AccountEvent.objects.get(user=user).detail == ""
