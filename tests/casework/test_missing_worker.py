"""A missing background worker is said to whoever keeps the system running, and to nobody else; its page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.enums import WorkStatus
from casework.jobs.missing_worker import WAITS_LONG, missing_worker
from casework.models import ChoreRun, WorkerProcess
from organizations.enums import Role
from tests.factories import a_post, acting, an_actor

pytestmark = pytest.mark.django_db


def waiting(since: timedelta, **given: Any) -> ChoreRun:
    then = timezone.now() - since
    post = a_post(Role.AUDIT_ADMIN)
    return ChoreRun.objects.create(post=post, chore="verify_trail", title="核对", asked_at=then, moved_at=then, **given)


def lived(ago: timedelta, **given: Any) -> WorkerProcess:
    then = timezone.now() - ago
    return WorkerProcess.objects.create(name=f"qy:{ago}", started_at=then, beat_at=then, **given)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.OFFICE_DIRECTOR])
def test_a_task_that_waits_long_is_said(role: Role) -> None:
    waiting(WAITS_LONG + timedelta(seconds=5))

    assert "有 1 项后台任务" in missing_worker(an_actor(role))


@pytest.mark.parametrize("role", [Role.OFFICE_STAFF, Role.UNIT_LIAISON, Role.AUDIT_ADMIN])
def test_others_are_not_troubled(role: Role) -> None:
    waiting(WAITS_LONG + timedelta(seconds=5))

    assert missing_worker(an_actor(role)) == ""


@pytest.mark.parametrize(
    ("since", "status"), [(timedelta(seconds=30), WorkStatus.QUEUED), (WAITS_LONG * 2, WorkStatus.READY)]
)
def test_a_task_just_queued_or_done_is_no_sign(since: timedelta, status: WorkStatus) -> None:
    waiting(since, status=status)

    assert missing_worker(an_actor(Role.SYSTEM_ADMIN)) == ""


def test_a_worker_that_lives_and_has_much_to_do_is_no_fault() -> None:
    waiting(WAITS_LONG * 2)
    lived(timedelta(seconds=15))
    lived(timedelta(seconds=1), ended_at=timezone.now())  # another one, that was restarted

    assert missing_worker(an_actor(Role.SYSTEM_ADMIN)) == ""


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.OFFICE_DIRECTOR])
def test_it_stands_on_the_first_page(client: Client, settings: Any, role: Role) -> None:
    settings.OTP_FOR_ADMINISTRATORS = False
    waiting(WAITS_LONG * 2)
    client.force_login(a_post(role).user, backend="django.contrib.auth.backends.ModelBackend")

    assert "qy-worker" in client.get("/", follow=True).content.decode()


def test_the_page_says_when_it_last_lived_what_waits_and_what_failed(signed_in: Any) -> None:
    lived(timedelta(hours=2))
    lived(timedelta(hours=3), ended_at=timezone.now())
    lived(timedelta(seconds=5))
    waiting(timedelta(minutes=3))
    waiting(timedelta(days=1), status=WorkStatus.FAILED, problem="磁盘写入失败")
    waiting(timedelta(days=9), status=WorkStatus.FAILED, problem="早已过去")

    page = signed_in(acting(a_post(Role.SYSTEM_ADMIN))).get("/upkeep/worker/").content.decode()

    assert (page.count("在运行"), page.count("没有心跳"), page.count(" 停止")) == (1, 1, 1)
    assert "排队中 1 · 进行中 0 · 7 天内没有做成 1" in " ".join(page.split())
    assert "磁盘写入失败" in page
    assert "早已过去" not in page
