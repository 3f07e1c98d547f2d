"""A sheet is tried and brought in a piece at a time: nobody waits for a thousand rows to save his own."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import OperationalError, connection

from organizations.enums import Fate, ImportKind, Role
from organizations.models import StagedImport, Unit, User
from organizations.services import sheet_pieces, sheets
from organizations.services.sheet_pieces import PIECE, pieces
from tests.factories import a_post, acting
from ui.errors import DomainError


@pytest.fixture(autouse=True)
def _breathless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_pieces, "BREATH", 0)


def person(n: int, username: str, *, unit: str = "环县", to_on: date | None = None) -> dict[str, Any]:
    return {"_row": n, "username": username, "unit": unit, "to_on": to_on}


def a_unit(n: int, *, parent: str | None = None) -> dict[str, Any]:
    given: dict[str, Any] = dict.fromkeys(("has_enforcement_power", "is_consulted", "is_coordination_member"), False)
    named = {"code": f"Z{n:03}", "name": f"庆阳市测试局{n}", "short_name": f"测试局{n}", "category": "政府工作部门"}
    more = {"is_inspected": True, "is_industry_supervisor": False, "opened_on": None, "note": "", "parent": parent}
    return {"_row": n} | given | named | more


def numbers(kind: ImportKind, rows: list[dict[str, Any]]) -> list[list[int]]:
    return [[row["_row"] for row in piece] for piece in pieces(kind, rows)]


def test_a_thousand_people_come_in_pieces_each_once() -> None:
    found = numbers(ImportKind.USERS, [person(n, f"u{n}") for n in range(1000)])

    assert sorted(n for piece in found for n in piece) == list(range(1000))
    assert max(map(len, found)) == PIECE <= 50


def test_the_posts_of_one_person_stay_together_in_the_order_of_the_sheet() -> None:
    rows = [person(n, "wangyan" if n % 50 == 0 else f"u{n}") for n in range(200)]

    together = next(piece for piece in numbers(ImportKind.POSTS, rows) if 0 in piece)

    assert [n for n in together if n % 50 == 0] == [0, 50, 100, 150]
    assert together == sorted(together)


def test_those_who_leave_one_unit_stay_together() -> None:
    rows = [person(n, f"u{n}", to_on=date(2026, 7, 6) if n in (0, 90) else None) for n in range(100)]

    assert any({0, 90} <= set(piece) for piece in numbers(ImportKind.POSTS, rows))


def test_a_unit_stays_with_the_superior_that_the_sheet_brings_and_only_with_that() -> None:
    rows = [a_unit(n, parent="Z000" if n == 90 else "庆阳市") for n in range(100)]

    found = numbers(ImportKind.UNITS, rows)

    assert any({0, 90} <= set(piece) for piece in found)
    assert max(map(len, found)) <= PIECE


@pytest.mark.django_db
def test_neither_trying_nor_bringing_in_is_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_pieces, "PIECE", 2)
    outermost: list[str] = []
    plain, actor, depth = sheets.BRINGERS[ImportKind.UNITS], acting(a_post(Role.SYSTEM_ADMIN)), 0

    def noted(row: Any, of: Any) -> Any:
        outermost.append(connection.savepoint_ids[depth])
        return plain(row, of)

    monkeypatch.setitem(sheets.BRINGERS, ImportKind.UNITS, noted)
    depth = len(connection.savepoint_ids)
    staged = sheets.put_aside(ImportKind.UNITS, "单位.xlsx", [a_unit(n) for n in range(5)], actor=actor)
    sheets.try_out(staged, actor=actor)
    tried, there = len(set(outermost)), Unit.objects.filter(code__startswith="Z00").count()
    sheets.apply(staged, actor=actor)

    assert (tried, there) == (3, 0)
    assert len(set(outermost)) == 9  # tried, tried again before it is brought in, brought in
    assert Unit.objects.filter(code__startswith="Z00").count() == 5


@pytest.mark.django_db
def test_a_sheet_given_up_while_it_is_tried_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = acting(a_post(Role.SYSTEM_ADMIN))
    staged = sheets.put_aside(ImportKind.UNITS, "单位.xlsx", [a_unit(1)], actor=actor)

    def given_up(*_: Any) -> list[Any]:
        StagedImport.objects.all().delete()
        return []

    monkeypatch.setattr(sheets, "attempt", given_up)
    with pytest.raises(DomainError, match="这份表已经导入或放弃，没有再办一次"):
        sheets.apply(staged, actor=actor)
    assert not Unit.objects.filter(code="Z001").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("fails", ["piece", "foreseeing"])
def test_first_passwords_of_earlier_pieces_survive_a_database_that_gives_up(
    monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    monkeypatch.setattr(sheet_pieces, "PIECE", 2)
    office = a_post(Role.OFFICE_STAFF).unit
    actor = acting(a_post(Role.SYSTEM_ADMIN))
    account = {"home_unit": None, "unit": office.code, "role": "法治督察科经办", "title": "", "to_on": None}
    rows = [
        account | {"_row": n, "username": f"xinren{n}", "name": f"新人{n}", "from_on": "2026-07-01"} for n in range(5)
    ]
    staged = sheets.try_out(sheets.put_aside(ImportKind.USERS, "人员.xlsx", rows, actor=actor), actor=actor)
    plain, brought = sheets._bring, 0

    def giving_up(kind: ImportKind, row: Any, who: Any) -> Any:
        nonlocal brought
        brought += kind == ImportKind.USERS
        if (fails, brought, kind) in {("piece", 5 + 4, ImportKind.USERS), ("foreseeing", 10, ImportKind.POSTS)}:
            raise OperationalError("database is locked")
        return plain(kind, row, who)

    monkeypatch.setattr(sheets, "_bring", giving_up)
    outcomes = sheets.apply(staged, actor=actor)

    shown = {outcome.row for outcome in outcomes if outcome.secret}
    left = {outcome.row: (outcome.fate, outcome.said) for outcome in outcomes if not outcome.secret}
    refused = (Fate.CONFLICT, "数据库没有应答，没有导入，请再导入这一行")
    assert (shown, left) == (({0, 1, 4}, {2: refused, 3: refused}) if fails == "piece" else (set(range(5)), {}))
    assert set(User.objects.filter(username__startswith="xinren").values_list("name", flat=True)) == {
        f"新人{n}" for n in shown
    }
    assert [waiting.kind for waiting in StagedImport.objects.all()] == [ImportKind.POSTS]
