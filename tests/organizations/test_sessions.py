"""How long a person stays signed in without doing anything, and at how many places at once.

See docs/domain/compliance.md 6.1.
"""

import time

import pytest
from django.test import Client
from django.urls import reverse

from organizations.services.sessions import ACTIVE_AT
from tests.organizations.accounts import BACKEND, GOOD, an_account, sign_in

pytestmark = pytest.mark.django_db


def test_idle_for_the_whole_span_signs_out_and_leads_back(client, settings):
    client.force_login(an_account(), backend=BACKEND)
    client.get(reverse("account"))
    be_idle(client, settings.IDLE_MINUTES + 2)

    answer = client.get(reverse("account"))

    assert answer.url == f"{reverse('login')}?next=%2Faccount%2F"
    assert "分钟没有操作，已自动退出" in client.get(answer.url).content.decode()


def test_nobody_is_signed_out_before_the_span_is_over(client, settings):
    client.force_login(an_account(), backend=BACKEND)
    client.get(reverse("account"))
    be_idle(client, settings.IDLE_MINUTES)

    assert client.get(reverse("account")).status_code == 200


def test_saying_that_one_is_there_starts_the_span_anew(client, settings):
    client.force_login(an_account(), backend=BACKEND)
    client.get(reverse("account"))
    be_idle(client, settings.IDLE_MINUTES - 1)

    assert client.post(reverse("keep_alive")).status_code == 204
    assert client.session[ACTIVE_AT] > time.time() - 5


def test_a_form_sent_too_late_leads_back_to_its_page(client, settings):
    client.force_login(an_account(), backend=BACKEND)
    client.get(reverse("account"))
    be_idle(client, settings.IDLE_MINUTES + 2)

    answer = client.post(
        reverse("account"), {"large_type": "on"}, headers={"referer": "http://testserver/account/password/?x=1"}
    )

    assert answer.url == f"{reverse('login')}?next=%2Faccount%2Fpassword%2F%3Fx%3D1"


def be_idle(client, minutes):
    session = client.session
    session[ACTIVE_AT] = int(time.time()) - int(minutes * 60)
    session.save()


def test_the_bar_knows_how_long_one_may_be_idle(client, settings):
    client.force_login(an_account(), backend=BACKEND)

    assert f'data-qy-idle="{settings.IDLE_MINUTES}"' in client.get(reverse("account")).content.decode()


def signed_in_at(user, *, minutes_ago):
    """A browser in which the person signed in and last did something so many minutes ago."""
    browser = Client()
    sign_in(browser, user.username, GOOD)
    browser.get(reverse("account"))
    session = browser.session
    session[ACTIVE_AT] = int(time.time()) - minutes_ago * 60
    session.save()
    return browser


def is_in(browser):
    return browser.get(reverse("account")).status_code == 200


@pytest.mark.parametrize(("most", "remain"), [(1, []), (2, [5]), (3, [10, 5]), (4, [15, 10, 5])])
def test_one_sign_in_too_many_ends_the_places_used_longest_ago(client, settings, most, remain):
    settings.SESSIONS_PER_USER = 9
    user, colleague = an_account(), an_account()
    other = signed_in_at(colleague, minutes_ago=20)
    browsers = {minutes: signed_in_at(user, minutes_ago=minutes) for minutes in (10, 15, 5)}
    settings.SESSIONS_PER_USER = most

    sign_in(client, user.username, GOOD)

    assert [minutes for minutes in (15, 10, 5) if is_in(browsers[minutes])] == remain
    assert is_in(client)
    assert is_in(other)


def test_who_is_signed_out_so_is_told_why_and_led_back(client, settings):
    settings.SESSIONS_PER_USER = 1
    user = an_account()
    old = signed_in_at(user, minutes_ago=1)
    sign_in(client, user.username, GOOD)

    answer = old.get(reverse("account"))
    page = old.get(answer.url).content.decode()

    assert answer.url == f"{reverse('login')}?next=%2Faccount%2F"
    assert "您的账号已在别处登录，同一账号最多同时登录 1 处，这里已退出。" in page
    assert sign_in(old, user.username, GOOD).status_code == 302
    assert not is_in(client)


def test_sessions_that_hang_on_an_old_password_do_not_count(client):
    user = an_account()
    over = [signed_in_at(user, minutes_ago=minutes) for minutes in (3, 2)]
    user.set_password(GOOD)
    user.save()
    place = signed_in_at(user, minutes_ago=8)

    sign_in(client, user.username, GOOD)

    assert [is_in(browser) for browser in (*over, place, client)] == [False, False, True, True]


def test_signing_in_again_in_the_same_browser_takes_no_second_place(client):
    user = an_account()
    other = signed_in_at(user, minutes_ago=8)

    for _ in range(3):
        sign_in(client, user.username, GOOD)
        client.post(reverse("logout"))
    sign_in(client, user.username, GOOD)

    assert is_in(other)
