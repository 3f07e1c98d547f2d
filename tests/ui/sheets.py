"""Sheets to be read in the tests: their columns, and files made by somebody else's writer."""

import io
from operator import itemgetter

import openpyxl

from ui.columns import Column, Edit
from ui.sheets import parse_day, read_sheet

UNIT = Column("unit", "责任单位", itemgetter("unit"), edit=Edit(required=True, aliases=("被督察单位",)), help="填全称")
DUE = Column("due", "整改时限", itemgetter("due"), edit=Edit(required=True), parse=parse_day)
GRADE = Column("grade", "性质（等级）", itemgetter("grade"), edit=Edit(choices=("一般", "较重", "严重")))
NOTE = Column("note", "备注", itemgetter("note"), edit=Edit())
COLUMNS = (UNIT, DUE, GRADE, NOTE)
HEAD = ["责任单位", "整改时限", "性质（等级）", "备注"]


def xlsx(rows, *, merged=(), sheets=(), name="Sheet"):
    """Make an xlsx of these rows; `sheets` stand before it: (name, rows, state)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines, state in sheets:
        other = book.create_sheet(title)
        other.sheet_state = state
        for line in lines:
            other.append(line)
    sheet = book.create_sheet(name)
    for line in rows:
        sheet.append(line)
    for place in merged:
        sheet.merge_cells(place)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data, columns=COLUMNS, name="表.xlsx"):
    return read_sheet(io.BytesIO(data), name, columns)


def plain(rows):
    return [{key: value for key, value in row.items() if key != "_row"} for row in rows]
