"""The page as its readers see it: who may, what it says, what it asks the database, that a number opens its rows."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from dashboards.board.range import asked, may_read, show
from dashboards.cube.ratios import FEW, Share, mean, median
from dashboards.declared.registry import figures, row_sets
from organizations.enums import Role
from rectification.enums import State
from tests.factories import a_post, a_rectification, acting

pytestmark = pytest.mark.django_db
READERS = [Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF, Role.CITY_LEADER, Role.UNIT_HEAD, Role.UNIT_LIAISON]


def the_office() -> Any:
    return acting(a_post(Role.OFFICE_STAFF))


def test_the_title_is_computed_from_the_numbers(signed_in: Any) -> None:
    a_rectification(State.CLOSED)
    a_rectification(State.REMEDYING)

    page = signed_in(the_office()).get(reverse("dashboard"))

    assert page.context["sentence"] == ["应整改 2 个问题，", "已销号 1 个，", "没有整改逾期的"]


def test_a_page_without_findings_says_so(signed_in: Any) -> None:
    page = signed_in(acting(a_post(Role.CITY_LEADER))).get(reverse("dashboard"))

    assert page.context["sentence"] == ["还没有反馈的问题"]


@pytest.mark.parametrize("role", list(Role))
def test_office_leaders_and_units_read_figures_and_nobody_else(role: Role, signed_in: Any) -> None:
    page = signed_in(acting(a_post(role))).get(reverse("dashboard"))

    assert page.status_code == (200 if role in READERS else 404)


def test_a_unit_counts_its_own_cards_only(signed_in: Any) -> None:
    mine, other = a_rectification(State.REMEDYING), a_rectification(State.REMEDYING)
    liaison = acting(a_post(Role.UNIT_LIAISON, mine.unit))

    page = signed_in(liaison).get(reverse("dashboard"))
    rows = signed_in(liaison).get(reverse("figure_rows", args=["total"]), {"unit": other.unit_id})

    assert page.context["whole"].total == 1
    assert [row.pk for row in rows.context["rows"]] == [mine.pk]


@pytest.mark.parametrize("back", [0, 40])
@pytest.mark.parametrize("n", [1, 3])
def test_the_page_asks_at_most_twelve_questions(n: int, back: int, signed_in: Any) -> None:
    for _ in range(n):
        a_rectification(State.REMEDYING)
    client = signed_in(the_office())
    day = timezone.localdate() - timedelta(back)
    client.get(reverse("dashboard"))

    with CaptureQueriesContext(connection) as asked_for:
        client.get(reverse("dashboard"), {"on": day.isoformat()})

    questions = [q["sql"] for q in asked_for if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(questions) == EXPECTED[n, back], "\n".join(sql[:150] for sql in questions)


EXPECTED = {(1, 0): 12, (3, 0): 12, (1, 40): 12, (3, 40): 12}  # one of them for the same day a year ago


ABOVE = 4  # rows: title, scope and day, 统计口径, heading


def test_every_figure_opens_alone_and_as_a_sheet(signed_in: Any) -> None:
    a_rectification(State.CLOSED)
    client = signed_in(the_office())

    for name, figure in sorted(figures().items()):
        address = reverse("figure", args=[name])
        page, sheet = client.get(address), client.get(address, {"export": "xlsx"})

        table = page.context["shown"].table
        book = load_workbook(BytesIO(b"".join(sheet.streaming_content) if sheet.streaming else sheet.content))
        assert figure.definition in page.content.decode(), name
        assert book.active.max_row == ABOVE + len(table.lines) + (table.total is not None), name


@pytest.mark.slow
@pytest.mark.parametrize("back", [0, 1])
def test_every_number_of_every_figure_opens_as_many_rows(back: int, signed_in: Any, rf: Any) -> None:
    for state in (State.CLOSED, State.REMEDYING, State.FINAL_REVIEW, State.SIGN):
        a_rectification(state)
    actor = the_office()
    client = signed_in(actor)
    request = rf.get("/", {"on": (timezone.localdate() - timedelta(back)).isoformat()})
    request.actor = actor
    found = asked(request)

    checked = 0
    for figure in figures().values():
        shown = show(found, figure)
        for row in [*shown.rows, *([shown.total] if shown.total else [])]:
            for number in row.numbers:
                value = number.value
                pairs = (
                    [(number.url, value.n), (number.url_of, value.of)]
                    if isinstance(value, Share)
                    else [(number.url, value if number.cell.size is None else number.cell.size)]
                )
                for url, size in pairs:
                    if url:
                        assert client.get(url).context["count"] == size, (figure.name, row.line.label, url)
                        checked += 1
    assert checked > 60


def test_an_unknown_figure_and_an_unknown_set_are_not_there(signed_in: Any) -> None:
    client = signed_in(the_office())

    assert client.get(reverse("figure", args=["nothing"])).status_code == 404
    assert client.get(reverse("figure_rows", args=["nothing"])).status_code == 404


UNREAD = (
    {"on": "2999-01-01"}, {"on": "昨天"}, {"within": "y"}, {"within": "999999999999999999999"}, {"unit": "x"},
    {"topic": "-1"}, {"severity": "9"}, {"lead": "?"}, {"month": "2026-13"},
)  # fmt: skip


def test_what_cannot_be_read_is_said_and_left_out(signed_in: Any) -> None:
    a_rectification(State.REMEDYING)
    client = signed_in(the_office())
    for query in UNREAD:
        page, rows = client.get(reverse("dashboard"), query), client.get(reverse("figure_rows", args=["total"]), query)

        assert page.context["whole"].total == 1, query
        assert rows.context["count"] == 1, query


def test_a_day_before_the_first_finding_is_empty(signed_in: Any) -> None:
    a_rectification(State.CLOSED)

    page = signed_in(the_office()).get(reverse("dashboard"), {"on": "2001-01-01"})

    assert page.context["whole"].total == 0


def test_every_set_of_rows_opens(signed_in: Any) -> None:
    client = signed_in(the_office())

    assert {name: client.get(reverse("figure_rows", args=[name])).status_code for name in row_sets()} == dict.fromkeys(
        row_sets(), 200
    )


# ---------- fractions ----------


def test_few_cases_are_said_not_to_compare() -> None:
    assert Share(7, 9).is_few
    assert not Share(7, FEW).is_few
    assert Share(0, 0).rate is None


@pytest.mark.parametrize(
    ("histogram", "middle"), [({}, None), ({5: 1}, 5), ({1: 1, 4: 1}, 2.5), ({1: 2, 9: 1}, 1), ({1: 2, 3: 2}, 2)]
)
def test_the_median_is_exact(histogram: dict[int, int], middle: float | None) -> None:
    assert median(histogram) == middle


def test_the_mean_of_nothing_is_nothing() -> None:
    assert mean({}) is None
    assert mean({2: 1, 5: 2}) == 4


def test_who_may_read_is_one_claim() -> None:
    assert not may_read(acting(a_post(Role.TEAM_MEMBER)))
