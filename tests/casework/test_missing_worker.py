"""A missing background worker is said to whoever keeps the system running, and to nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, TaskResultStatus

from casework.jobs.missing_worker import WAITS_LONG, missing_worker
from organizations.enums import Role
from tests.factories import a_post, an_actor

pytestmark = pytest.mark.django_db


def waiting(since: timedelta, **given: Any) -> DBTaskResult:
    now = timezone.now()
    task = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="casework.jobs.worker.do_work",
        backend_name="default",
        run_after=now - since,
        exception_class_path="",
        traceback="",
        **given,
    )
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=now - since)
    return task


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.OFFICE_DIRECTOR])
def test_a_task_that_waits_long_is_said(role: Role) -> None:
    waiting(WAITS_LONG + timedelta(seconds=5))

    assert "有 1 项后台任务" in missing_worker(an_actor(role))


@pytest.mark.parametrize("role", [Role.OFFICE_STAFF, Role.UNIT_LIAISON, Role.AUDIT_ADMIN])
def test_others_are_not_troubled(role: Role) -> None:
    waiting(WAITS_LONG + timedelta(seconds=5))

    assert missing_worker(an_actor(role)) == ""


def test_a_task_just_queued_or_done_is_no_sign() -> None:
    waiting(timedelta(seconds=30))
    waiting(WAITS_LONG * 2, status=TaskResultStatus.SUCCESSFUL)

    assert missing_worker(an_actor(Role.SYSTEM_ADMIN)) == ""


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.OFFICE_DIRECTOR])
def test_it_stands_on_the_first_page(client: Client, settings: Any, role: Role) -> None:
    settings.OTP_FOR_ADMINISTRATORS = False
    waiting(WAITS_LONG * 2)
    client.force_login(a_post(role).user, backend="django.contrib.auth.backends.ModelBackend")

    assert "db_worker" in client.get("/", follow=True).content.decode()
