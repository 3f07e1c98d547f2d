"""What an old workbook (xls) says beside its values, read from its records ([MS-XLS] 2.4): calamine leaves it out.

Only places and flags are read; a stream that ends early, or a record that is too short, ends the reading.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from struct import error, unpack_from

import olefile
from openpyxl.utils import get_column_letter

from ui.hostile.packages import MOST_COLUMNS, Marks

BEGIN, SHEET, EPOCH, FORMULA, BOOLEAN_OR_ERROR, ROW, COLUMNS = 0x0809, 0x0085, 0x0022, 0x0006, 0x0205, 0x0208, 0x007D
WORDS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
HIDDEN_ROW, HIDDEN_COLUMN, NO_NUMBER, AN_ERROR = 0x20, 0x01, 0xFFFF, 2
DAMAGED = (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, error)


def marks_of(data: bytes) -> list[Marks]:
    """Return what each sheet says, in the order of the book; what cannot be read says nothing."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as opened:
            name = next((name for name in ("Workbook", "Book") if opened.exists(name)), "")
            stream = opened.openstream(name).read() if name else b""
    except DAMAGED:
        return []
    found: list[Marks] = []
    starts: list[int] = []
    counts_from_1904, here = False, Marks()
    try:
        for at, kind, record in records(stream):
            if kind == SHEET:
                starts.append(unpack_from("<I", record)[0])
                found.append(Marks())
            elif kind == EPOCH:
                counts_from_1904 = bool(unpack_from("<H", record)[0])
            elif kind == BEGIN:
                here = found[starts.index(at)] if at in starts else here  # a chart inside a sheet is no other sheet
            else:
                _mark(here, kind, record)
    except DAMAGED:
        pass
    for marks in found:
        marks.counts_from_1904 = counts_from_1904
    return found


def records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Give where each record stands, what it is and what it holds."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _mark(marks: Marks, kind: int, record: bytes) -> None:
    if kind in (FORMULA, BOOLEAN_OR_ERROR):
        row, column = unpack_from("<HH", record)
        place, code = f"{get_column_letter(column + 1)}{row + 1}", None
        if kind == FORMULA:
            marks.formulas.add(place)
            if unpack_from("<H", record, 12)[0] == NO_NUMBER and record[6] == AN_ERROR:
                code = record[8]
        elif record[7]:
            code = record[6]
        if code is not None:
            marks.errors[place] = WORDS.get(code, "#N/A")
    elif kind == ROW and unpack_from("<I", record, 12)[0] & HIDDEN_ROW:
        marks.hidden.append(f"{unpack_from('<H', record)[0] + 1} 行")
    elif kind == COLUMNS and unpack_from("<H", record, 8)[0] & HIDDEN_COLUMN:
        first, last = unpack_from("<HH", record)
        marks.hidden += [f"{get_column_letter(n + 1)} 列" for n in range(first, min(last + 1, MOST_COLUMNS))]
