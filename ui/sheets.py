"""Sheets: write what a list shows, and read what an office sends, from one declaration a column."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import IO, Any
from urllib.parse import quote

import python_calamine
from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ui.columns import Column
from ui.errors import DomainError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a text that begins so would be run as a formula (domain/dictionaries.md 12.8)
MOST_ROWS, MOST_BYTES, MOST_UNPACKED = 5_000, 10 * 1024 * 1024, 100 * 1024 * 1024


# ---------- writing ----------


def plain_cell(value: Any) -> Any:
    """Return a value a sheet can hold: dates stay dates, texts lose control characters and never become formulas."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | date):
        return value
    text = ILLEGAL.sub("", str(value))
    return f"'{text}" if text.startswith(FORMULA) else text


def write_sheet(title: str, columns: Sequence[Column], rows: Iterable[Any], progress: Callable[[int], None] | None = None) -> bytes:
    """Write one sheet row by row (write-only mode) and return the file; `progress` is told the number of rows written."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(ILLEGAL.sub("", title)[:31].replace("/", "-"))
    for n, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(n)].width = column.width
    sheet.freeze_panes = "A2"
    sheet.append([_head_cell(sheet, column.label) for column in columns])
    n = 0
    for n, row in enumerate(rows, 1):
        sheet.append([_cell(sheet, column.exported(row)) for column in columns])
        if progress and n % 200 == 0:
            progress(n)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{n + 1}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="EBF1F9")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    value = plain_cell(value)
    if not isinstance(value, date | str):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=len(value) > 12)
    else:
        cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
    return cell


def attachment_header(name: str) -> str:
    """Return a Content-Disposition that carries a Chinese name (RFC 5987)."""
    ascii_name = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def sheet_response(name: str, columns: Sequence[Column], rows: Any) -> HttpResponse:
    """Answer with a sheet of exactly these rows."""
    found = rows.iterator(2000) if hasattr(rows, "iterator") and not getattr(rows, "_prefetch_related_lookups", ()) else rows
    response = HttpResponse(write_sheet(name, columns, found), content_type=XLSX)
    response["Content-Disposition"] = attachment_header(f"{name}_{timezone.localdate():%Y%m%d}.xlsx")
    return response


# ---------- reading ----------


@dataclass(frozen=True)
class SheetColumn:
    """A column of an import: blank template, its help row and the validator are drawn from this.

    Attributes:
        parse: from the cell's text to the value; raises ValueError with a Chinese sentence that says how to mend it.
        choices: the words allowed, shown in the template's help.
    """

    name: str
    label: str
    required: bool = False
    help: str = ""
    parse: Callable[[str], Any] = str
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with one cell: 单元格 · 列 · 表中 · 问题 · 如何改 (look/LOOK.md, Import error)."""

    cell: str
    column: str
    found: str
    problem: str
    mend: str


@dataclass
class ReadSheet:
    """What was read: clean rows by column name (with `_row`, the number in the sheet), and every problem."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)


def write_template(title: str, columns: Sequence[SheetColumn]) -> bytes:
    """Write a blank sheet: header, and a second row that says what each column wants (skipped on reading)."""
    shown = [Column(c.name, c.label + ("*" if c.required else ""), lambda row, c=c: row[c.name], width=18) for c in columns]  # type: ignore[misc]
    helps = {c.name: f"【说明】{c.help or '、'.join(c.choices) or ('必填' if c.required else '选填')}" for c in columns}
    return write_sheet(title, shown, [helps])


def parse_day(text: str) -> date:
    """Read 2026-7-6, 2026.7.6, 2026/7/6, 2026年7月6日 (full-width digits too) or a sheet's serial number."""
    text = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?( 00:00:00)?", text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if re.fullmatch(r"\d{5}(\.0)?", text):
            return date(1899, 12, 30) + timedelta(int(float(text)))
    except ValueError:
        pass
    raise ValueError("写成 2026-07-06 这样的日期")


def yes_no(text: str) -> bool:
    """Read 是/否 (Y/N, 1/0, √ and nothing too)."""
    known = {"是": True, "Y": True, "1": True, "1.0": True, "√": True, "否": False, "N": False, "0": False, "0.0": False, "": False, "无": False}
    if text.upper() not in known:
        raise ValueError("填“是”或“否”")
    return known[text.upper()]


