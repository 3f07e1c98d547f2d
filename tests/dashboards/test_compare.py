"""Two days side by side, counted by hand from the table in scene.py."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboards import scene as stage
from tests.dashboards.page_check import check_compared, check_rows, check_table
from tests.dashboards.page_world import Readers, trail_of_all
from tests.dashboards.scene import Scene, day
from tests.dashboards.scene_check import expected
from tests.dashboards.test_scene import office
from tests.dashboards.test_scope import the_sheet

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
WORDS = ("新反馈", "新销号", "新增整改逾期", "不再整改逾期", "时限延后", "转为长期坚持、中止或撤销、改派", "恢复整改")
# (on, since) -> the cards of each line, in the order of WORDS
BETWEEN: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = {
    ("04-28", "03-31"): (("12",), ("13",), ("2", "3"), (), ("9",), (), ()),
    ("03-10", "02-20"): (("16",), (), ("5", "6"), (), (), ("14", "8", "15"), ()),
    ("01-20", "25-12-19"): (("2", "3", "4", "5", "8", "9"), ("10",), (), (), ("10",), (), ()),
}


@pytest.fixture(scope="module")
def scene(made_once: Any) -> Scene:
    found: Scene = made_once(stage.make)
    return found


@pytest.mark.parametrize(("on", "since"), BETWEEN)
def test_what_changed_between_two_days_opens_these_rows(on: str, since: str, scene: Scene) -> None:
    lines = [(label, {"个": cards}) for label, cards in zip(WORDS, BETWEEN[on, since], strict=True)]
    with stage.looked_at():
        reader = Readers()(office())
        _, _, changes = reader.compared({"on": str(day(on)), "since": str(day(since))})

        check_rows(reader, check_table("changes", changes, expected(scene, (lines, None))))


def test_the_page_says_why_the_rate_moved(scene: Scene) -> None:
    with stage.looked_at():
        told, numbers, _ = Readers()(office()).compared({})

    assert told == "全市：2026-03-31 至 2026-04-28，销号率上升 5.8 个百分点：反馈 1 个、销号 1 个"
    assert numbers.lines["整改逾期未销号"]["变化"].said == "多 2"
    assert numbers.lines["销号率"]["2026-03-31"].said == (3, 12)


def test_a_year_before_a_quarter_and_a_month_are_one_click_away(scene: Scene) -> None:
    with stage.looked_at():
        page = Readers()(office()).page("/figures/two-days/?group=counties")

    ways = {a.text.strip(): a.attrs["href"] for a in page.one("p", class_="qy-days").all("a")}
    assert {words: way.partition("since=")[2] for words, way in ways.items()} == {
        "比上月末": "2026-03-31", "比上季末": "2026-03-31", "比去年末": "2025-12-31", "同比（去年同日）": "2025-04-28",
    }  # fmt: skip
    assert all("group=counties" in way for way in ways.values())


@pytest.mark.parametrize("since", ["2026-04-28", "2026-05-01", "昨天"])
def test_a_day_that_cannot_be_compared_is_said(since: str, scene: Scene) -> None:
    with stage.looked_at():
        response = Readers()(office()).client.get("/figures/two-days/", {"since": since})

    assert "现已按上月末显示" in response.content.decode()
    assert response.context["since"] == day("03-31")


def test_a_unit_compares_its_own(scene: Scene) -> None:
    ask = office(role="unit_head", own=scene.units["甲县"].pk)
    with stage.looked_at():
        check_compared(Readers()(ask), trail_of_all(), ask, day("03-31"))
        _, numbers, changes = Readers()(ask).compared({})

    assert numbers.lines["销号率"]["2026-04-28"].said == (2, 4)
    assert changes.lines["新增整改逾期"]["个"].said == 1


def test_the_sheet_of_two_days_says_both_and_names_what_each_number_is(scene: Scene) -> None:
    with stage.looked_at():
        file, rows = the_sheet(Readers()(office()).get("/figures/two-days/?export=xlsx"))

    assert file == "2026-03-31 以来的变化（全市）_截至20260428.xlsx"
    assert rows[1][0] == "2026-03-31 至 2026-04-28　范围：全市"
    assert rows[3][0] == "项目"
    assert rows[3][1:4] == ["2026-03-31（率为 %）", "2026-03-31：其中", "2026-03-31：总数"]
    assert rows[3][4:] == ["2026-04-28（率为 %）", "2026-04-28：其中", "2026-04-28：总数", "变化"]
    told = {row[0]: row for row in rows[4:]}
    assert told["销号率"][1:] == [25.0, 3, 12, 30.8, 4, 13, "上升 5.8 个百分点"]
    assert told["其间新增整改逾期"][4] == 2


def test_the_sheet_of_what_changed_says_both_days(scene: Scene) -> None:
    query = "since=2026-03-31&group=counties&export=xlsx"
    with stage.looked_at():
        _, rows = the_sheet(Readers()(office()).get(f"/figures/rows/newly_overdue/?{query}"))

    assert rows[1][0] == "2026-03-31 至 2026-04-28　范围：县（区）"
    assert {row[0] for row in rows[4:]} == {scene.cards[name].number for name in ("2", "3")}


def test_a_county_head_reads_the_city_and_his_own_place_and_nobody_elses(scene: Scene) -> None:
    """甲县 2/4, 乙县 1/5: of two counties 甲县 is the first; the city 4/13."""
    with stage.looked_at():
        page = Readers()(office(role="unit_head", own=scene.units["乙县"].pk)).page("/figures/")
        office_page = Readers()(office()).page("/figures/")

    note = "".join(page.one("section", data_qy_head="closure").text.split())
    assert "全市30.8%（4/13）；2个有应整改问题的县（区）中第2位（按销号率，其他单位不列名；件数少，仅供参考）" in note
    assert "甲县" not in page.one("main").text
    assert "全市30.8%（" not in "".join(office_page.one("main").text.split())
