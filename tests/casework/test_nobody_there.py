"""无人在岗 is said in every list, sheet and page that names in whose hands a case is."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from openpyxl import load_workbook

from casework import kinds
from casework.models import Case
from organizations.enums import Role
from organizations.models import Post, User
from tests.factories import a_post
from tests.house.world import build, signed_in

pytestmark = pytest.mark.django_db
NOBODY = "无人在岗"


@pytest.fixture(scope="module")
def director(made_once: Any) -> Post:
    """Who alone is left in the house."""

    def make() -> Post:
        build()
        post = a_post(Role.OFFICE_DIRECTOR)
        User.objects.exclude(pk=post.user_id).update(is_active=False)
        return post

    found: Post = made_once(make)
    return found


@pytest.fixture
def office(director: Post) -> Client:
    return signed_in(director)


def sheet_lines(office: Client, address: str) -> list[str]:
    answer = office.get(address, {"export": "xlsx"})
    rows = load_workbook(BytesIO(b"".join(answer.streaming_content)), read_only=True).active.iter_rows(values_only=True)
    return [" ".join(str(cell) for cell in row) for row in rows]


def test_every_list_and_its_sheet_say_where_nobody_is(office: Client) -> None:
    lists = [(spec.listing.url(), Q(kind=spec.name)) for spec in kinds.all_kinds()]
    lists += [("/waiting/", Q()), ("/later/", Q()), ("/search/", Q())]
    wrong, asked = [], 0
    for address, meant in lists:
        page = office.get(address)
        if not any(column.name == "holder" for column in page.context["columns"]):
            continue
        left = Case.objects.filter(meant, holder_unit__isnull=False).exclude(holder_role=Role.OFFICE_DIRECTOR)
        numbers = [str(n) for n in left.values_list("number", flat=True) if n]
        rows: list[Any] = [row for row in page.context["rows"] if str(row.number) in numbers]
        lines = [line for line in sheet_lines(office, address) if any(f"{row.number} " in line for row in rows)]
        asked += len(rows)
        wrong += [f"{address}: {row}" for row in rows if row.is_manned is not False]
        wrong += [f"sheet of {address}: {line}" for line in lines if NOBODY not in line]
        if rows and NOBODY not in page.content.decode():
            wrong.append(f"page of {address}")
        assert bool(lines) == bool(rows), address

    assert wrong == []
    assert asked > 10


def test_the_page_of_a_case_and_the_first_page_say_so_too(office: Client) -> None:
    case = Case.objects.filter(kind="rectification", is_open=True, holder_unit__isnull=False).order_by("pk")[0]

    assert f"{NOBODY}）" in office.get(case.get_absolute_url()).content.decode()
    assert f"{NOBODY}）" in office.get("/").content.decode()