def read_sheet(file: IO[bytes], name: str, columns: Sequence[SheetColumn]) -> ReadSheet:
    """Read an xlsx, xls or csv by the names of its columns, wherever they stand.

    Raises:
        DomainError: it is not such a file, it is too large, or its header cannot be found; nothing was read.
    """
    grid = _grid(file, name)
    at, places = _header(grid, columns)
    result = ReadSheet()
    seen: dict[tuple[Any, ...], int] = {}
    for n, line in enumerate(grid[at + 1 :], at + 2):
        cells = {c.name: _text(line[places[c.name]]) if c.name in places and places[c.name] < len(line) else "" for c in columns}
        if not any(cells.values()) or any(value.startswith("【说明】") for value in cells.values()):
            continue
        row = {"_row": n}
        for column in columns:
            _read_cell(result, row, column, cells[column.name], n, places.get(column.name))
        key = tuple(cells.values())
        if key in seen:
            result.problems.append(CellProblem(f"{n} 行", "整行", "", f"与第 {seen[key]} 行完全相同", "删去重复的一行"))
        seen.setdefault(key, n)
        result.rows.append(row)
    if not result.rows and not result.problems:
        raise DomainError(f"“{name}”里只有表头，没有内容。请从表头的下一行填起，存盘后重新选择。")
    return result


def _read_cell(result: ReadSheet, row: dict[str, Any], column: SheetColumn, text: str, n: int, place: int | None) -> None:
    cell = f"{get_column_letter(place + 1)}{n}" if place is not None else f"{n} 行"
    row[column.name] = None
    if text.startswith("=") or ILLEGAL.search(text):
        result.problems.append(CellProblem(cell, column.label, text[:40], "是公式或含不可见字符", "改成文字或数字本身"))
    elif not text and column.required:
        result.problems.append(CellProblem(cell, column.label, "", "没有填", column.help or "补上"))
    elif column.choices and text and text not in column.choices:
        result.problems.append(CellProblem(cell, column.label, text[:40], "不在可选的词里", f"填{'、'.join(column.choices)}之一"))
    else:
        try:
            row[column.name] = column.parse(text)
        except ValueError as wrong:
            result.problems.append(CellProblem(cell, column.label, text[:40], "读不出来", str(wrong)))


def _text(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value if value is not None else "").replace("\u3000", " ").replace("\xa0", " ").strip()


def _plain_label(text: Any) -> str:
    """Compare headers without width, spaces, stars and brackets' width."""
    return re.sub(r"[\s*＊]", "", unicodedata.normalize("NFKC", str(text or "")))


def _header(grid: list[list[Any]], columns: Sequence[SheetColumn]) -> tuple[int, dict[str, int]]:
    names = {_plain_label(label): c.name for c in columns for label in (c.label, *c.aliases)}
    for n, line in enumerate(grid[:10]):
        places: dict[str, int] = {}
        for place, value in enumerate(line):
            name = names.get(_plain_label(value))
            if name and name not in places:
                places[name] = place
        if len(places) >= max(2, len([c for c in columns if c.required])) and all(c.name in places for c in columns if c.required):
            return n, places
    wanted = "、".join(c.label for c in columns if c.required)
    raise DomainError(f"前 10 行里没有找到表头。表头要有这几列：{wanted}。可以先下载空白模板，把内容粘进去。")


def _grid(file: IO[bytes], name: str) -> list[list[Any]]:
    data = file.read(MOST_BYTES + 1)
    if not data:
        raise DomainError(f"“{name}”是空文件，没有收下。请检查后重新选择。")
    if len(data) > MOST_BYTES:
        raise DomainError(f"“{name}”超过 10 MB，没有收下。请删去图片和多余的工作表，或者分成几份。")
    if data[:2] == b"PK":
        _refuse_bomb(data, name)
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        try:
            grid: list[list[Any]] = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        except (python_calamine.CalamineError, ValueError, IndexError, OSError) as broken:
            raise DomainError(f"“{name}”打不开，没有收下。请用 Excel 或 WPS 另存为 xlsx 后重新选择。") from broken
    else:
        grid = _csv_grid(data, name)
    if len(grid) > MOST_ROWS:
        raise DomainError(f"“{name}”有 {len(grid)} 行，一次最多 {MOST_ROWS} 行，没有收下。请分成几份。")
    return grid


def _refuse_bomb(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(item.file_size for item in packed.infolist())
    except zipfile.BadZipFile as broken:
        raise DomainError(f"“{name}”已损坏，没有收下。请用 Excel 或 WPS 重新存盘。") from broken
    if unpacked > MOST_UNPACKED:
        raise DomainError(f"“{name}”解开后过大，没有收下。请只保留要导入的工作表。")


def _csv_grid(data: bytes, name: str) -> list[list[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise DomainError(f"“{name}”不是 Excel 或 CSV 文件，没有收下。请另存为 xlsx 后重新选择。")
    if "\x00" in text or ("," not in text and "\t" not in text):
        raise DomainError(f"“{name}”不是 Excel 或 CSV 文件，没有收下。请另存为 xlsx 后重新选择。")
    return [list(line) for line in csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text and "," not in text else ",")]
