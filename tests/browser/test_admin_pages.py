"""The pages of the admin in a real browser: each type fits a phone and a desk, and axe finds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.models import CalendarDay, Case, StepLimit, Topic
from inspections.models import Basis
from organizations.enums import Role
from rectification.enums import State
from rectification.models import PaperWarning
from tests.browser.test_whole_chain import Person
from tests.factories import a_call, a_post, a_rectification

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once(reason="what a browser sees; tests/house/test_admin_work.py asks these pages on both databases"),
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "reading"]),
]
SIZES = ({"width": 1366, "height": 768}, {"width": 390, "height": 844})


def of(row: Any, what: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{what}", args=[row.pk])


def warned_of(case: Case) -> str:
    """Return the page where warnings of a case are answered, each with its twin beside it."""
    earlier = a_rectification(State.FINAL_REVIEW)
    for rule, n in (("same_file", 1), ("same_picture", 2), ("formed_before", 3)):
        file, twin = case.attachments.order_by("pk")[0], earlier.attachments.order_by("pk")[0]
        said = {"share": 97, "day": "2026-01-05", "found": "2026-02-01", "what": "形成日期"}
        PaperWarning.objects.create(
            case=case,
            rule=rule,
            key=str(n),
            file=file,
            twin=earlier,
            twin_file=twin,
            said=said,
            raised_at=timezone.now(),
        )
    return reverse("rectification-warnings", args=[case.pk])


def pages_of_the_office(case: Case) -> list[str]:
    """One page of each type."""
    mistake = CalendarDay.objects.create(day="2031-03-03", is_workday=False, name="写错")
    limit = StepLimit.objects.create(kind="rectification", state="suspended", n=9)
    basis, ledger = Basis.objects.first(), "/admin/rectification/rectification/"
    called = a_call(a_rectification(State.REMEDYING)).content.round
    beside = ["/rectifications/", "/progress/", "/support/", "/admin/rectification/feedback/"]
    beside += [warned_of(case), *(reverse(f"progress-{what}", args=[called.pk]) for what in ("round", "cancel"))]
    rooms = [f"/cases/batch/rectification/?case={case.pk}&step={step}&back={ledger}" for step in ("verify", "suspend")]
    return [
        "/admin/", f"/admin/?q={case.number}", "/admin/casework/case/", ledger, f"{ledger}?turn=mine&on=2026",
        of(case.content, "change"), of(case.content, "history"), "/admin/casework/event/", "/admin/inspections/basis/",
        of(basis, "change"), of(basis, "delete"), of(mistake, "delete"), of(limit, "change"),
        "/admin/results/scorerule/add/", *rooms, *beside,
    ]  # fmt: skip


def test_every_type_of_page_of_the_office_fits(browser: Any, live_server: Any) -> None:
    case = a_rectification(State.FINAL_REVIEW)
    staff = Person(browser, live_server.url, a_post(Role.OFFICE_STAFF).user)
    pages = pages_of_the_office(case)

    for size in SIZES:
        staff.page.set_viewport_size(size)
        for path in pages:
            staff.go(path)
            staff.looks_right()


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.SYSTEM_ADMIN, ("/admin/", "/admin/organizations/unit/", "/admin/organizations/user/", "topic")),
        (Role.SECURITY_ADMIN, ("/admin/", "/admin/organizations/post/")),
        (Role.AUDIT_ADMIN, ("/admin/", "/admin/axes/accesslog/", "/admin/organizations/accountevent/")),
    ],
)
def test_the_pages_of_the_administrators_fit(
    browser: Any, live_server: Any, settings: Any, role: Role, pages: tuple[str, ...]
) -> None:
    settings.OTP_FOR_ADMINISTRATORS = False
    a_rectification()
    person = Person(browser, live_server.url, a_post(role).user)

    for size in SIZES:
        person.page.set_viewport_size(size)
        for path in pages:
            person.go(of(Topic.objects.first(), "change") if path == "topic" else path)
            person.looks_right()


def test_a_step_is_taken_on_ticked_rows_from_the_list_of_the_admin(browser: Any, live_server: Any) -> None:
    case = a_rectification(State.PLAN_REVIEW)
    staff = Person(browser, live_server.url, a_post(Role.OFFICE_STAFF).user)

    staff.go("/admin/")
    staff.page.click("a:has-text('审核整改方案')")
    staff.page.check("[data-qy-pick]")
    staff.page.fill("#desk-action-find", "方案通过")
    staff.page.keyboard.press("Tab")
    with staff.page.expect_navigation():
        staff.page.click("button:text-is('办理选中的')")
    staff.looks_right()
    staff.page.click("main form button[name=apply]")
    staff.page.wait_for_selector("h1:has-text('已办理')")

    assert Case.objects.get(pk=case.pk).state == State.REMEDYING
    staff.page.click("text=返回清单 >> nth=0")
    staff.page.wait_for_selector("h1:has-text('整改台账')")
    assert "/admin/rectification/rectification/" in staff.page.url
