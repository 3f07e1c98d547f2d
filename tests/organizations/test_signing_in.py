"""Sign-in, lockout, first password, idle sign-out, second factor."""

import time
from datetime import date, timedelta

import pytest
import time_machine
from axes.models import AccessFailureLog, AccessLog
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from organizations import services
from organizations.enums import ADMINISTRATORS, AccountAct, Role, UnitCategory
from organizations.models import AccountEvent, User
from organizations.passwords import first_password
from organizations.services.sessions import ACTIVE_AT
from tests.factories import UnitFactory, a_post, an_actor
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
GOOD = "Lanting-Xu-353"


def an_account(role=Role.UNIT_LIAISON, **fields):
    """A person in a post with a known password, who need not change it."""
    unit = UnitFactory(category=UnitCategory.ADMINISTRATION) if role in ADMINISTRATORS else None
    user = a_post(role, unit).user
    user.set_password(GOOD)
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    return user


@pytest.fixture
def _locks(settings):
    settings.AXES_ENABLED = True


def sign_in(client, username, password, **extra):
    return client.post(reverse("login"), {"username": username, "password": password}, **extra)


def test_the_sign_in_page_says_that_the_system_holds_no_secrets(client):
    page = client.get(reverse("login")).content.decode()

    assert "本系统为非涉密系统，严禁上传、处理、传输国家秘密信息" in page
    assert "连续输错 5 次锁定 30 分钟" in page


def test_a_right_password_leads_back_to_the_page_asked_for(client):
    user = an_account()

    answer = client.post(reverse("login"), {"username": user.username, "password": GOOD, "next": "/account/"})

    assert answer.url == "/account/"


def test_a_wrong_password_says_what_to_do_and_keeps_the_name(client):
    user = an_account()

    page = sign_in(client, user.username, "wrong").content.decode()

    assert "账号或口令不对" in page
    assert f'value="{user.username}"' in page


def test_signing_out_is_by_post(client):
    client.force_login(an_account(), backend=BACKEND)

    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).status_code == 302
    assert client.get(reverse("account")).status_code == 302


@pytest.mark.usefixtures("_locks")
def test_the_sixth_try_is_locked_even_with_the_right_password(client):
    user = an_account()

    answers = [sign_in(client, user.username, "wrong").status_code for _ in range(5)]
    locked = sign_in(client, user.username, GOOD)

    assert answers == [200, 200, 200, 200, 429]
    assert locked.status_code == 429
    assert f"账号“{user.username}”已锁定" in locked.content.decode()


@pytest.mark.usefixtures("_locks")
def test_the_lock_is_for_this_account_at_this_address(client):
    user, colleague = an_account(), an_account()
    for _ in range(5):
        sign_in(client, user.username, "wrong")

    assert sign_in(client, colleague.username, GOOD).status_code == 302
    client.post(reverse("logout"))
    assert sign_in(client, user.username, GOOD, REMOTE_ADDR="10.1.2.3").status_code == 302


@pytest.mark.usefixtures("_locks")
def test_the_lock_opens_after_half_an_hour(client):
    user = an_account()
    with time_machine.travel("2026-10-26 09:00:00+08:00", tick=False):
        for _ in range(5):
            sign_in(client, user.username, "wrong")
        assert services.lock_of(user).strftime("%H%M") == "0130"  # 09:30 in Shanghai
    with time_machine.travel("2026-10-26 09:29:00+08:00", tick=False):
        early = services.lock_of(user)
    with time_machine.travel("2026-10-26 09:31:00+08:00", tick=False):
        late = services.lock_of(user)
        answer = sign_in(client, user.username, GOOD)

    assert (early is None, late is None, answer.status_code) == (False, True, 302)


@pytest.mark.usefixtures("_locks")
@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_an_administrator_lifts_the_lock_and_it_is_logged(client, role):
    user = an_account()
    for _ in range(5):
        sign_in(client, user.username, "wrong")

    services.unlock(user, actor=an_actor(role, UnitFactory(category=UnitCategory.ADMINISTRATION)))

    assert sign_in(client, user.username, GOOD).status_code == 302
    assert AccountEvent.objects.get(user=user).what == AccountAct.UNLOCKED


