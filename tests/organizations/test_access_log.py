"""取用日志: who reads it, what it holds and does not hold, what is unusual in it."""

import json
import logging
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.enums import Capacity, Secrecy
from casework.models import Case, Grant
from casework.services import attachments
from organizations.enums import ADMINISTRATORS, Role, UnitCategory
from organizations.models import AccessEntry
from organizations.services import access_log
from qingyang_inspect.collector import PrivateFile
from tests.factories import LONG_AGO, UnitFactory, a_rectification, an_actor
from tests.organizations.accounts import BACKEND, an_account
from tests.papers import PDF

pytestmark = pytest.mark.django_db
TODAY = datetime.fromisoformat("2026-10-26 15:00:00+08:00")


def a_reader(role=Role.OFFICE_STAFF):
    return an_account(role)


def a_file(name, case=None):
    """A file of a case, under the name its sender gave it."""
    sent = SimpleUploadedFile(name, PDF, "application/pdf")
    return attachments.attach(case or a_rectification(), an_actor(Role.OFFICE_STAFF), sent)


def entered(user):
    client = Client(REMOTE_ADDR="10.1.2.3")
    client.force_login(user, backend=BACKEND)
    return client


def took(user, at, times=1, what="download", unit=None):
    AccessEntry.objects.bulk_create(
        AccessEntry(at=at, user=user, what=what, unit=unit, address="10.1.2.3", path="/") for _ in range(times)
    )


def test_nobody_but_the_audit_administrator_reads_the_log():
    roles = [role for role in Role if role != Role.AUDIT_ADMIN]
    took(a_reader(), TODAY)

    for role in roles:
        unit = UnitFactory(category=UnitCategory.ADMINISTRATION) if role in ADMINISTRATORS else None
        assert not AccessEntry.objects.visible_to(an_actor(role, unit)).exists()


def test_a_line_says_who_in_which_post_what_and_from_where_and_no_content():
    rectification = a_rectification()
    file = a_file("举报人张三的材料.pdf", rectification)
    user = a_reader()

    answer = entered(user).get(reverse("attachment", args=[file.pk]) + "?show=1&q=举报人")

    line = AccessEntry.objects.get()
    assert answer.status_code == 200
    assert (line.user, line.post.role, line.what, line.address, line.unit) == (
        user,
        Role.OFFICE_STAFF,
        "download",
        "10.1.2.3",
        rectification.unit,
    )
    assert line.path == reverse("attachment", args=[file.pk])
    assert "举报人" not in f"{line.about}{line.path}"
    assert file.sha256[:12] in line.about


def test_a_file_fetched_piece_by_piece_is_told_once_and_a_later_piece_alone_as_well():
    file = a_file("证据.pdf")
    url, client, stealthy = reverse("attachment", args=[file.pk]), entered(a_reader()), entered(a_reader())

    for first in (0, 10, 20):
        client.get(url, headers={"Range": f"bytes={first}-{first + 9}"})
    stealthy.get(url, headers={"Range": "bytes=1-"})

    assert AccessEntry.objects.count() == 2


def test_a_matter_only_named_persons_see_is_told_when_it_is_opened():
    case = a_rectification()
    user = a_reader()
    client = entered(user)

    client.get(case.get_absolute_url())
    Case.objects.filter(pk=case.pk).update(secrecy=Secrecy.NAMED)
    Grant.objects.create(case=case, unit=user.posts.get().unit, capacity=Capacity.ADVISE, from_on=LONG_AGO)
    client.get(case.get_absolute_url())

    line = AccessEntry.objects.get()
    assert (line.what, line.user, line.about) == ("opened", user, case.number)


def test_what_is_printed_to_be_signed_is_told():
    from rectification.enums import State

    rectification = a_rectification(State.REMEDYING)
    head = an_actor(Role.UNIT_HEAD, rectification.unit).post.user

    page = entered(head).get(reverse("printed_step", args=[rectification.pk, "request_closure"]))

    assert page.status_code == 200
    assert AccessEntry.objects.get().what == "printed"


def test_a_refusal_at_an_address_with_a_nul_is_told_as_well():
    answer = entered(a_reader()).get("/cases/999999/steps/%00sub%00mit/")

    assert answer.status_code == 404
    assert AccessEntry.objects.get().path == "/cases/999999/steps/submit/"


