"""Opening what somebody sent as a sheet: nothing is unpacked before it has been measured.

It runs in a child process with hard limits (`ui.hostile.process`), and imports no Django.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

import python_calamine
from openpyxl.utils import coordinate_to_tuple

from ui.hostile import old_books, packages
from ui.hostile.packages import MOST_ROWS, ROOM, Marks
from ui.hostile.unfit import UnfitError

MOST_BYTES = 10 * 1024 * 1024


@dataclass
class Grid:
    """Cells by row and column as the sheet numbers them, from 0; and what the sheet says beside them."""

    rows: list[list[Any]]
    marks: Marks = field(default_factory=Marks)


def read(file: IO[bytes], question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give each visible sheet, as JSON can say it, when it is asked for: one that is not wanted is not looked at."""
    for grid in grids(file, question["name"]):
        rows = [[_plain(value) for value in line] for line in grid.rows]
        marks = grid.marks
        yield {
            "rows": rows,
            "formulas": sorted(marks.formulas),
            "hidden": marks.hidden,
            "counts_from_1904": marks.counts_from_1904,
        }


def _plain(value: Any) -> Any:
    """Return a value of a cell as JSON has it: a day as 2026-07-06, without the time."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return value if value is None or isinstance(value, str | int | float) else str(value)


def grids(file: IO[bytes], name: str) -> Iterator[Grid]:
    """Give each visible sheet of an xlsx or xls in order, or the one of a csv.

    Raises:
        UnfitError: it is none of these, it is damaged, locked, empty or too large; nothing was kept.
    """
    data = file.read(MOST_BYTES + 1)
    if not data:
        raise UnfitError(f"“{name}”是空文件，没有收下。请检查后重新选择。")
    if len(data) > MOST_BYTES:
        raise UnfitError(f"“{name}”超过 10 MB，没有收下。请删去图片和多余的工作表，或者分成几份。")
    if data[:2] == b"PK":
        safe, by_name = packages.unpack(data, name)
        yield from _workbook(safe, name, lambda n, sheet: by_name.get(sheet, Marks()))
    elif data[:4] == b"\xd0\xcf\x11\xe0":
        in_order = old_books.marks_of(data)
        yield from _workbook(data, name, lambda n, sheet: in_order[n] if n < len(in_order) else Marks())
    else:
        yield Grid(_limited(_csv_rows(data, name), name))


def _limited(rows: list[list[Any]], name: str) -> list[list[Any]]:
    while rows and not any(value not in ("", None) for value in rows[-1]):
        rows.pop()
    if len(rows) > MOST_ROWS + ROOM:
        raise UnfitError(f"“{name}”有 {len(rows)} 行，一次最多 {MOST_ROWS} 行，没有收下。请分成几份。")
    return rows


def _workbook(data: bytes, name: str, marks: Callable[[int, str], Marks]) -> Iterator[Grid]:
    broken = f"“{name}”打不开，没有收下。请用 Excel 或 WPS 另存为 xlsx 后重新选择。"
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible, worksheet = python_calamine.SheetVisibleEnum.Visible, python_calamine.SheetTypeEnum.WorkSheet
        shown = [
            n for n, sheet in enumerate(book.sheets_metadata) if (sheet.visible, sheet.typ) == (visible, worksheet)
        ]
        for n in shown:
            sheet = book.get_sheet_by_index(n)
            rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
            beside = marks(n, sheet.name)
            _say_errors(rows, beside.errors)
            _fill_merged(rows, sheet.merged_cell_ranges or [])
            yield Grid(_limited(rows, name), beside)
    except python_calamine.PasswordError as locked:
        raise UnfitError(f"“{name}”加了密，没有收下。请解密另存后重新选择。") from locked
    except (python_calamine.CalamineError, ValueError, IndexError, OSError) as wrong:
        raise UnfitError(broken) from wrong


def _say_errors(rows: list[list[Any]], errors: dict[str, str]) -> None:
    """Write the word of an error where it stands: the reader gives an empty cell for it."""
    for cell, word in errors.items():
        row, column = coordinate_to_tuple(cell)
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = word or "#N/A"


def _fill_merged(rows: list[list[Any]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Give the value of a cell merged down a column to each of its rows: offices merge the unit's name beside them."""
    for (top, left), (bottom, right) in ranges:
        if left != right or top >= len(rows):
            continue
        for line in rows[top + 1 : bottom + 1]:
            if left < len(line) and left < len(rows[top]):
                line[left] = rows[top][left]


def _csv_rows(data: bytes, name: str) -> list[list[Any]]:
    refused = f"“{name}”不是 Excel 或 CSV 文件，没有收下。请另存为 xlsx 后重新选择。"
    for encoding in (
        ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    ):  # Excel saves “Unicode 文本” as the first, CSV as the last
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnfitError(refused)
    if "\x00" in text or ("," not in text and "\t" not in text):
        raise UnfitError(refused)
    try:
        return [
            list(line)
            for line in csv.reader(
                io.StringIO(text, newline=""), delimiter="\t" if text.count("\t") > text.count(",") else ","
            )
        ]
    except csv.Error as wrong:
        raise UnfitError(refused) from wrong
