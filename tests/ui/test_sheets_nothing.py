"""Template, help and reader agree on 无 and 不适用, of every sheet people fill in: demand 7 of docs/acceptance.md."""

from __future__ import annotations

import io
from operator import itemgetter

import openpyxl
import pytest

from casework.management.commands import load_holidays
from organizations import columns as organized
from tests.ui.sheets import COLUMNS, plain, read, xlsx
from ui.columns import Column, Edit, filled_in
from ui.sheets import ReadSheet, write_template

SHEETS = {**organized.SHEETS, "节假日": load_holidays.COLUMNS, "例子": COLUMNS}
WORDS = ("", "无", "不适用")


MARK = Column("mark", "标记", itemgetter("mark"), edit=Edit(required=True))


def told(columns: tuple[Column, ...], word: str) -> ReadSheet:
    """What is read of one row with this word in every one of these columns."""
    columns = (MARK, *columns)
    return read(xlsx([[column.label for column in columns], ["x", *[word or None] * (len(columns) - 1)]]), columns)


@pytest.mark.accepts(7)
@pytest.mark.parametrize("name", SHEETS)
def test_nothing_to_say_is_an_empty_cell_and_the_template_says_so(name: str) -> None:
    columns = tuple(filled_in(SHEETS[name]))
    required = tuple(column for column in columns if column.is_required)
    others = tuple(column for column in columns if not column.is_required)
    sheet = openpyxl.load_workbook(io.BytesIO(write_template(name, columns))).active
    helps = {column.label: cell.value for column, cell in zip(columns, sheet[2], strict=True)}
    offered = [rule.formula1.strip('"').split(",") for rule in sheet.data_validations.dataValidation]

    for word in WORDS:
        assert {one.column: one.problem for one in told(required, word).problems} == {
            column.label: "没有填" for column in required
        }
        assert told(others, word).problems == []
    assert [plain(told(others, word).rows) for word in WORDS] == [plain(told(others, "").rows)] * 3
    assert {label for label, said in helps.items() if said.endswith("（没有的空着，或填无、不适用）")} == {
        column.label for column in others
    }
    assert sum({"无", "不适用"} <= set(words) for words in offered) == sum(1 for one in others if one.choices)
