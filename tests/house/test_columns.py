"""Every declared column of every list is held to it: one name, a value, the same words on page and in sheet, rights."""

from __future__ import annotations

import importlib
import io
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from axes.models import AccessFailureLog, AccessLog
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from casework import kinds
from casework.views.kinds import list_of
from dashboards.columns import CARDS, CLUES, LOOK_BACKS
from inspections.models import Citation
from organizations.enums import AccountAct, Role
from organizations.models import AccessEntry
from organizations.services import resets
from organizations.services.account_log import log_act
from rectification.columns import COLUMNS
from rectification.enums import RECTIFICATION, State
from rectification.models import Rectification
from tests.factories import a_post, a_rectification, acting
from tests.house.sources import APPS
from tests.house.world import World, build
from tests.inspections.laws import two_versions
from tests.rectification.scenes import a_full_life
from ui.columns import Column, Edit, filled_in, in_sheet, on_screen, written
from ui.lists import ListSpec, numbered
from ui.sheets import read_sheet, write_sheet

pytestmark = pytest.mark.django_db


def every_list() -> Iterator[tuple[str, ListSpec]]:
    """Every list page that a module of views declares, and those of the kinds."""
    for kind in kinds.all_kinds():
        yield kind.name, list_of(kind)
    for app in APPS:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".views" not in module.name:
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, ListSpec):
                    yield f"{module.name}.{name}", value


LISTS = dict(every_list())
ALL_COLUMNS = {name: tuple(spec.columns) for name, spec in LISTS.items()} | {
    "dashboards.CARDS": CARDS,
    "dashboards.CLUES": CLUES,
    "dashboards.LOOK_BACKS": LOOK_BACKS,
}


@pytest.fixture(scope="module")
def world(made_once: Any) -> World:
    found: World = made_once(_with_logs)
    return found


def _with_logs() -> World:
    """Two sides and everybody, and a line of each log."""
    made = build()
    log_act(made.actor(Role.SYSTEM_ADMIN), AccountAct.UNIT_OPENED, unit=made.own.unit, detail="新建")
    AccessLog.objects.create(username="wangyan", ip_address="10.0.0.1", user_agent="Firefox", path_info="/")
    AccessFailureLog.objects.create(username="wangyan", ip_address="10.0.0.1", user_agent="Firefox")
    AccessEntry.objects.create(
        at=timezone.now(),
        user=made.own.user,
        what="export",
        about="整改台账",
        rows=3,
        address="10.0.0.1",
        path="/",
    )
    old, _ = two_versions()
    Citation.objects.create(
        finding=made.own.finding, basis=old.basis, article="第二条", cites=old.articles.get(number=2)
    )
    resets.ask_reset(made.own.user, "本人来电", actor=made.actor(Role.SYSTEM_ADMIN))
    return made


def rows_of(spec: ListSpec, world: World) -> tuple[Any, list[Any]]:
    """The first reader who sees rows of a list, and the rows as its sheet reads them."""
    for role in world.posts:
        actor = world.actor(role)
        rows = list(numbered(spec.export_rows(spec.shows(spec.rows(actor))).order_by(*spec.order)))
        if rows:
            return actor, rows
    raise AssertionError("nobody sees a row of it: make one in tests/house/world.py")


