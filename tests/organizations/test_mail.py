"""Mail to a person: with the deed it tells of, once, again while the server is away; nothing where none is set up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from casework.jobs.worker import Worker
from casework.models import WorkerProcess
from organizations import services
from organizations.enums import AccountAct, Role
from organizations.models import AccountEvent, OutgoingMail
from organizations.services import mail, resets
from tests.factories import acting
from tests.organizations.accounts import BACKEND, an_account

pytestmark = pytest.mark.django_db
HERS = "wangyan@qingyang.gov.cn"


class Away(BaseEmailBackend):
    """A server that does not answer."""

    def send_messages(self, messages: Any) -> int:
        raise TimeoutError("timed out")


@pytest.fixture(autouse=True)
def _configured(settings: Any) -> None:
    settings.SENDS_MAIL, settings.SITE_ADDRESS = True, "https://fzdc.example.gov.cn"


def waiting() -> list[tuple[str, str]]:
    return [(row.address, row.title) for row in OutgoingMail.objects.filter(sent_at=None)]


def due() -> None:
    OutgoingMail.objects.update(next_at=timezone.now() - timedelta(minutes=1))


def test_who_asks_for_a_reset_has_the_person_told_by_mail_too() -> None:
    user, system = an_account(mail=HERS), acting(an_account(Role.SYSTEM_ADMIN).posts.get())
    resets.ask_reset(user, "忘了口令", actor=system)

    assert [mail.send_next(), mail.send_next()] == [True, False]

    (letter,) = sent_mail.outbox
    assert (letter.to, letter.subject) == ([HERS], "庆阳法治督察：重置您口令的通知")
    assert "申请重置您的口令，事由：忘了口令。" in letter.body
    assert "查看：https://fzdc.example.gov.cn/account/\n" in letter.body


def test_what_is_undone_is_not_mailed() -> None:
    user, system = an_account(mail=HERS), acting(an_account(Role.SYSTEM_ADMIN).posts.get())

    with transaction.atomic():
        resets.ask_reset(user, "忘了口令", actor=system)
        transaction.set_rollback(True)

    assert waiting() == []


def test_while_the_server_is_away_it_is_tried_again_and_then_sent_once(settings: Any) -> None:
    mail.send(HERS, "通知", "有件事", "/account/")
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Away"

    first = [mail.send_next(), mail.send_next()]  # the second time it is not yet its turn
    said = mail.state()
    settings.EMAIL_BACKEND = works
    due()
    second = [mail.send_next(), mail.send_next()]

    assert (first, second, len(sent_mail.outbox)) == ([True, False], [True, False], 1)
    assert "等着寄出 1 封" in said
    assert said.endswith("最近一次没有寄出：timed out")


def test_a_mail_that_never_goes_is_given_up_and_told(settings: Any) -> None:
    mail.send(HERS, "通知", "有件事")
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    tried = 0

    while mail.send_next():
        tried += 1
        due()

    assert (tried, "不再寄的 1 封" in mail.state()) == (8, True)


def test_of_two_workers_one_sends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looks just before the first has claimed it."""
    mail.send(HERS, "通知", "有件事")
    plain, calls = mail._sent, []

    def between(row: OutgoingMail) -> str:
        calls.append(row.pk)
        mail.send_next()
        return plain(row)

    monkeypatch.setattr(mail, "_sent", between)
    mail.send_next()

    assert (len(calls), len(sent_mail.outbox)) == (1, 1)


def test_the_worker_sends_what_waits_while_no_work_does() -> None:
    mail.send(HERS, "通知", "有件事")
    idle = Worker(interval=0)
    me = WorkerProcess.objects.create(name="测试", started_at=timezone.now(), beat_at=timezone.now())

    assert [idle._do_next(me), idle._do_next(me)] == [True, False]
    assert [letter.to for letter in sent_mail.outbox] == [[HERS]]


def test_where_no_mail_is_configured_nothing_waits_and_the_page_says_so(client: Any, settings: Any) -> None:
    settings.SENDS_MAIL = False
    client.force_login(an_account(mail=HERS), backend=BACKEND)
    mail.send(HERS, "通知", "有件事")

    page = client.get(reverse("account")).content.decode()

    assert (waiting(), "本系统没有配置邮件，通知只在页面上显示" in page) == ([], True)
    assert mail.state() == "没有配置邮件（EMAIL_URL），通知只在页面上显示。"


def test_a_changed_address_is_told_to_the_old_one_and_the_log_does_not_say_it(client: Any) -> None:
    user = an_account(mail=HERS)
    client.force_login(user, backend=BACKEND)

    wrong = client.post(reverse("own_mail"), {"mail": "wangyan@"})
    client.post(reverse("own_mail"), {"mail": "new@qingyang.gov.cn"})

    assert (wrong.status_code, sorted(address for address, _ in waiting())) == (422, ["new@qingyang.gov.cn", HERS])
    logged = AccountEvent.objects.get(user=user, what=AccountAct.AMENDED)
    assert logged.detail == "邮箱已改"


def test_the_administrator_who_changes_it_leaves_the_same_traces() -> None:
    user, system = an_account(mail=HERS), acting(an_account(Role.SYSTEM_ADMIN).posts.get())

    services.amend_account(user, actor=system, name=user.name, home_unit=user.home_unit, mail="")

    assert waiting() == [(HERS, "您账号的邮箱已改")]
    assert AccountEvent.objects.get(user=user).detail == "邮箱已清除"


def test_a_title_of_several_lines_smuggles_no_header() -> None:
    mail.send(HERS, "通知\r\nBcc: other@example.com", "有件事")

    assert mail.send_next()
    assert (sent_mail.outbox[0].bcc, "\n" in sent_mail.outbox[0].subject) == ([], False)
