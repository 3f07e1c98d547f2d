"""Opening what somebody sent as a sheet: nothing is unpacked before it has been measured."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import python_calamine

from ui.errors import DomainError

MOST_ROWS, MOST_COLUMNS, MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 5_000, 500, 10 * 1024 * 1024, 60 * 1024 * 1024, 2_000
SHEET_PART = re.compile(r"^/?xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
_C = rb"<(?:\w+:)?c\b"
# a cell that holds something: <c r="B7" …>…</c>; styled empty ones close themselves and do not count
CELL = re.compile(_C + rb"""[^<>]*?\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'][^<>]*(?<!/)>(\s*<(?:\w+:)?f[\s>/])?""")
PLACELESS = re.compile(_C + rb"(?![^<>]*\br\s*=)[^<>]*(?<!/)>")
ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br\s*=\s*["'](\d{1,7})""")
DISGUISED = re.compile(
    rb"<(?:\w+:)?(?:c|row)\b[^<>]*&"
)  # no writer spells a place with entities; who does hides how large the sheet is


@dataclass
class Grid:
    """Cells by row and column as the sheet numbers them, from 0; and which of them are formulas ("C7")."""

    rows: list[list[Any]]
    formulas: set[str] = field(default_factory=set)


def grids(file: IO[bytes], name: str) -> Iterator[Grid]:
    """Give each visible sheet of an xlsx or xls in order, or the one of a csv.

    Raises:
        DomainError: it is none of these, it is damaged, locked, empty or too large; nothing was kept.
    """
    data = file.read(MOST_BYTES + 1)
    if not data:
        raise DomainError(f"“{name}”是空文件，没有收下。请检查后重新选择。")
    if len(data) > MOST_BYTES:
        raise DomainError(f"“{name}”超过 10 MB，没有收下。请删去图片和多余的工作表，或者分成几份。")
    if data[:2] == b"PK":
        yield from _workbook(data, name, _measure(data, name))
    elif data[:4] == b"\xd0\xcf\x11\xe0":
        yield from _workbook(data, name, {})
    else:
        yield Grid(_limited(_csv_rows(data, name), name))


def _limited(rows: list[list[Any]], name: str) -> list[list[Any]]:
    while rows and not any(value not in ("", None) for value in rows[-1]):
        rows.pop()
    if len(rows) > MOST_ROWS + 10:
        raise DomainError(f"“{name}”有 {len(rows)} 行，一次最多 {MOST_ROWS} 行，没有收下。请分成几份。")
    return rows


def _workbook(data: bytes, name: str, formulas: dict[str, set[str]]) -> Iterator[Grid]:
    broken = f"“{name}”打不开，没有收下。请用 Excel 或 WPS 另存为 xlsx 后重新选择。"
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible, worksheet = python_calamine.SheetVisibleEnum.Visible, python_calamine.SheetTypeEnum.WorkSheet
        shown = [
            n for n, sheet in enumerate(book.sheets_metadata) if (sheet.visible, sheet.typ) == (visible, worksheet)
        ]
        parts = _parts_of_sheets(data) if formulas else {}
        for n in shown:
            sheet = book.get_sheet_by_index(n)
            rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
            _fill_merged(rows, sheet.merged_cell_ranges or [])
            yield Grid(_limited(rows, name), formulas.get(parts.get(sheet.name, ""), set()))
    except python_calamine.PasswordError as locked:
        raise DomainError(f"“{name}”设了打开密码，没有收下。请去掉密码另存后重新选择。") from locked
    except (
        python_calamine.CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        ValueError,
        IndexError,
        OSError,
    ) as wrong:
        raise DomainError(broken) from wrong