@pytest.mark.usefixtures("_locks")
def test_the_audit_administrator_reads_sign_ins_and_failures(client):
    user, auditor = an_account(), an_account(Role.AUDIT_ADMIN)
    sign_in(client, user.username, "wrong")
    sign_in(client, user.username, GOOD)
    client.force_login(auditor, backend=BACKEND)

    pages = [client.get(reverse(f"organizations:{name}")).content.decode() for name in ("failures", "sign_ins")]

    assert (AccessFailureLog.objects.count(), AccessLog.objects.filter(username=user.username).count()) == (1, 1)
    assert [user.username in page for page in pages] == [True, True]


def test_a_first_password_opens_the_change_page_and_nothing_else(client):
    client.force_login(an_account(must_change_password=True), backend=BACKEND)

    page = client.get(reverse("account"))

    assert page.url == f"{reverse('password')}?next=%2Faccount%2F"
    assert "首次登录，请先改口令" in client.get(page.url).content.decode()


def test_after_the_change_the_person_goes_on_where_he_wanted(client):
    user = an_account(must_change_password=True)
    client.force_login(user, backend=BACKEND)

    answer = client.post(reverse("password"), {"old": GOOD, "new": "Qingyang+2027x", "again": "Qingyang+2027x", "next": "/account/"})

    changed = User.objects.get(pk=user.pk)
    assert (answer.url, changed.must_change_password, changed.check_password("Qingyang+2027x")) == ("/account/", False, True)
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
    user, keeper = an_account(), an_account(Role.SYSTEM_ADMIN)
    client.force_login(keeper, backend=BACKEND)

    page = client.post(reverse("organizations:reset_password", args=[user.pk]))

    shown = page.context["made"][0][2]
    reset = User.objects.get(pk=user.pk)
    assert (reset.check_password(shown), reset.must_change_password, "no-store" in page["Cache-Control"]) == (True, True, True)
    assert AccountEvent.objects.get(user=user).detail == ""


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

    answer = client.post(reverse("account"), {"large_type": "on"}, headers={"referer": "http://testserver/account/password/?x=1"})

    assert answer.url == f"{reverse('login')}?next=%2Faccount%2Fpassword%2F%3Fx%3D1"


def be_idle(client, minutes):
    session = client.session
    session[ACTIVE_AT] = int(time.time()) - int(minutes * 60)
    session.save()


def test_the_bar_knows_how_long_one_may_be_idle(client, settings):
    client.force_login(an_account(), backend=BACKEND)

    assert f'data-qy-idle="{settings.IDLE_MINUTES}"' in client.get(reverse("account")).content.decode()


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
    answer = client.post(sent.url, {"code": code_of(page.context["secret"])})

    assert (sent.url, picture["Content-Type"]) == (f"{reverse('second_factor')}?next=%2Faccount%2F", "image/svg+xml")
    assert answer.url == "/account/"
    assert client.get("/account/").status_code == 200
    assert TOTPDevice.objects.get(user=user).confirmed


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


def test_the_security_administrator_takes_a_lost_token_away_and_it_is_logged():
    user, security = an_account(Role.AUDIT_ADMIN), an_actor(Role.SECURITY_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION))
    TOTPDevice.objects.create(user=user, confirmed=True)

    services.recover_factor(user, actor=security)

    assert not TOTPDevice.objects.filter(user=user).exists()
    event = AccountEvent.objects.get(user=user)
    assert (event.what, event.post) == (AccountAct.FACTOR_RECOVERED, security.post)


def test_nobody_takes_his_own_token_away():
    security = an_actor(Role.SECURITY_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION))

    with pytest.raises(DomainError, match="不能解除自己的动态口令"):
        services.recover_factor(security.post.user, actor=security)


@pytest.mark.parametrize("statement", ["update organizations_accountevent set detail = 'x'", "delete from organizations_accountevent"])
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


# ---------- so many places at once (domain/compliance.md 6.1: 同账号并发会话限制) ----------


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
