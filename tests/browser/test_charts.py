"""Each chart is drawn in a real browser, and what is drawn is what its table says."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.board.drawing import BY_ECHARTS
from dashboards.board.slots import on_board
from dashboards.declared.registry import figures
from inspections.models import Citation
from organizations.enums import Role
from rectification.enums import State
from tests.browser.test_whole_chain import Person
from tests.factories import a_post, a_rectification
from tests.inspections.laws import NEW, a_law

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once(reason="what a browser draws; tests/dashboards asks the figures on both databases"),
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "reading"]),
]
DRAWN = sorted(name for name, one in figures().items() if one.chart and one.chart.type in BY_ECHARTS)
# what ECharts holds, and how many dots of the canvas are not empty
LOOK = """name => {
    const box = document.querySelector(`[data-qy-chart="${name}"]`), chart = echarts.getInstanceByDom(box);
    const canvas = box.querySelector("canvas");
    const dots = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const option = chart.getOption();
    return {
        series: option.series.map(one => one.data), words: option.xAxis[0].data,
        inked: dots.filter((value, n) => n % 4 === 3 && value > 0).length
    };
}"""
# the numbers of the table, by column and line, as a person reads them
READ = """name => [...document.querySelectorAll(`td[data-qy-figure="${name}"]`)].filter(td => !td.closest("tfoot")).map(
    td => [td.dataset.qyColumn, td.dataset.qyLine, td.innerText.trim()])"""


def numbers_of(cells: list[list[str]], column: str) -> list[float | None]:
    said = [text.split()[0].removesuffix("%") for name, _, text in cells if name == column]
    return [None if text == "—" else float(text) for text in said]


@pytest.fixture
def director(browser: Any, live_server: Any) -> Person:
    law = a_law(NEW)
    for state, severity in ((State.CLOSED, 1), (State.CLOSED, 3), (State.REMEDYING, 2)):
        finding, cited = a_rectification(state, severity=severity).content.finding, law.articles.get(number=severity)
        Citation.objects.create(finding=finding, basis=law.basis, article=cited.label, cites=cited)
    return Person(browser, live_server.url, a_post(Role.OFFICE_DIRECTOR).user)


def check(person: Person, name: str) -> None:
    drawn, cells = person.page.evaluate(LOOK, name), person.page.evaluate(READ, name)
    assert drawn["inked"] > 200, name
    chart = figures()[name].chart
    assert chart is not None
    assert drawn["series"] == [numbers_of(cells, column) for column in chart.series], name
    assert len(drawn["words"]) == len(drawn["series"][0]) > 0


def test_each_chart_is_drawn_and_equal_to_its_table(director: Person) -> None:
    assert DRAWN
    for name in DRAWN:
        director.go(f"/figures/{name}/")
        check(director, name)
    director.go("/figures/")
    for name in sorted(on_board().keys() & set(DRAWN)):
        check(director, name)
    assert director.wrong == []
    director.page.context.close()


def test_meters_and_tiles_are_as_long_and_as_many_as_their_numbers(director: Person) -> None:
    director.go("/figures/")
    widths = director.page.eval_on_selector_all(
        'tr:has(td[data-qy-figure="by_topic"]) svg.qy-meter rect.fg', "all => all.map(one => one.getAttribute('width'))"
    )
    cells = director.page.evaluate(READ, "by_topic")
    assert widths == [text for name, _, text in cells if name == "closure"]
    assert director.wrong == []
    director.page.context.close()


def test_on_a_phone_a_chart_is_seen_whole_unless_it_is_a_row_of_months(director: Person) -> None:
    director.page.set_viewport_size({"width": 390, "height": 844})
    whole = [name for name in DRAWN if (chart := figures()[name].chart) and chart.type != "bars_and_line"]

    assert whole
    for name in whole:
        director.go(f"/figures/{name}/")
        box = director.page.locator(f'[data-qy-chart="{name}"]').bounding_box()
        assert box is not None
        assert (box["x"] >= 0, box["x"] + box["width"] <= 390) == (True, True), name
    director.page.context.close()