def test_the_log_goes_to_a_collector_as_lines_of_json(tmp_path, django_capture_on_commit_callbacks):
    path = tmp_path / "access.jsonl"
    handler = PrivateFile(path)
    access_log.collector.addHandler(handler)
    access_log.collector.setLevel(logging.INFO)
    file = a_file("举报材料.pdf")
    user = a_reader()

    with django_capture_on_commit_callbacks(execute=True):
        entered(user).get(reverse("attachment", args=[file.pk]))
        entered(user).get("/cases/999999/steps/submit/")
    access_log.collector.removeHandler(handler)
    handler.close()

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["what"], line["account"], line["role"], line["address"]) for line in lines] == [
        ("download", user.username, "office_staff", "10.1.2.3"),
        ("refused", user.username, "office_staff", "10.1.2.3"),
    ]
    assert [line["number"] for line in lines] == list(AccessEntry.objects.order_by("pk").values_list("pk", flat=True))
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert "举报材料" not in path.read_text()


def test_the_log_is_only_added_to_and_kept_a_year():
    user = a_reader()
    took(user, timezone.now() - timedelta(days=366))
    took(user, timezone.now() - timedelta(days=373))

    with pytest.raises(TypeError, match="只增不改"):
        AccessEntry.objects.update(about="")
    with pytest.raises(TypeError, match="只增不删"):
        AccessEntry.objects.all().delete()

    assert (access_log.sweep(), AccessEntry.objects.count()) == (1, 1)


@pytest.mark.once(reason="settings are read before there is a database")
def test_it_cannot_be_kept_for_less(monkeypatch):
    from qingyang_inspect.environment import number

    monkeypatch.setenv("ACCESS_LOG_MONTHS", "3")
    with pytest.raises(SystemExit):
        number("ACCESS_LOG_MONTHS", 12, least=12)


@pytest.fixture
def busy():
    """Somebody who takes three files on each working day."""
    user = a_reader()
    for day in range(1, 30):
        took(user, TODAY - timedelta(days=day), 3)
    return user


def why_of(user):
    return [why for day in access_log.unusual_days(TODAY.date()) if day.user_id == user.pk for why in day.why]


def test_ten_times_what_is_usual_for_the_person_is_unusual(busy):
    took(busy, TODAY, 29)
    assert why_of(busy) == []

    took(busy, TODAY)
    assert why_of(busy) == ["取用 30 次，平常一天 3 次"]


def test_what_is_much_for_one_is_usual_for_another(busy):
    clerk = a_reader()
    for day in range(1, 20):
        took(clerk, TODAY - timedelta(days=day), 40)
    took(clerk, TODAY, 40)
    took(busy, TODAY, 40)

    found = access_log.unusual_days(TODAY.date(), 2)

    assert [(day.user_id, day.n) for day in found] == [(busy.pk, 40)]


@pytest.mark.parametrize(("hour", "is_told"), [(21, False), (22, True), (23, True), (5, True), (6, False)])
def test_what_is_taken_at_night_is_unusual(hour, is_told):
    user = a_reader()
    took(user, TODAY.replace(hour=hour), 3)

    assert why_of(user) == (["夜间 3 次"] if is_told else [])


def test_the_matters_of_many_units_and_many_refusals_are_unusual():
    many, refused = a_reader(), a_reader()
    for _ in range(10):
        took(many, TODAY, unit=UnitFactory())
    took(refused, TODAY, 10, what="refused")

    assert (why_of(many), why_of(refused)) == (["涉及 10 个单位"], ["被拒绝 10 次"])


def test_nobody_is_looked_back_upon_where_nobody_took_much_of_late(busy, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert access_log.unusual_days(TODAY.date() + timedelta(days=1), 1) == []


def test_the_audit_administrator_is_shown_unusual_days_on_his_first_page(busy):
    auditor, staff = an_account(Role.AUDIT_ADMIN), a_reader()
    with time_machine.travel(TODAY):
        took(busy, TODAY, 50)
        pages = {user: entered(user).get(reverse("home"), follow=True).content.decode() for user in (auditor, staff)}
        shown = entered(auditor).get(reverse("organizations:unusual")).content.decode()

    assert [f"异常的取用：{busy.name}" in pages[user] for user in (auditor, staff)] == [True, False]
    assert (busy.name in shown, "取用 50 次，平常一天 3 次" in shown) == (True, True)