def plain(html: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", str(html)))).replace("\u2002", " ").strip()


def test_every_list_is_looked_at() -> None:
    assert len(LISTS) >= 14


@pytest.mark.parametrize("columns", ALL_COLUMNS.values(), ids=ALL_COLUMNS)
def test_no_name_and_no_heading_stands_twice(columns: tuple[Column, ...]) -> None:
    names = [column.name for column in columns]
    shown, kept = ([c.label for c in columns if getattr(c, where)] for where in ("screen", "sheet"))

    assert sorted(set(names)) == sorted(names)
    assert sorted(set(shown)) == sorted(shown)
    assert sorted(set(kept)) == sorted(kept)


@pytest.mark.parametrize("name", LISTS)
def test_the_page_says_in_words_what_the_sheet_holds(name: str, world: World) -> None:
    spec = LISTS[name]
    actor, rows = rows_of(spec, world)

    wrong = []
    for row in rows[:5]:
        for column in on_screen(spec.columns, actor):
            value = column.get(row)
            told = plain(column.cell(row, actor)) if column.cell else column.words(row)
            meant = written(value, column.kind) or column.empty
            if plain(meant) != told and not column.differs:
                wrong.append(f"{column.label}: page {told!r}, sheet {value!r}")

    assert wrong == []


@pytest.mark.parametrize("name", LISTS)
def test_what_is_filled_in_is_read_back_from_its_own_sheet(name: str, world: World) -> None:
    spec = LISTS[name]
    columns = filled_in(spec.columns)
    if not columns:
        return
    _, rows = rows_of(spec, world)

    read = read_sheet(io.BytesIO(write_sheet(name, columns, rows)), f"{name}.xlsx", columns)

    assert [
        problem for problem in read.problems if problem.problem not in {"没有填"} and "完全相同" not in problem.problem
    ] == []
    again = [{c.name: written(row[c.name], "day") for c in columns} for row in read.rows]
    assert again == [{c.name: written(c.get(row), "day") for c in columns} for row in rows]


def test_some_lists_are_filled_in() -> None:
    assert [name for name, spec in LISTS.items() if filled_in(spec.columns)] == [
        "rectification", "organizations.views.people.POST_LIST", "organizations.views.units.UNIT_LIST",
    ]  # fmt: skip


# ---------- rights ----------

RESTRICTED = [(name, c) for name, columns in ALL_COLUMNS.items() for c in columns if c.rights is not None]


def test_the_account_behind_a_post_is_for_administrators() -> None:
    assert {(name, column.name) for name, column in RESTRICTED} == {
        ("organizations.views.people.POST_LIST", "username"), ("organizations.views.people.POST_LIST", "home_unit"),
    }  # fmt: skip


@pytest.mark.parametrize(("role", "stands"), [(Role.OFFICE_STAFF, False), (Role.SYSTEM_ADMIN, True)])
def test_a_column_stands_only_where_its_reader_may_see_it(role: Role, stands: bool, signed_in: Any) -> None:
    client = signed_in(acting(a_post(role)))

    sheet = load_workbook(io.BytesIO(b"".join(client.get(f"{reverse('organizations:posts')}?export=xlsx")))).active

    assert ("账号" in [cell.value for cell in sheet[1]]) == stands


# ---------- a newcomer adds a column: one line in COLUMNS, nothing else (docs/extending.md) ----------

NEW = Column(
    "stage",
    "阶段目标",
    lambda case: case.rectification.stage_goal,
    sort=("rectification__stage_goal",),
    edit=Edit(),
    help="写到哪一步",
)


def newly(new: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a line to COLUMNS, as if the modules had been loaded with it: all that read it read the same tuple."""
    spec, desk = kinds.spec_of(RECTIFICATION), admin.site._registry[Rectification]
    assert spec.listing.columns is COLUMNS
    longer = replace(spec, listing=replace(spec.listing, columns=(*COLUMNS, new)))
    monkeypatch.setitem(kinds._specs, RECTIFICATION, longer)
    monkeypatch.setattr(desk, "spec", longer)


def a_ledger_with(new: Column, monkeypatch: pytest.MonkeyPatch, client: Any) -> dict[str, list[Any]]:
    """The headings of the four places that a column stands in."""
    newly(new, monkeypatch)
    case = a_rectification(State.REMEDYING)
    stage = {
        "stage_goal": "完成三分之一",
        "expected_on": case.due_on,
        "next_review_on": case.due_on,
    }  # one does not stand alone
    Rectification.objects.filter(pk=case.pk).update(**stage)
    page = client.get(reverse("rectifications"))
    sheet = list(load_workbook(io.BytesIO(b"".join(client.get("/rectifications/?export=xlsx")))).active.values)
    blank = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/rectifications/?export=blank").content))
    desk = client.get("/admin/rectification/rectification/")
    return {
        "page": [column.label for column in page.context["columns"]],
        "shown": ["完成三分之一"] if "完成三分之一" in page.content.decode() else [],
        "sheet": list(sheet[0]),
        "row": [line[-1] for line in sheet],
        "blank": [f"{a}：{b}" for a, b in zip(*blank.get_sheet_by_index(0).to_python(), strict=True)],
        "admin": [desk.content.decode()],
    }


def test_a_new_column_stands_on_the_page_in_the_sheet_in_the_template_and_in_the_admin(
    monkeypatch: pytest.MonkeyPatch, signed_in: Any
) -> None:
    client = signed_in(acting(a_post(Role.OFFICE_STAFF)))

    found = a_ledger_with(NEW, monkeypatch, client)

    assert ("阶段目标" in found["page"], found["shown"]) == (True, ["完成三分之一"])
    assert found["sheet"][-1] == "阶段目标"
    assert "完成三分之一" in found["row"]
    assert "阶段目标：【说明】写到哪一步（没有的空着，或填无、不适用）" in found["blank"]
    assert "阶段目标" in found["admin"][0]
    assert "完成三分之一" in found["admin"][0]
    assert client.get("/rectifications/?sort=-stage").context["sorted_by"] == NEW
    assert client.get("/admin/rectification/rectification/?sort=-stage").context["sorted_by"].name == "stage"


def test_a_new_column_for_some_stands_nowhere_for_the_others(monkeypatch: pytest.MonkeyPatch, signed_in: Any) -> None:
    secret = replace(NEW, rights=lambda actor: actor.role == Role.OFFICE_DIRECTOR)
    client = signed_in(acting(a_post(Role.OFFICE_STAFF)))

    found = a_ledger_with(secret, monkeypatch, client)

    assert [
        places for places, words in found.items() if any("阶段目标" in str(w) or "三分之一" in str(w) for w in words)
    ] == []
    assert client.get("/rectifications/?sort=-stage").context["sorted_by"] is None


# ---------- 《问题整改台账》 ----------

# docs/domain/process.md 2.2, word for word; 27 is four columns;
# 28 销号文号 and 31 是否移交线索 the system does not know yet
REGULATED = [
    "序号", "问题编号", "督察批次", "问题来源", "问题类别", "问题性质", "共性/个性", "问题表述", "定性依据",
    "被督察单位", "牵头单位", "配合单位", "行业主管部门", "责任领导", "责任人", "整改类型", "整改目标",
    "整改措施", "整改时限", "进展情况", "进度", "完成情况", "佐证材料", "建章立制", "整改状态", "预警",
    "自验日期", "审核日期", "公示起止", "销号日期", "销号文号", "延期情况", "回头看结论", "备注",
]  # fmt: skip
REQUIRED = [
    "问题编号", "督察批次", "问题来源", "问题类别", "问题性质", "问题表述", "定性依据", "被督察单位",
    "牵头单位", "责任领导", "责任人", "整改类型", "整改目标", "整改措施", "整改时限",
]  # fmt: skip


def test_the_sheet_of_the_ledger_has_the_regulated_columns_in_their_order() -> None:
    actor = acting(a_post(Role.OFFICE_STAFF))
    labels = [column.label for column in in_sheet(COLUMNS, actor)]

    assert labels[: len(REGULATED)] == REGULATED
    assert [column.label for column in filled_in(COLUMNS) if column.is_required] == REQUIRED


def test_no_column_of_the_ledger_is_always_empty() -> None:
    """Each has something in it for some case of a full life; what the system never knows is not announced."""
    actor = acting(a_post(Role.OFFICE_STAFF))
    a_full_life()
    spec = list_of(kinds.spec_of(RECTIFICATION))
    rows = list(numbered(spec.export_rows(spec.shows(spec.rows(actor))).order_by("pk")))

    assert [
        c.label for c in in_sheet(COLUMNS, actor) if not any(c.get(row) not in (None, "", ()) for row in rows)
    ] == []


LISTED_TWICE = {
    "/rectifications/": "/admin/rectification/rectification/",
    "/findings/": "/admin/inspections/finding/",
    "/campaigns/": "/admin/inspections/campaign/",
    "/clues/": "/admin/clues/clue/",
    "/units/": "/admin/organizations/unit/",
    "/posts/": "/admin/organizations/post/",
}


@pytest.mark.parametrize("page", LISTED_TWICE)
def test_the_admin_shows_the_columns_and_rows_of_the_page(page: str, world: World) -> None:
    """Whoever has a list page and an admin of the same rows reads the same headings and rows in both."""
    client = world.clients[Role.OFFICE_STAFF]
    listed, desk = client.get(page), client.get(LISTED_TWICE[page])

    assert [c.label for c in desk.context["columns"]] == [c.label for c in listed.context["columns"]]
    assert [row.pk for row in desk.context["rows"]] == [row.pk for row in listed.context["rows"]] != []
    assert "账号" not in [c.label for c in desk.context["columns"]]
