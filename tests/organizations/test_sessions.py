"""How long a person stays signed in without doing anything, and at how many places at once.

See docs/domain/compliance.md 6.1.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import connections
from django.test import Client
from django.urls import reverse

from organizations.models import SignIn
from organizations.sessions import ACTIVE_AT, SIGNED_IN_AT, SessionStore
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


def test_a_sign_in_ends_after_its_hours_however_busy(client, settings):
    client.force_login(an_account(), backend=BACKEND)
    client.get(reverse("account"))
    began(client, int(time.time()) - settings.SESSION_HOURS * 3600 - 5)

    answer = client.get(reverse("account"))

    assert answer.url == f"{reverse('login')}?next=%2Faccount%2F"
    assert "登录已满 12 小时" in client.get(answer.url).content.decode()


def began(client, moment):
    session = client.session
    session[SIGNED_IN_AT] = moment
    session.save()


def test_changing_the_password_does_not_begin_the_hours_anew(client):
    client.force_login(an_account(), backend=BACKEND)
    client.get(reverse("account"))
    an_hour_ago = int(time.time()) - 3600
    began(client, an_hour_ago)

    client.post(reverse("password"), {"old": GOOD, "new": "Qingyang+2027x", "again": "Qingyang+2027x"})

    assert client.session[SIGNED_IN_AT] == an_hour_ago


def test_what_a_request_that_began_before_writes_back_does_not_undo_the_end(client, settings):
    settings.SESSIONS_PER_USER = 1
    user = an_account()
    old = signed_in_at(user, minutes_ago=5)
    under_way = old.session
    under_way.load()

    sign_in(client, user.username, GOOD)
    under_way["written"] = "later"
    under_way.save()

    assert (is_in(old), is_in(client)) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_of_many_sign_ins_at_the_same_moment_as_many_stay_as_are_allowed(settings):
    user = an_account()

    def enter(_):
        try:
            browser = Client()
            sign_in(browser, user.username, GOOD)
            return browser
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        browsers = list(pool.map(enter, range(4)))

    assert sum(map(is_in, browsers)) == settings.SESSIONS_PER_USER


def test_a_sign_in_that_is_only_beginning_is_not_ended_by_those_that_are_settled():
    user = an_account()
    begun = SessionStore()
    begun.update({SESSION_KEY: str(user.pk), HASH_SESSION_KEY: user.get_session_auth_hash()})
    begun.save()

    for _ in range(3):
        sign_in(Client(), user.username, GOOD)

    assert SignIn.objects.get(session_key=begun.session_key).ended == ""
    assert SignIn.objects.filter(user=user, active_at__isnull=False, ended="").count() == 2


def test_one_sees_where_one_is_signed_in_and_ends_it_there(client):
    user, stranger = an_account(), an_account()
    other = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0.0.0"}, REMOTE_ADDR="10.9.9.9")
    sign_in(other, user.username, GOOD)
    sign_in(client, user.username, GOOD)
    page = client.get(reverse("account"))
    (there,) = [place for place in page.context["places"] if not place.is_here]
    intruder = Client()
    sign_in(intruder, stranger.username, GOOD)

    intruder.post(reverse("end_sign_in"), {"place": there.mark})
    still = is_in(other)
    client.post(reverse("end_sign_in"), {"place": there.mark})
    sent = other.get(reverse("account"))

    text = page.content.decode()
    assert ("10.9.9.9" in text, "Chrome 126 · Windows" in text, still) == (True, True, True)
    assert not any(key in text for key in SignIn.objects.values_list("session_key", flat=True))
    assert "您在别处结束了这里的登录" in other.get(sent.url).content.decode()
    assert is_in(client)


def test_a_sign_in_says_the_last_one_and_what_was_tried_since(client, settings):
    settings.AXES_ENABLED = True
    user = an_account()
    for hour, password, place in ((9, GOOD, "10.1.1.1"), (10, "Wrong-Guess-1", "10.6.6.6")):
        with time_machine.travel(f"2026-10-26 {hour:02}:00:00+08:00", tick=False):
            sign_in(Client(), user.username, password, REMOTE_ADDR=place)

    with time_machine.travel("2026-10-26 11:00:00+08:00", tick=False):
        answer = sign_in(client, user.username, GOOD)
        page = client.get(answer.url, follow=True).content.decode()

    assert "上次登录：2026-10-26 09:00，来自 10.1.1.1。此后口令输错 1 次，最近一次来自 10.6.6.6。" in page
