"""Long tables print whole, in large type too: what follows a table begins below it, and its total stands once."""

from __future__ import annotations

from typing import Any

import pytest

from casework.workflow import engine
from organizations.enums import Role
from rectification.enums import State
from tests.browser.test_whole_chain import Person
from tests.factories import a_post, a_rectification, acting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once(reason="how a browser prints; tests/dashboards asks the rows on both databases"),
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "reading"]),
]
LONG = 30  # lines: more than a screen, or a printed page of large type, can hold
# the lower edge of the table, the upper edge of the foot of the page, how the total is drawn, what the pane hides
EDGES = """() => {
    const table = document.querySelector("table.qy-table"), pane = table.closest(".qy-pane");
    const foot = document.querySelector(".qy-foot"), total = table.querySelector("tfoot");
    return {
        table: table.getBoundingClientRect().bottom, foot: foot.getBoundingClientRect().top,
        total: total && getComputedStyle(total).display, hidden: pane.scrollHeight - pane.clientHeight
    };
}"""


def test_a_long_table_prints_whole(browser: Any, live_server: Any) -> None:
    for _ in range(LONG):
        a_rectification(State.SIGN)
    person = Person(browser, live_server.url, a_post(Role.OFFICE_DIRECTOR).user)
    for path in ("/figures/by_unit/", "/figures/rows/total/"):
        person.page.emulate_media(media="screen")
        person.go(path)
        person.page.evaluate("document.documentElement.dataset.qySize = 'large'")
        person.page.emulate_media(media="print")

        edges = person.page.evaluate(EDGES)

        assert edges["hidden"] <= 1, path
        assert edges["table"] <= edges["foot"], path
        assert edges["total"] in {None, "table-row-group"}, path  # a table's foot is repeated on every sheet


def test_a_long_line_of_time_reads_on_a_phone_and_prints_whole(browser: Any, live_server: Any) -> None:
    """What is folded on the screen is on paper, and is folded again afterwards."""
    case, staff = a_rectification(State.CLOSED), a_post(Role.OFFICE_STAFF)
    for n in range(LONG):
        engine.note(case, acting(staff), "attach", f"补记 {n}", reason="备查")
    person = Person(browser, live_server.url, staff.user, width=390, height=844)
    person.go(case.get_absolute_url())
    person.looks_right()
    seen = "[...document.querySelectorAll('.qy-trail b')].filter(el => el.checkVisibility()).length"
    on_screen = person.page.evaluate(seen)

    person.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    on_paper = person.page.evaluate(seen)
    person.page.evaluate("window.dispatchEvent(new Event('afterprint'))")

    assert on_screen < LONG < on_paper
    assert person.page.evaluate(seen) == on_screen
