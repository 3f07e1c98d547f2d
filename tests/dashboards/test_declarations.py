"""The contract of whatever is declared: figures, their charts, the board."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboards.board import slots
from dashboards.board.drawing import BY_ECHARTS, number_of
from dashboards.board.slots import BOARD, HEADLINES, on_board
from dashboards.cube import seals
from dashboards.cube.counts import ENDED_SUMS, OPEN_SUMS, SEALED_SUMS
from dashboards.cube.dimensions import SEVERITY, STANDARD
from dashboards.cube.reading import _statements, plan_of
from dashboards.cube.selection import Selection
from dashboards.declared import registry
from dashboards.declared.registry import dimensions, figures
from dashboards.models import SealedCell
from inspections.models import Citation
from organizations.enums import Role
from rectification.enums import State
from tests.factories import a_cause, a_post, a_rectification, acting
from tests.inspections.laws import two_versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(signed_in: Any) -> Any:
    return signed_in(acting(a_post(Role.OFFICE_STAFF)))


@pytest.mark.parametrize("name", sorted(figures()))
def test_a_figure_says_what_it_is(name: str) -> None:
    assert len(figures()[name].title) > 2
    assert figures()[name].definition.endswith("。")


def test_the_chart_of_a_figure_draws_columns_of_its_own_table(office: Any) -> None:
    a_rectification(State.CLOSED, severity=3)
    a_rectification(State.REMEDYING)
    for name, figure in sorted(figures().items()):
        shown = office.get(reverse("figure", args=[name])).context["shown"]

        heads = [head.name for head in shown.table.heads]
        assert len(set(heads)) == len(heads), name
        keys = [line.key for line in shown.table.lines]
        assert len(set(keys)) == len(keys), name
        if figure.chart and figure.chart.type in BY_ECHARTS:
            assert shown.chart["x"] == [line.label for line in shown.table.lines], name
            drawn = {series["column"]: series["data"] for series in shown.chart["series"]}
            assert drawn == {one: list(map(number_of, shown.table.values(one))) for one in figure.chart.series}, name


def a_cited_article() -> int:
    """The key of an article that a finding cites."""
    article = two_versions()[1].articles.get(number=3)
    finding = a_rectification(State.REMEDYING).content.finding
    Citation.objects.create(finding=finding, basis=article.version.basis, article=article.label, cites=article)
    return int(article.pk)


def test_a_key_that_the_address_says_is_the_key_that_is_read() -> None:
    from dashboards.cube.labels import Labels

    labels = Labels(acting(a_post(Role.OFFICE_STAFF)))
    case = a_rectification(State.CLOSED)
    keys = {
        "unit": case.unit_id, "topic": case.topic_id, "within": case.within_id, "severity": 2, "type": "R1",
        "opened": 2026 * 12, "ended": 2026 * 12, "category": "county", "group": "counties",
        "cause": a_cause().pk, "article": a_cited_article(),
    }  # fmt: skip

    read = {name: one for name, one in dimensions().items() if one.read is not None}
    assert set(dimensions()) - set(read) == {"lead", "days"}
    for name, one in read.items():
        address = one.narrows(keys[name])

        assert list(address) == [name]
        assert one.read(labels, address[name]) == keys[name]
        assert one.say(labels, keys[name]), name
        with pytest.raises((ValueError, KeyError)):
            one.read(labels, "nothing")


def test_only_what_stands_on_the_board_is_counted(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate()
    placed = {slot.figure for band in BOARD for slot in (*band.left, *band.right)}
    counted = {group.name for figure in on_board().values() for group in figure.wanted(Selection(today, today))}

    assert set(on_board()) == placed
    assert "days_by_severity" not in placed
    assert "cards severity" not in counted
    monkeypatch.setattr(slots, "BOARD", BOARD[:1])
    slots.on_board.cache_clear()
    try:
        assert set(slots.on_board()) == {"trend", "overdue_by_age"}
    finally:
        slots.on_board.cache_clear()


def test_every_headline_is_a_number_of_its_figure_and_stands_on_the_page(office: Any) -> None:
    a_rectification(State.CLOSED)

    page = office.get(reverse("dashboard")).content.decode()

    for one in HEADLINES:
        assert one.figure in figures()
        assert f'data-qy-head="{one.name}"' in page


def test_what_is_sealed_is_a_column_of_the_cell_and_another_layout_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    columns = {field.attname for field in SealedCell._meta.concrete_fields}
    assert set(SEALED_SUMS) <= columns
    assert not set(OPEN_SUMS) & set(ENDED_SUMS)
    assert {axis.name for axis in seals.axes()} >= {one.name for one in STANDARD if one.is_sealed}

    before = seals.layout()
    monkeypatch.setattr(seals, "SEALED_SUMS", SEALED_SUMS[1:])
    seals.layout.cache_clear()
    try:
        assert seals.layout() != before
    finally:
        seals.layout.cache_clear()


def test_a_name_that_two_declarations_share_stops_the_start() -> None:
    with pytest.raises(ValueError, match="named twice: severity"):
        registry._named([SEVERITY, replace(SEVERITY, label="性质")], "dimension")


def test_a_statement_says_its_columns_by_name() -> None:
    """Every part selects by name what its counts are called; none relies on the order in which the ORM writes them."""
    today = timezone.localdate()
    selection = Selection(today, today)
    groups, _ = plan_of([one for figure in figures().values() for one in figure.wanted(selection)])
    from dashboards.cube.counts import Ask

    ((names, sql, _),) = _statements("default", selection, Ask(today, today), seals.cover(today, frozenset()), groups)

    parts = sql.split("select '")[1:]  # a part begins with its name; before the first stand the rows that several share
    assert len(parts) == sql.count(" union all ") + 1 > len(groups)
    for part in parts:
        said = part.partition(" from (")[0]
        assert [column.rpartition(" as ")[2].strip('"') for column in said.split(", ")] == list(names)


def test_a_line_by_severity_narrows_the_page_and_its_mean_opens_what_it_is_the_mean_of(office: Any) -> None:
    """按严重程度的平均办理天数, declared in one file: shown, drawn, drilled, exported, of any day."""
    grave, other = a_rectification(State.CLOSED, severity=3), a_rectification(State.CLOSED, severity=1)

    shown = office.get(reverse("figure", args=["days_by_severity"])).context["shown"]
    line = next(row for row in shown.rows if row.line.key == "3")
    mean = line.numbers[shown.table.column("mean_days")]

    assert mean.value == (grave.closed_on - grave.opened_on).days
    assert [row.pk for row in office.get(mean.url).context["rows"]] == [grave.pk]
    assert dict(parse_qsl(urlsplit(line.url).query)) == {
        "severity": "3",
        "lead": "lead",
        "on": f"{timezone.localdate()}",
    }
    assert office.get(line.url).context["whole"].total == 1
    assert shown.chart["type"] == "bar"
    assert other.pk != grave.pk
