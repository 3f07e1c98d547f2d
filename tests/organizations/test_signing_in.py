"""Sign-in, and what is logged of it."""

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.urls import reverse

from organizations.enums import Role
from tests.organizations.accounts import BACKEND, GOOD, an_account, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def _locks(settings):
    settings.AXES_ENABLED = True


def test_the_sign_in_page_says_that_the_system_holds_no_secrets(client):
    page = client.get(reverse("login")).content.decode()

    assert "本系统为非涉密系统，严禁上传、处理、传输国家秘密信息" in page
    assert "连续输错 5 次以后，每错一次等得更久，最多 30 分钟；账号不锁定" in page


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
def test_the_audit_administrator_reads_sign_ins_and_failures(client):
    user, auditor = an_account(), an_account(Role.AUDIT_ADMIN)
    sign_in(client, user.username, "wrong")
    sign_in(client, user.username, GOOD)
    client.force_login(auditor, backend=BACKEND)

    pages = [client.get(reverse(f"organizations:{name}")).content.decode() for name in ("failures", "sign_ins")]

    assert (AccessFailureLog.objects.count(), AccessLog.objects.filter(username=user.username).count()) == (1, 1)
    assert AccessAttempt.objects.count() == 0  # guesses are counted by organizations.services.guesses alone
    assert [user.username in page for page in pages] == [True, True]
