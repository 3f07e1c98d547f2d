"""The ledger on paper, and in one line why it counts more open cases than the board."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from casework.models import Case
from organizations.enums import Role, UnitCategory
from organizations.models import Unit
from rectification.enums import State
from tests.factories import a_post, a_rectification, acting

pytestmark = pytest.mark.django_db
LEDGER = "/rectifications/"


def lines(answer: Any) -> list[list[Any]]:
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    return [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def placed(case: Case, code: str) -> None:
    category = UnitCategory.PARTY if "-" in code else UnitCategory.COUNTY
    Unit.objects.filter(pk=case.unit_id).update(code=code, category=category)


def test_it_stands_by_county_in_the_order_of_codes_with_ten_columns(signed_in: Any) -> None:
    department, second, first = (a_rectification(State.REMEDYING) for _ in range(3))
    for case, code in ((department, "621000-Z99"), (second, "621098"), (first, "621097")):
        placed(case, code)
    Case.objects.filter(pk=second.pk).update(due_on=timezone.localdate() - timedelta(3))
    actor = acting(a_post(Role.OFFICE_STAFF))

    answer = signed_in(actor).get(f"{LEDGER}?export=print&state={State.REMEDYING}")

    found = lines(answer)
    today = timezone.localdate()
    assert found[0] == ["问题整改台账"]
    assert found[1][0].startswith(f"截至 {today.year}年{today.month}月{today.day}日　共 3 件，其中整改逾期 1 件")
    assert found[1][0].endswith(f"范围：状态：{State.REMEDYING.label}")
    assert found[3] == [
        "序号", "问题编号", "责任单位", "问题", "性质", "责任领导", "整改时限", "状态", "剩余", "在谁手上"
    ]  # fmt: skip
    groups = [line[0] for line in found[4:] if len(line) == 1]
    units = [Unit.objects.get(code=code).short_name for code in ("621097", "621098", "621000-Z99")]
    assert groups == [
        f"{units[0]}：1 件", f"{units[1]}：1 件，其中整改逾期 1 件", f"{units[2]}：1 件",
        "合计：3 件，其中整改逾期 1 件"
    ]  # fmt: skip
    assert answer["Content-Disposition"].endswith(f"{quote('问题整改台账（打印版）')}_{today:%Y%m%d}.xlsx")


def test_a_condition_that_cannot_be_read_prints_nothing(signed_in: Any) -> None:
    a_rectification(State.REMEDYING)

    answer = signed_in(acting(a_post(Role.OFFICE_STAFF))).get(f"{LEDGER}?export=print&due_from=x")

    assert answer["Content-Type"].startswith("text/html")


def test_the_list_says_how_its_open_cases_become_the_number_of_the_board(signed_in: Any) -> None:
    a_rectification(State.CLOSED)
    _first, _second, suspended, assisting = (a_rectification(State.REMEDYING) for _ in range(4))
    Case.objects.filter(pk=suspended.pk).update(state=State.SUSPENDED)
    Case.objects.filter(pk=assisting.pk).update(is_lead=False)
    client = signed_in(acting(a_post(Role.OFFICE_STAFF)))

    page = client.get(LEDGER)

    assert page.context["reconciled"] == ("没有办结的 4 件；按看板的口径未销号 2 个，中止 1 件、配合单位的 1 件另列。")
    assert client.get("/figures/rows/unclosed/").context["count"] == 2


def test_without_what_stands_apart_there_is_nothing_to_reconcile(signed_in: Any) -> None:
    a_rectification(State.REMEDYING)

    assert signed_in(acting(a_post(Role.OFFICE_STAFF))).get(LEDGER).context["reconciled"] == ""
