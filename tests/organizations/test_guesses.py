"""Guessing passwords, from the attacker's side: what he tries takes him ever longer, and nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from organizations import services
from organizations.enums import AccountAct, Role, UnitCategory
from organizations.models import AccountEvent, GuessCount
from organizations.services.guesses import Guess
from qingyang_inspect.proxy import real_address
from tests.factories import UnitFactory, an_actor
from tests.organizations.accounts import BACKEND, GOOD, an_account, sign_in

pytestmark = pytest.mark.django_db
TIGHT = {"GUESSES_PER_ACCOUNT": 6, "GUESSES_PER_ADDRESS": 8, "GUESSES_IN_ALL": 12}
START = "2026-10-26 09:00:00+08:00"


@pytest.fixture
def _tight(settings):
    for name, value in TIGHT.items():
        setattr(settings, name, value)


def guessed(browser, username, times=1, **extra):
    return [sign_in(browser, username, "Wrong-Guess-1", **extra).status_code for _ in range(times)]


def looked_at(*guesses):
    """How many of these tries were looked at; all of them are wrong."""
    done = 0
    for guess in guesses:
        try:
            services.guesses.charge(guess)
        except ValidationError:
            continue
        done += 1
    return done


def test_after_five_wrong_ones_not_even_the_right_one_is_looked_at_and_the_waiting_grows(client):
    user = an_account()

    with time_machine.travel(START, tick=False) as clock:
        first = guessed(client, user.username, 5)
        early = sign_in(client, user.username, GOOD)
        clock.shift(timedelta(seconds=59))
        still = sign_in(client, user.username, GOOD).status_code
        clock.shift(timedelta(seconds=2))
        sixth = guessed(client, user.username)
        clock.shift(timedelta(seconds=61))
        after_sixth = guessed(client, user.username)
        clock.shift(timedelta(seconds=60))
        after_two_minutes = sign_in(client, user.username, GOOD).status_code

    assert (first, early.status_code, still) == ([200] * 5, 429, 429)
    assert f"账号“{user.username}”在这里连续输错，请等 1 分钟后再试" in early.content.decode()
    assert (sixth, after_sixth, after_two_minutes) == ([200], [429], 302)


def test_an_account_that_reads_like_a_format_is_told_to_wait_as_every_other(client):
    for account in ("100%d", "%s", "%z", "%"):
        with time_machine.travel(START, tick=False):
            guessed(client, account, 5)
            early = sign_in(client, account, GOOD)

        assert early.status_code == 429
        assert f"账号“{account}”在这里连续输错，请等 1 分钟后再试" in early.content.decode()


def test_whoever_waited_too_early_does_not_wait_longer(client):
    user = an_account()

    with time_machine.travel(START, tick=False) as clock:
        guessed(client, user.username, 5)
        for _ in range(5):
            clock.shift(timedelta(seconds=10))
            guessed(client, user.username, 3)
        clock.shift(timedelta(seconds=11))
        answer = sign_in(client, user.username, GOOD)

    assert answer.status_code == 302


def test_waiting_never_lasts_longer_than_half_an_hour():
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(16):
            looked_at(Guess("leader", "10.1.2.3"))
            clock.shift(timedelta(minutes=20))
        looked_at(Guess("leader", "10.1.2.3"))
        clock.shift(timedelta(minutes=30, seconds=1))

        assert looked_at(Guess("leader", "10.1.2.3")) == 1


@pytest.mark.usefixtures("_tight")
def test_many_addresses_against_one_account_are_slowed_down_together():
    with time_machine.travel(START, tick=False) as clock:
        at_once = looked_at(*(Guess("leader", f"10.1.2.{n}") for n in range(10)))
        later = 0
        for n in range(60):
            clock.shift(timedelta(seconds=60))
            later += looked_at(Guess("leader", f"10.2.2.{n}"))

    assert (at_once, later <= 60 / 5 + 6) == (6, True)  # one in five minutes, and what the rise to that left


@pytest.mark.usefixtures("_tight")
def test_one_address_against_many_accounts_is_slowed_down():
    with time_machine.travel(START, tick=False):
        assert looked_at(*(Guess(f"user{n}", "10.1.2.3") for n in range(12))) == 8


@pytest.mark.usefixtures("_tight")
def test_a_network_of_ipv6_is_one_address():
    with time_machine.travel(START, tick=False):
        assert looked_at(*(Guess(f"user{n}", f"2001:db8:1:2::{n:x}") for n in range(12))) == 8


def test_an_address_written_as_ipv6_is_no_other():
    with time_machine.travel(START, tick=False):
        assert looked_at(*(Guess("one", f"{how}10.9.9.9") for how in ("", "::ffff:") * 4)) == 5


@pytest.mark.usefixtures("_tight")
def test_many_addresses_against_many_accounts_are_slowed_down_in_all():
    with time_machine.travel(START, tick=False):
        assert looked_at(*(Guess(f"user{n}", f"10.3.2.{n}") for n in range(16))) == 12


@pytest.mark.usefixtures("_tight")
def test_a_right_password_of_ones_own_buys_no_guesses_at_others():
    mine, spent = an_account(), 0

    with time_machine.travel(START, tick=False):
        for n in range(12):
            spent += looked_at(Guess(f"leader{n}", "127.0.0.1"))
            sign_in(Client(), mine.username, GOOD)

    assert spent <= 8


@pytest.mark.usefixtures("_tight")
def test_nobody_can_lock_out_a_leader_who_comes_with_his_own_browser(client):
    leader = an_account(Role.CITY_LEADER)
    with time_machine.travel(START, tick=False):
        sign_in(client, leader.username, GOOD)
        client.post(reverse("logout"))
        for n in range(8):
            looked_at(Guess(leader.username, f"10.1.2.{n}"), Guess(leader.username, "127.0.0.1"))

        stranger = sign_in(Client(), leader.username, GOOD)
        own = sign_in(client, leader.username, GOOD)

    assert (stranger.status_code, own.status_code) == (429, 302)
    assert "没有登录过这个账号的浏览器" in stranger.content.decode() or "在这里连续输错" in stranger.content.decode()


@pytest.mark.usefixtures("_tight")
def test_a_stranger_waits_at_most_five_minutes_for_an_account_under_attack():
    with time_machine.travel(START, tick=False) as clock:
        for n in range(20):
            looked_at(Guess("leader", f"10.1.2.{n}"))
            clock.shift(timedelta(seconds=150))
        clock.shift(timedelta(seconds=300))

        assert looked_at(Guess("leader", "10.200.0.1")) == 1


def test_a_forged_mark_of_a_browser_vouches_for_nobody(client):
    leader, mine = an_account(), an_account()
    sign_in(client, mine.username, GOOD)
    client.post(reverse("logout"))
    (name,) = [name for name in client.cookies if "known" in name]
    own_mark = client.cookies[name].value

    with time_machine.travel(START, tick=False):
        for forged in (own_mark, own_mark[:-1] + ("A" if own_mark[-1] != "A" else "B"), "x", ""):
            client.cookies[name] = forged
            guessed(client, leader.username, 5)

        assert GuessCount.objects.get(scope="account", account=leader.username).level == 5


def test_a_browser_that_vouches_guesses_no_faster_than_others(client):
    user = an_account()
    sign_in(client, user.username, GOOD)
    client.post(reverse("logout"))

    with time_machine.travel(START, tick=False):
        assert guessed(client, user.username, 8) == [200] * 5 + [429] * 3


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"])
def test_a_forged_address_behind_no_proxy_buys_no_guesses(client, header):
    user = an_account()

    with time_machine.travel(START, tick=False):
        answers = [
            sign_in(Client(), user.username, "Wrong-Guess-1", headers={header: f"10.7.7.{n}"}).status_code
            for n in range(8)
        ]

    assert answers == [200] * 5 + [429] * 3


def test_behind_a_proxy_only_what_the_proxy_wrote_counts():
    seen = []
    run = real_address(lambda request: seen.append(request.META["REMOTE_ADDR"]))
    for n in range(3):
        run(RequestFactory().get("/", HTTP_X_FORWARDED_FOR=f"10.9.9.{n}, 10.1.2.3"))

    assert seen == ["10.1.2.3"] * 3


def test_unknown_accounts_are_answered_like_known_ones(client):
    user = an_account()

    with time_machine.travel(START, tick=False):
        known, unknown = (
            [
                sign_in(Client(), name, "Wrong-Guess-1", REMOTE_ADDR=place).content.decode().replace(name, "")
                for _ in range(6)
            ][-1]
            for name, place in ((user.username, "10.1.1.1"), ("nobody-here", "10.1.1.2"))
        )

    tokens = [page.split('name="csrfmiddlewaretoken"')[1].split(">", 1)[1] for page in (known, unknown)]
    assert tokens[0] == tokens[1]


def test_the_present_password_cannot_be_guessed_with_a_session_found_open(client):
    user = an_account()
    client.force_login(user, backend=BACKEND)
    new = {"new": "Qingyang+2027x", "again": "Qingyang+2027x"}

    with time_machine.travel(timezone.now(), tick=False):
        wrong = [client.post(reverse("password"), {"old": f"Guess-{n}-xyz", **new}).status_code for n in range(5)]
        sixth = client.post(reverse("password"), {"old": GOOD, **new})

    user.refresh_from_db()
    assert (wrong, sixth.url, user.check_password(GOOD)) == ([422] * 5, reverse("login"), True)
    assert client.get(reverse("account")).status_code == 302  # signed out: the session is worth nothing more


def test_a_wrong_present_password_is_counted_whatever_becomes_of_the_rest(client):
    user = an_account()
    client.force_login(user, backend=BACKEND)

    client.post(reverse("password"), {"old": "Guess-1-xyz", "new": "short", "again": "other"})

    assert GuessCount.objects.get(scope="pair", account=user.username).level == 1


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_an_administrator_ends_the_waiting_and_it_is_logged(client, role):
    user = an_account()
    with time_machine.travel(START, tick=False):
        guessed(client, user.username, 5)
        services.unlock(user, actor=an_actor(role, UnitFactory(category=UnitCategory.ADMINISTRATION)))

        assert sign_in(client, user.username, GOOD).status_code == 302
    assert AccountEvent.objects.get(user=user).what == AccountAct.UNLOCKED


def test_the_page_of_the_account_says_until_when_somebody_waits(client):
    user = an_account()
    client.force_login(an_account(Role.SYSTEM_ADMIN), backend=BACKEND)
    guessed(Client(), user.username, 5)

    page = client.get(reverse("organizations:user", args=[user.pk])).content.decode()

    assert "有人连续输错口令，再试的要等到" in page
    assert services.guesses.sweep() == 0
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert services.guesses.sweep() == 4


@pytest.mark.django_db(transaction=True)
def test_twenty_tries_at_the_same_moment_are_twenty_tries():
    def one(n):
        try:
            return looked_at(Guess("leader", "10.1.2.3"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(one, range(20)))

    assert done == 5
