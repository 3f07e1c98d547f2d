"""A long choice is typed into with the keyboard and on a phone, and axe-core finds nothing in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from organizations.enums import Role, UnitCategory
from organizations.services import rename_unit
from tests.browser.test_whole_chain import Person
from tests.factories import UnitFactory, UserFactory, a_post

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once(reason="what a browser sees; the rule of the search is asked on both databases"),
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "reading"]),
]


@pytest.fixture
def clerk(browser: Any, live_server: Any) -> Person:
    """A phone of 390 px."""
    for n in range(14):
        UnitFactory(name=f"庆阳市测试{n}局", short_name=f"市测试{n}局")
    renamed = UnitFactory(name="庆阳市大数据管理局", short_name="市大数据局")
    rename_unit(renamed, name="庆阳市数据局", short_name="市数据局", on=date(2024, 7, 1), actor=None)
    person = a_post(Role.SYSTEM_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION), user=UserFactory(name="管理"))
    return Person(browser, live_server.url, person.user, 390, 844)


def options(page: Any) -> list[str]:
    return page.locator("[role=option]").all_inner_texts()


def test_a_unit_is_typed_on_a_phone_by_any_name(clerk: Person) -> None:
    for typed in ("ssjj", "ＳＳＪＪ", "大数据", "sdsj", "市数据局", "shishuju"):
        clerk.go("/people/new/")
        finder = clerk.page.locator("#id_home_unit-find")

        finder.fill(typed)
        shown = options(clerk.page)
        finder.press("Enter")

        assert [text[:4] for text in shown] == ["市数据局"], typed
        assert clerk.page.locator("#id_home_unit option:checked").inner_text() == shown[0], typed
    assert clerk.wrong == []


def test_the_list_is_walked_with_arrows_and_closed_with_escape(clerk: Person) -> None:
    clerk.go("/people/new/")
    page, finder = clerk.page, clerk.page.locator("#id_home_unit-find")

    finder.fill("市测试")
    many = options(page)
    finder.press("ArrowDown")
    pointed = page.locator("[role=option][aria-selected=true]").inner_text()
    assert finder.get_attribute("aria-activedescendant")
    assert finder.get_attribute("aria-expanded") == "true"
    page.evaluate("document.querySelector('main').scrollIntoView()")
    clerk.looks_right()
    finder.press("Enter")

    assert len(many) == 14
    assert pointed == many[1]
    assert finder.input_value() == pointed
    assert finder.get_attribute("aria-expanded") == "false"
    finder.press("ArrowDown")
    finder.press("Escape")
    assert page.locator("[role=listbox]").first.is_hidden()
    finder.fill("")
    finder.press("Tab")
    assert page.locator("#id_home_unit").input_value() == ""


def test_what_fits_several_or_nothing_is_said_and_never_guessed(clerk: Person) -> None:
    clerk.go("/people/new/")
    finder = clerk.page.locator("#id_home_unit-find")

    said = []
    for typed in ("市测试", "查无此局"):
        finder.fill(typed)
        finder.press("Tab")
        said.append(finder.evaluate("field => field.validationMessage"))

    assert said == ["有 14 项叫“市测试”，请从列表中选", "没有找到“查无此局”，请从列表中选"]
    assert clerk.page.locator("#id_home_unit").input_value() == ""


def test_a_tap_chooses_and_boxes_are_narrowed(clerk: Person) -> None:
    clerk.go("/people/new/")
    page = clerk.page
    page.locator("#id_home_unit-find").fill("ssjj")
    page.locator("[role=option]").first.click()
    assert page.locator("#id_home_unit option:checked").inner_text().startswith("市数据局")

    from organizations.models import Unit

    clerk.go(f"/units/{Unit.objects.get(short_name='市测试0局').pk}/merge/")
    page.locator("input.qy-narrow").fill("dsj")
    seen = page.locator("[data-qy-boxes] label:visible").all_inner_texts()

    assert [text.strip()[:4] for text in seen] == ["市数据局"]
    clerk.looks_right()
