"""A number never travels without its scope: title, sheet, name of the file and address say whose, when and how."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from openpyxl import load_workbook

from dashboards.declared.registry import figures, row_sets
from tests.dashboards import scene as stage
from tests.dashboards.page_reader import parse
from tests.dashboards.page_world import Readers
from tests.dashboards.scene import Scene, day
from tests.dashboards.test_scene import office

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def scene(made_once: Any) -> Scene:
    found: Scene = made_once(stage.make)
    return found


def the_sheet(response: Any) -> tuple[str, list[list[Any]]]:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    rows = load_workbook(BytesIO(body)).active.iter_rows(values_only=True)
    return unquote(response["Content-Disposition"].partition("UTF-8''")[2]), [list(row) for row in rows]


# what is asked -> the words that must stand beside every number of it
ASKED: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "全市，今天": ({}, ("全市", "2026-04-28", "只计牵头单位")),
    "一天，含配合单位": ({"on": "2026-03-10", "lead": "all"}, ("全市", "2026-03-10", "含配合单位")),
    "市直部门": ({"group": "departments"}, ("市直部门", "2026-04-28", "只计牵头单位")),
    "性质和年度": ({"severity": "2", "within": "y2025"}, ("较重", "2025 年全部", "2026-04-28", "只计牵头单位")),
}


@pytest.mark.once(reason="the words beside a number; the numbers are asked on both by test_scene.py and test_page.py")
@pytest.mark.parametrize("name", ASKED)
def test_every_page_and_sheet_says_whose_when_and_how(name: str, scene: Scene) -> None:
    query, words = ASKED[name]
    with stage.looked_at():
        client = Readers()(office()).client
        pages = [
            "/figures/",
            *(f"/figures/{one}/" for one in figures()),
            *(f"/figures/rows/{one}/" for one in row_sets()),
        ]
        for path in pages:
            page = parse(client.get(path, query).content.decode())
            told = page.text if path == "/figures/" else page.one("div", class_="qy-head").text

            assert all(word in told for word in words), (path, told)
            assert all(word in page.one("title").text for word in words[:-1]), path
        for path in pages[1:]:
            file, rows = the_sheet(client.get(path, {**query, "export": "xlsx"}))
            told = "".join(str(row[0]) for row in rows[:3])

            assert all(word in told for word in words), (path, told)
            assert words[0] in file, (path, file)
            assert words[-2].replace("-", "") in file, (path, file)
            assert not {"分子", "分母"} & set(map(str, rows[3])), (path, rows[3])


def test_every_address_of_a_number_says_its_day(scene: Scene) -> None:
    with stage.looked_at():
        page = Readers()(office()).page("/figures/?group=departments")
        ways = [a.attrs["href"] for a in page.one("main").all("a") if a.attrs.get("href", "").startswith("/figures/")]

    assert len(ways) > 60
    assert {way for way in ways if "on" not in parse_qs(urlsplit(way).query)} == set()


UNTOUCHED: tuple[tuple[dict[str, str], str], ...] = (
    ({"type": "R2"}, "线索不分“整改类型：限期整改”，这个条件下没有可计的线索"),
    ({"lead": "all"}, "线索不分“含配合单位”，这个条件对它没有影响"),
    ({"severity": "1"}, "线索不计入问题数"),
)


@pytest.mark.parametrize(("query", "told"), UNTOUCHED)
def test_a_tile_that_a_condition_does_not_touch_says_so(query: dict[str, str], told: str, scene: Scene) -> None:
    with stage.looked_at():
        board = Readers()(office()).board(query)

    assert told in board.notes["线索办结"]
    assert ("线索不分" in board.notes["线索办结"]) == ("线索不分" in told)


def test_this_year_is_the_year_of_the_day_asked(scene: Scene) -> None:
    with stage.looked_at():
        reader = Readers()(office())

        assert reader.page("/figures/?within=y2025").one("h1").text.strip().startswith("2025 年应整改")
        assert reader.page("/figures/?within=y2025&on=2025-12-31").one("h1").text.strip().startswith("今年应整改")


def test_a_sheet_of_a_unit_says_that_it_is_the_units(scene: Scene) -> None:
    ask = office(role="unit_head", own=scene.units["甲县"].pk)
    with stage.looked_at():
        file, rows = the_sheet(Readers()(ask).get("/figures/closure_rate/?export=xlsx"))

    assert rows[0][0] == "销号率（甲县）"
    assert file == "销号率（甲县）_截至20260428.xlsx"


def test_months_in_a_sheet_have_their_year(scene: Scene) -> None:
    with stage.looked_at():
        _, rows = the_sheet(Readers()(office()).get("/figures/trend/?export=xlsx"))

    months = [*(f"2025 年 {n} 月" for n in range(5, 13)), *(f"2026 年 {n} 月" for n in range(1, 5))]
    assert [row[0] for row in rows[3:]] == ["月份", *months]
    assert rows[3][1:] == ["反馈", "销号", "当年累计销号率（%）", "当年销号", "年初未销号和当年反馈"]


def test_what_is_overdue_is_listed_with_days_hands_and_leader(scene: Scene) -> None:
    with stage.looked_at():
        client = Readers()(office(role="city_leader")).client
        text = client.get("/figures/rows/overdue/").content.decode()
        _, rows = the_sheet(client.get("/figures/rows/late_30/", {"export": "xlsx"}))

    assert "告诫，再次明确期限" in text
    assert "现在还不能在系统中办理" in text
    listed = [dict(zip(rows[3], row, strict=True)) for row in rows[4:]]
    assert [row["问题编号"] for row in listed] == [scene.cards[name].number for name in ("4", "3")]
    assert [row["整改逾期（日）"] for row in listed] == [30, 16]
    assert {row["按规定应当"] for row in listed} == {"告诫，再次明确期限"}
    assert [row["责任领导"] for row in listed] == [None, "局长"]  # 4 has no plan yet
    assert {row["现在在谁手上，多久"].partition(" · ")[0] for row in listed} == {"乙县"}


# ---------- worst first ----------


def order(reader: Any, name: str, sort: str) -> list[Any]:
    return reader.figure(name, {"sort": sort})[0].labels


def test_a_figure_is_put_in_order_by_a_column_and_keeps_its_address(scene: Scene) -> None:
    with stage.looked_at():
        reader = Readers()(office())

        assert order(reader, "by_unit", "-overdue") == ["甲县", "乙县", "教育局", "自然资源局"]  # 2, 2, 1, 0
        assert order(reader, "by_unit", "closure") == ["教育局", "乙县", "甲县", "自然资源局"]  # 0/3, 1/5, 2/4, 1/1
        assert order(reader, "by_unit", "-closure") == ["自然资源局", "甲县", "乙县", "教育局"]
        heads = reader.page("/figures/by_unit/?group=counties&sort=closure").one("thead")
        asked = {a.text.strip(): parse_qs(urlsplit(a.attrs["href"]).query) for a in heads.all("a")}
    kept = {"on": ["2026-04-28"], "lead": ["lead"], "group": ["counties"]}
    assert asked["整改逾期"] == kept | {"sort": ["-overdue"]}
    assert asked["销号率"]["sort"] == ["-closure"]  # chosen again, it turns round


def test_units_are_never_ranked_by_how_much_was_found(scene: Scene) -> None:
    with stage.looked_at():
        reader = Readers()(office())
        heads = reader.page("/figures/by_unit/").one("thead")

        assert order(reader, "by_unit", "-total") == order(reader, "by_unit", "")
    assert "反馈" not in {a.text.strip() for a in heads.all("a")}


def test_what_is_gathered_on_the_board_opens_into_its_lines(scene: Scene) -> None:
    with stage.looked_at():
        reader = Readers()(office())
        board = reader.page("/figures/")
        way = next(a.attrs["href"] for a in board.all("a") if a.text.strip() == "市直部门")

        assert urlsplit(way).path == "/figures/by_unit/"
        query = {name: value for name, (value,) in parse_qs(urlsplit(way).query).items()}
        assert reader.figure("by_unit", query)[0].labels == ["教育局", "自然资源局"]


ENDS = {"04-28": ["2026-03-31", "2026-03-31", "2025-12-31"], "03-10": ["2026-02-28", "2025-12-31", "2025-12-31"]}


@pytest.mark.parametrize("on", ENDS)
def test_the_days_one_asks_for_again_and_again_are_one_click_away(on: str, scene: Scene) -> None:
    with stage.looked_at():
        page = Readers()(office()).page(f"/figures/?on={day(on)}&group=counties")
        links = list(page.one("p", class_="qy-days").all("a"))
    ways = {a.text.strip(): parse_qs(urlsplit(a.attrs["href"]).query) for a in links}

    assert [ways[word]["on"][0] for word in ("上月末", "上季末", "去年末")] == ENDS[on]
    assert {way["group"][0] for way in ways.values()} == {"counties"}


@pytest.mark.once(reason="how an address is written; what it shows is asked on both by test_scene.py")
def test_every_link_to_numbers_says_day_and_counting_what_holds_unasked_too(scene: Scene) -> None:
    """Sent to somebody else, or opened on another day, the address shows the same number."""
    with stage.looked_at():
        page = Readers()(office()).page("/figures/?group=counties")
    links = [a.attrs["href"] for a in page.all("a") if a.attrs.get("href", "").startswith(("/figures/", "?"))]
    asked = [(link, parse_qs(urlsplit(link).query)) for link in links if link != "/figures/"]  # the bar's

    assert len(asked) > 20
    assert [link for link, query in asked if "on" not in query or "lead" not in query] == []
