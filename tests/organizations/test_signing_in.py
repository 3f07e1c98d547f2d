"""Sign-in and lockout."""

import pytest
import time_machine
from axes.models import AccessFailureLog, AccessLog
from django.urls import reverse

from organizations import services
from organizations.enums import AccountAct, Role, UnitCategory
from organizations.models import AccountEvent
from tests.factories import UnitFactory, an_actor
from tests.organizations.accounts import BACKEND, GOOD, an_account, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def _locks(settings):
    settings.AXES_ENABLED = True


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