def _fill_merged(rows: list[list[Any]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Give the value of a cell merged over several rows of one column to each of them: offices merge the unit's name beside its rows."""
    for (top, left), (bottom, right) in ranges:
        if left != right or top >= len(rows):
            continue
        for line in rows[top + 1 : bottom + 1]:
            if left < len(line) and left < len(rows[top]):
                line[left] = rows[top][left]


def _measure(data: bytes, name: str) -> dict[str, set[str]]:
    """Unpack every part of a zip in pieces, without keeping it, and refuse what is too large; return the formulas' cells of each sheet.

    The sizes a zip states are the sender's claim; and one cell at XFD1048576 makes a reader ask for 500 GB, which ends the whole process.
    """
    formulas: dict[str, set[str]] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS:
                raise DomainError(f"“{name}”里的部件过多，没有收下。请另存为新的 xlsx 后重新选择。")
            if not any(SHEET_PART.match(part.filename) for part in parts):
                raise DomainError(f"“{name}”不是 Excel 表格，没有收下。请另存为 xlsx 后重新选择。")
            for part in parts:  # every part, because a sheet may lie anywhere in the package
                held: list[bytes] = []
                for piece in _unpacked(data, part):
                    total += len(piece)
                    if total > MOST_UNPACKED:
                        raise DomainError(f"“{name}”解开后过大，没有收下。请只保留要导入的工作表。")
                    held.append(piece)
                formulas[part.filename.lstrip("/")] = _formulas(b"".join(held), name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError) as wrong:
        raise DomainError(f"“{name}”已损坏，没有收下。请用 Excel 或 WPS 重新存盘。") from wrong
    return formulas


def _unpacked(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give the true content of a part, whatever size it states."""
    at = part.header_offset
    begin = (
        at + 30 + int.from_bytes(data[at + 26 : at + 28], "little") + int.from_bytes(data[at + 28 : at + 30], "little")
    )
    packed = data[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(part.compress_type)
    engine = zlib.decompressobj(-15)
    while packed and not engine.eof:
        yield engine.decompress(packed, 1 << 20)
        packed = engine.unconsumed_tail


def _formulas(xml: bytes, name: str) -> set[str]:
    """Return the cells of a part that are formulas ("C7"); refuse it when a cell stands further out than we read."""
    if DISGUISED.search(xml):
        raise ValueError("entities in a place")
    furthest = [int(row[1]) for row in ROW.finditer(xml)] if PLACELESS.search(xml) else []
    found = set()
    for cell in CELL.finditer(xml):
        furthest.append(int(cell[2]))
        if _column_number(cell[1]) > MOST_COLUMNS:
            raise DomainError(
                f"“{name}”{cell[1].decode()} 列还有内容，最多 {MOST_COLUMNS} 列，没有收下。请删去右侧多余的内容。"
            )
        if cell[3]:
            found.add(f"{cell[1].decode()}{int(cell[2])}")
    if max(furthest, default=0) > MOST_ROWS + 10:
        raise DomainError(
            f"“{name}”第 {max(furthest)} 行还有内容，一次最多 {MOST_ROWS} 行，没有收下。请分成几份，或者删去表下方多余的内容。"
        )
    return found


def _column_number(name: bytes) -> int:
    n = 0
    for letter in name:
        n = n * 26 + letter - 64
    return n


def _parts_of_sheets(data: bytes) -> dict[str, str]:
    """Return which part of the package holds which sheet, by the sheet's name."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = set(packed.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        book, links = (
            packed.read("xl/workbook.xml").decode(errors="replace"),
            packed.read("xl/_rels/workbook.xml.rels").decode(errors="replace"),
        )
    targets = {}
    for link in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        ids, places = re.search(r'\bId="([^"]+)"', link), re.search(r'\bTarget="([^"]+)"', link)
        if ids and places:
            targets[ids[1]] = places[1].lstrip("/") if places[1].startswith("/") else f"xl/{places[1]}"
    found = {}
    for sheet in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        label, link_id = re.search(r'\bname="([^"]*)"', sheet), re.search(r'\b\w+:id="([^"]+)"', sheet)
        if label and link_id:
            found[_unescaped(label[1])] = targets.get(link_id[1], "")
    return found


def _unescaped(text: str) -> str:
    for mark, plain in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(mark, plain)
    return text


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
        raise DomainError(refused)
    if "\x00" in text or ("," not in text and "\t" not in text):
        raise DomainError(refused)
    try:
        return [
            list(line)
            for line in csv.reader(
                io.StringIO(text, newline=""), delimiter="\t" if text.count("\t") > text.count(",") else ","
            )
        ]
    except csv.Error as wrong:
        raise DomainError(refused) from wrong
