"""The ledger counts by state, exactly up to a cap, and beyond it only when asked to.

So a page does not grow with the store.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework import kinds
from casework.models import Case
from organizations.enums import Role
from rectification.enums import RECTIFICATION, State
from tests.factories import a_post, a_rectification, acting
from ui.counting import count_by

pytestmark = pytest.mark.django_db
LEDGER = "/rectifications/"


@pytest.fixture(scope="module")
def _three(made_once: Any) -> None:
    made_once(lambda: [a_rectification(state) for state in (State.SIGN, State.SIGN, State.PLAN)])


@pytest.fixture
def browser(_three: None, signed_in: Any) -> Any:
    return signed_in(acting(a_post(Role.OFFICE_STAFF)))


def head(page: Any) -> str:
    """Return what stands under the title, without tags."""
    lead = page.content.decode().partition('class="qy-head"')[2].partition("</p>")[0]
    return re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", lead.partition("</h1>")[2])).replace("&nbsp;", "")


def test_up_to_the_cap_the_states_add_up_to_the_whole(browser: Any) -> None:
    assert head(browser.get(LEDGER)) == "符合条件3件：待签收2，待报方案1"
    assert head(browser.get(LEDGER, {"state": "plan"})) == "符合条件1件：待报方案1"


def test_beyond_the_cap_it_is_counted_when_asked(browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = kinds.spec_of(RECTIFICATION)
    capped = replace(spec, listing=replace(spec.listing, count_cap=2))
    monkeypatch.setitem(kinds._specs, RECTIFICATION, capped)

    page = browser.get(LEDGER)
    link = re.search(r'href="([^"]*count=all[^"]*)"', page.content.decode())

    assert head(page) == "符合条件10000+件数清并按状态列出"
    assert link is not None
    assert head(browser.get(LEDGER + link.group(1))) == "符合条件3件：待签收2，待报方案1"


def test_a_state_in_the_line_leads_to_its_rows_under_the_other_conditions(browser: Any) -> None:
    page = browser.get(LEDGER, {"where": "open", "count": "all"}).content.decode()
    (link,) = re.findall(r'href="\?([^"]*)">2</a>', page)

    shown = browser.get(f"{LEDGER}?{link.replace('&amp;', '&')}")

    assert sorted(link.replace("&amp;", "&").split("&")) == ["state=sign", "where=open"]
    assert head(shown) == "符合条件2件：待签收2"


@pytest.mark.parametrize(("cap", "found"), [(None, {"sign": 2, "plan": 1}), (3, {"sign": 2, "plan": 1}), (2, None)])
def test_the_database_stops_at_the_cap(browser: Any, cap: int | None, found: dict[str, int] | None) -> None:
    rows = Case.objects.filter(kind="rectification").order_by("due_on", "pk")

    with CaptureQueriesContext(connection) as asked:
        assert count_by(rows, "state", cap) == found

    assert len(asked) == 1
    assert ("LIMIT" in asked.captured_queries[0]["sql"]) == (cap is not None)


def test_nothing_to_see_is_nothing_counted() -> None:
    assert count_by(Case.objects.filter(pk__in=()), "state", 5) == {}
