"""The first page counts the whole queue, however much of it is listed; the rest stands on a page of its own."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.deadlines import working_days
from casework.models import Case
from casework.pages import bar, home
from organizations.enums import ADMINISTRATORS, OFFICE, Role
from rectification.enums import State
from tests.factories import a_campaign, a_post, a_rectification, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def liaison(client: Client) -> Any:
    """The liaison of a unit with four cases to claim, one of them late."""
    post = a_post(Role.UNIT_LIAISON)
    campaign = a_campaign(units=[post.unit])
    cases = [a_rectification(State.CLAIM, campaign=campaign, unit=post.unit) for _ in range(4)]
    Case.objects.filter(pk=cases[0].pk).update(step_due_on=timezone.localdate() - timedelta(3))
    client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
    return post


def test_what_is_not_listed_is_counted(liaison: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "ON_HOME", 2)

    found = home.read_home(acting(liaison))

    assert (found["n_mine"], found["n_late"], found["is_cut"]) == (4, 1, True)
    assert sum(len(band.todos) for band in found["bands"]) == 2


def test_the_page_says_the_whole_number_and_leads_to_all(
    liaison: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "ON_HOME", 2)

    page = client.get("/").content.decode()

    assert "轮到您办 4\u00a0件" in page
    assert '<a class="qy-more" href="/mine/">全部 4\u00a0件</a>' in page
    assert client.get("/mine/").content.decode().count('scope="row"') == 4


@pytest.mark.parametrize(("most", "said"), [(3, "3+"), (4, "4")])
def test_the_bar_counts_no_further_than_it_says(
    liaison: Any, client: Client, monkeypatch: pytest.MonkeyPatch, most: int, said: str
) -> None:
    monkeypatch.setattr(bar, "MOST", most)

    page = client.get("/").content.decode()

    assert f'轮到我<span class="qy-count">{said}</span>' in page


@pytest.mark.parametrize(
    ("most", "said"), [(0, ("0+", "0+", "0+")), (2, ("2+", 1, "0+")), (3, ("3+", 1, "0+")), (4, (4, 1, 0))]
)
def test_the_first_page_looks_no_further_than_the_bar(
    liaison: Any, monkeypatch: pytest.MonkeyPatch, most: int, said: tuple[Any, ...]
) -> None:
    monkeypatch.setattr(bar, "MOST", most)

    found = home.read_home(acting(liaison))

    assert (found["n_mine"], found["n_late"], found["n_others"]) == said


def test_what_others_hold_is_counted_as_far_as_in_their_list(
    liaison: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "COUNT_CAP", 3)
    client.force_login(a_post(Role.OFFICE_STAFF).user)

    page = client.get("/").content.decode()

    assert "另有 3+\u00a0件在等别人" in page


def test_a_case_without_a_deadline_comes_last(liaison: Any) -> None:
    without = Case.objects.awaiting(acting(liaison))[0]
    Case.objects.filter(pk=without.pk).update(step_due_on=None)

    assert list(Case.objects.awaiting(acting(liaison)))[-1] == without


def test_a_case_without_a_deadline_comes_last_in_the_whole_list_too(client: Client) -> None:
    clerk = a_post(Role.OFFICE_STAFF)
    a_campaign("preparing")  # no clock runs
    a_rectification(State.PLAN_REVIEW)
    client.force_login(clerk.user)

    rows = client.get("/mine/").context["rows"]

    assert [row.step_due_on is None for row in rows] == [False, True]


@pytest.mark.parametrize("role", Role)
def test_a_calendar_that_is_lacking_is_said_to_whoever_can_have_it_loaded(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    settings.OTP_FOR_ADMINISTRATORS = False
    monkeypatch.setattr(working_days, "LAST_ANNOUNCED", timezone.localdate().year - 1)
    client.force_login(a_post(role).user)

    said = "放假安排还没有装载" in client.get("/", follow=True).content.decode()

    assert said == (role in OFFICE | {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})


@pytest.mark.parametrize("role", Role)
def test_who_may_enter_the_admin_is_led_there_and_nobody_else(client: Client, settings: Any, role: Role) -> None:
    settings.OTP_FOR_ADMINISTRATORS = False
    client.force_login(a_post(role).user)

    is_led = 'href="/admin/"' in client.get("/", follow=True).content.decode()

    assert is_led == (client.get("/admin/").status_code == 200) == (role in OFFICE | ADMINISTRATORS)
