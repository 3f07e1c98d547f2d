"""What templates write of days, shares, sizes and addresses."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory

from ui import dates, navigation
from ui.navigation import NavItem
from ui.templatetags import ui as tags


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel("2026-10-26 09:42:00+08:00", tick=False):
        yield


@pytest.mark.parametrize(
    ("value", "day", "monthday"),
    [
        (date(2026, 10, 29), "10-29 周四", "10-29"), (date(2027, 1, 29), "2027-01-29", "2027-01-29"),
        (date(2025, 10, 29), "2025-10-29", "2025-10-29"),
        (datetime(2026, 10, 28, 16, 30, tzinfo=UTC), "10-29 周四", "10-29"), (None, "—", "—"),
    ],
)  # fmt: skip
def test_a_day_has_its_weekday_and_its_year_only_when_it_is_another(value, day, monthday):
    assert (dates.day(value), dates.monthday(value)) == (day, monthday)


def test_a_moment_is_local_and_has_its_year_only_when_it_is_another():
    assert [
        dates.moment(datetime(2026, 10, 21, 16, 10, tzinfo=UTC)),
        dates.moment(datetime(2025, 12, 31, 15, 59, tzinfo=UTC)),
        dates.moment(None),
    ] == [
        "10-22 00:10",
        "2025-12-31 23:59",
        "—",
    ]


@pytest.mark.parametrize(("share", "written"), [(80 / 81, "98.8%"), (1, "100.0%"), (0, "0.0%"), (None, "—")])
def test_a_share_has_one_decimal(share, written):
    assert tags.rate(share) == written


@pytest.mark.parametrize(
    ("bytes_", "written"),
    [
        (0, "0 B"),
        (543, "543 B"),
        (38 * 1024, "38.0 KB"),
        (1_258_291, "1.2 MB"),
        (200 << 20, "200 MB"),
        (3 << 30, "3072 MB"),
        (None, "0 B"),
    ],
)
def test_a_size_is_short(bytes_, written):
    assert tags.size(bytes_) == written


def test_a_number_and_its_measure_word_stay_together():
    assert tags.of(3, "件") == "3\u00a0件"


@pytest.mark.parametrize(
    ("address", "changes", "written"),
    [
        ("/?a=1&page=2", "page=None", "?a=1"),
        ("/?page=2", "page=None", "/"),
        ("/?s=%E5%B1%80&s=2", "page=3", "?s=%E5%B1%80&amp;s=2&amp;page=3"),
        ("/?sort=a", "sort='-a'", "?sort=-a"),
    ],
)
def test_a_link_keeps_the_rest_of_the_query(address, changes, written):
    context = Context({"request": RequestFactory().get(address)})

    assert Template("{% query " + changes + " %}").render(context) == written


def test_a_file_has_the_icon_of_its_kind():
    assert [tags.file_icon(name) for name in ("甲.PDF", "乙.xlsx", "无", "丙.tar.gz")] == [
        "file-earmark-pdf",
        "file-earmark-excel",
        "file-earmark-text",
        "file-earmark-text",
    ]


# ---------- the bar ----------


@pytest.fixture
def bar(monkeypatch):
    monkeypatch.setattr(navigation, "_items", [])
    monkeypatch.setattr(navigation, "counters", [lambda request: {"waiting": 6}])
    for order, (label, name, prefix) in enumerate(
        [("首页", "home", "/"), ("账号", "account", ""), ("口令", "password", "")]
    ):
        navigation.register(NavItem(label, name, lambda actor: actor.person == "李敏", order, prefix))


def framed(path, person="李敏"):
    request = RequestFactory().get(path, REMOTE_ADDR="10.8.18.24")
    request.actor = SimpleNamespace(person=person) if person else None
    return navigation.frame(request)


@pytest.mark.parametrize(
    ("path", "current"),
    [("/", ["首页"]), ("/account/", ["账号"]), ("/account/password/", ["口令"]), ("/elsewhere/", [])],
)
def test_the_item_of_the_longest_path_is_current(bar, path, current):
    frame = framed(path)

    assert [item["label"] for item in frame["nav"] if item["is_current"]] == current
    assert (frame["waiting"], frame["address_tail"]) == (6, "18.24")


def test_a_page_beside_another_has_no_item_and_that_of_the_other_is_current(bar):
    navigation.register(NavItem("知悉", "notices", lambda actor: True, 9, under="account"))

    items = framed("/notices/")["nav"]

    assert [(item["label"], item["is_current"]) for item in items] == [("首页", False), ("账号", True), ("口令", False)]


def test_an_item_is_shown_to_those_it_is_for(bar):
    assert [framed("/", "别人")["nav"], framed("/", None)["nav"]] == [[], []]


def test_an_address_is_registered_once(bar):
    with pytest.raises(ValueError, match="home is registered twice"):
        navigation.register(NavItem("又一个", "home", lambda actor: True, 9))
