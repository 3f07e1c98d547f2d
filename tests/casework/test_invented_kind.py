"""A kind that nobody ordered is declared in one file of at most 80 lines, and everything serves it.

List, page, step, search, batch, sheet, admin and queue are walked.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework import kinds
from casework.apps import serve
from casework.models import Case
from casework.views.kinds import urls_of
from casework.workflow import inputs, trail
from organizations.enums import Role
from qingyang_inspect.urls import urlpatterns as of_the_house
from tests.casework import invented_kind
from tests.casework.invented_kind import LETTER
from tests.factories import UnitFactory, a_post
from ui import navigation

urlpatterns = [*urls_of(LETTER), *of_the_house]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kind is registered for the length of a test."""
    monkeypatch.setattr(navigation, "_items", list(navigation._items))
    monkeypatch.setattr(navigation, "beginnings", list(navigation.beginnings))
    kinds.register(LETTER)
    try:
        serve(LETTER)
        yield
    finally:
        kinds.forget("letter")
        inputs.INPUTS.pop("reply", None)


@pytest.fixture
def people() -> dict[Role, Client]:
    """Somebody of the office who registers, its head, and the head of the unit."""
    unit = UnitFactory()
    found = {}
    for role in (Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.UNIT_HEAD):
        found[role] = Client()
        found[role].force_login(a_post(role, unit if role == Role.UNIT_HEAD else None).user)
    found[Role.UNIT_HEAD].unit = unit  # type: ignore[attr-defined]
    return found


@pytest.fixture
def letter(people: dict[Role, Client]) -> Case:
    sent = {"unit": people[Role.UNIT_HEAD].unit.pk, "title": "路灯不亮"}  # type: ignore[attr-defined]
    answer = people[Role.OFFICE_STAFF].post(reverse("letter-new"), sent)
    case: Case = Case.objects.get(kind="letter")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/letters/{case.pk}/")
    return case


def body(client: Client, url: str, **given: Any) -> str:
    answer = client.get(url, given)
    assert answer.status_code == 200, url
    return answer.content.decode()


def step(client: Client, case: Case, name: str, **given: Any) -> Case:
    """Take a step on its own page."""
    case.refresh_from_db()
    url = reverse("step", args=[case.pk, name])
    assert client.get(url).status_code == 200
    assert client.post(url, {"seen": case.last_seq, **given}).status_code == 302
    case.refresh_from_db()
    return case


def test_the_kind_stands_in_one_short_file() -> None:
    lines = Path(invented_kind.__file__).read_text(encoding="utf-8").splitlines()

    assert (len(lines) <= 80, max(map(len, lines)) <= 120) == (True, True)


def test_it_goes_its_way_page_by_page(people: dict[Role, Client], letter: Case) -> None:
    staff, director, head = people.values()

    assert letter.number is not None
    assert letter.number.startswith("LX-20")
    assert "路灯不亮" in body(head, "/"), "in the queue of the first page"
    assert "路灯不亮" in body(head, "/mine/")
    assert "轮到您：答复" in body(head, letter.get_absolute_url())
    assert step(head, letter, "answer", reply="已修好。").state == "answered"
    assert "路灯不亮" in body(director, "/mine/", sort="kind")
    assert "已修好。" in body(staff, letter.get_absolute_url()), "its section"
    assert step(director, letter, "return", reason="写明日期").state == "asked"
    assert step(head, letter, "answer", reply="10 月 2 日修好。").state == "answered"
    assert step(director, letter, "file").is_open is False
    assert list(trail.verify()) == []


def test_a_step_without_its_input_comes_back_with_the_sentence(people: dict[Role, Client], letter: Case) -> None:
    head = people[Role.UNIT_HEAD]

    answer = head.post(reverse("step", args=[letter.pk, "answer"]), {"seen": letter.last_seq})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reply"])


def test_list_bar_search_and_sheet_know_it(people: dict[Role, Client], letter: Case) -> None:
    staff, head = people[Role.OFFICE_STAFF], people[Role.UNIT_HEAD]
    listed = body(staff, "/letters/")

    assert ("路灯不亮" in listed, "登记来信" in listed, 'href="/letters/"' in body(staff, "/")) == (True, True, True)
    assert "登记来信" not in body(head, "/letters/")
    assert ["路灯不亮" in body(staff, "/letters/", q=words) for words in ("群众来信", "下水道")] == [True, False]
    assert ["路灯不亮" in body(head, "/search/", q=words) for words in ("路灯", letter.number, "下水道")] == [
        True,
        True,
        False,
    ]
    assert staff.get("/letters/", {"export": "xlsx"}).status_code == 200


def test_nobody_else_sees_it(people: dict[Role, Client], letter: Case) -> None:
    stranger = Client()
    stranger.force_login(a_post(Role.UNIT_HEAD, UnitFactory()).user)

    assert stranger.get(letter.get_absolute_url()).status_code == 404
    assert "路灯不亮" not in body(stranger, "/letters/")


def test_several_go_together_and_the_admin_offers_the_steps(people: dict[Role, Client], letter: Case) -> None:
    director, head = people[Role.OFFICE_DIRECTOR], people[Role.UNIT_HEAD]
    step(head, letter, "answer", reply="已修好。")
    ticked = {"case": letter.pk, "back": "/letters/"}

    chosen = director.post(reverse("batch", args=["letter"]), ticked)
    listed = director.get(reverse("admin:casework_case_changelist"), {"kind": "letter"})
    asked = director.post(
        reverse("admin:casework_case_changelist"),
        {"action": "step_letter_file", "_selected_action": letter.pk},
    )
    room = director.get(asked["Location"])
    seen = {"case": letter.pk, f"seen-{letter.pk}": letter.last_seq}
    director.post(reverse("batch", args=["letter"]), {"step": "file", "apply": "1"} | seen)

    assert "归档" in chosen.content.decode()
    assert ("来信：归档" in listed.content.decode(), "路灯不亮" in listed.content.decode()) == (True, True)
    letter.refresh_from_db()
    assert [case.pk for case in room.context["ready"]] == [letter.pk]
    assert (asked.status_code, letter.state) == (302, "filed")
