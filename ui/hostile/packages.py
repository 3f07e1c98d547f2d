"""An xlsx is a zip of XML written by a stranger: it is measured, and packed anew, before a reader of sheets sees it.

The sizes a zip states are the sender's claim, and one cell at XFD1048576 makes a reader ask for 500 GB, which ends the
whole process. So zipfile reads the parts up to what is allowed (and checks what it read), expat says where the cells of
each part stand, and what is handed on is a zip of our own, which holds exactly what was measured: no pictures, no
programs, nothing twice.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from posixpath import join, normpath
from pyexpat import ExpatError
from typing import Any
from xml.parsers import expat

from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.utils.exceptions import CellCoordinatesException

from ui.hostile.unfit import UnfitError

MOST_ROWS, MOST_COLUMNS, MOST_UNPACKED, MOST_PARTS = 5_000, 500, 60 * 1024 * 1024, 2_000
ROOM = 10  # rows for title, notes and heading
LONGEST_ERROR = 20  # characters of #DIV/0! and its like
TRUE = frozenset({"1", "true"})  # how XML says yes
XML, PACKINGS = (".xml", ".rels"), (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, OSError, RuntimeError)


@dataclass
class Marks:
    """What a sheet says beside its values.

    Attributes:
        formulas: the cells that are formulas ("C7").
        errors: the cells that hold an error instead of a value, with its word (#N/A).
        hidden: rows and columns nobody sees ("7 行", "C 列").
        counts_from_1904: days are counted from then, as old programs on a Mac did.
    """

    formulas: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    counts_from_1904: bool = False


def unpack(data: bytes, name: str) -> tuple[bytes, dict[str, Marks]]:
    """Return the package packed anew, and by the name of each sheet what it says beside its values.

    Raises:
        UnfitError: it is damaged, too large, no sheet, or something stands further out than we read.
    """
    broken = f"“{name}”已损坏，没有收下。请用 Excel 或 WPS 重新存盘。"
    try:
        parts = _parts(data, name)
        if not any(part.lower().startswith("xl/worksheets/") and part.lower().endswith(".xml") for part in parts):
            raise UnfitError(f"“{name}”不是 Excel 表格，没有收下。请另存为 xlsx 后重新选择。")
        cells = {part: _Cells(xml) for part, xml in parts.items()}
    except (*DAMAGED, ExpatError) as wrong:
        raise UnfitError(broken) from wrong
    for found in cells.values():
        found.refuse_far(name)
    sheets, counts_from_1904 = _sheets(parts), _counts_from_1904(parts)
    marks = {sheet: cells[part].marks for sheet, part in sheets.items() if part in cells}
    for found_marks in marks.values():
        found_marks.counts_from_1904 = counts_from_1904
    return _packed(parts), marks


def _parts(data: bytes, name: str) -> dict[str, bytes]:
    """Read every part that is XML, wherever it lies: all together no more than is allowed, whatever they state."""
    found: dict[str, bytes] = {}
    too_large = UnfitError(f"“{name}”解开后过大，没有收下。请只保留要导入的工作表。")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        infos = [info for info in packed.infolist() if info.filename.lower().endswith(XML)]
        if len(packed.infolist()) > MOST_PARTS:
            raise UnfitError(f"“{name}”里的部件过多，没有收下。请另存为新的 xlsx 后重新选择。")
        if sum(info.file_size for info in infos) > MOST_UNPACKED:
            raise too_large
        room = MOST_UNPACKED
        for info in infos:
            if info.compress_type not in PACKINGS:
                raise NotImplementedError(info.compress_type)
            with packed.open(info) as part:
                text = part.read(room + 1)
            room -= len(text)
            if room < 0:
                raise too_large
            found[info.filename.lstrip("/")] = text
    return found


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for part, text in parts.items():
            packed.writestr(part, text)
    return out.getvalue()


class _Xml:
    """A part read by expat, which resolves what is written in other ways; a document type is none of an office's."""

    def __init__(self, xml: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        self.parser = parser
        parser.Parse(xml, True)

    def _refuse(self, *declared: Any) -> None:
        raise ValueError("a document type")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.start(tag.rpartition(":")[2], attributes)

    def _end(self, tag: str) -> None:
        self.end(tag.rpartition(":")[2])

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag opens."""

    def end(self, tag: str) -> None:
        """A tag closes."""


class _Cells(_Xml):
    """Where the cells stand that hold something, and what is marked; one without a place follows the last."""

    def __init__(self, xml: bytes) -> None:
        self.row = self.column = self.last_row = self.last_column = 0
        self.marks = Marks()
        self.is_held = self.is_error = False
        super().__init__(xml)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self.row, self.column = int(attributes.get("r") or self.row + 1), 0
            if attributes.get("hidden") in TRUE:
                self.marks.hidden.append(f"{self.row} 行")
        elif tag == "c":
            self._place(attributes.get("r"))
            self.is_held, self.is_error = False, attributes.get("t") == "e"
        elif tag in {"v", "f", "is"}:
            self._hold(tag)
        elif tag == "col" and attributes.get("hidden") in TRUE:
            first, last = max(int(attributes.get("min", 1)), 1), min(int(attributes.get("max", 0)), MOST_COLUMNS)
            self.marks.hidden += [f"{get_column_letter(n)} 列" for n in range(first, last + 1)]

    def _hold(self, tag: str) -> None:
        self.is_held = True
        if tag == "f":
            self.marks.formulas.add(self.place)
        elif tag == "v" and self.is_error:
            self.marks.errors[self.place] = ""
            self.parser.CharacterDataHandler = self._say_error

    def _say_error(self, text: str) -> None:
        self.marks.errors[self.place] = (self.marks.errors[self.place] + text)[:LONGEST_ERROR]

    @property
    def place(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"

    def _place(self, place: str | None) -> None:
        if not place:
            self.column += 1
            return
        try:
            self.row, self.column = coordinate_to_tuple(place)
        except CellCoordinatesException as nowhere:
            raise ValueError(place) from nowhere

    def end(self, tag: str) -> None:
        if tag == "v" and self.is_error:
            self.parser.CharacterDataHandler = None
        if tag == "c" and self.is_held:  # styled empty cells to the end of the sheet are no content
            self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)

    def refuse_far(self, name: str) -> None:
        """Refuse a part in which something stands further out than we read."""
        if self.last_column > MOST_COLUMNS:
            raise UnfitError(
                f"“{name}”{get_column_letter(self.last_column)} 列还有内容，最多 {MOST_COLUMNS} 列，没有收下。"
                "请删去右侧多余的内容。"
            )
        if self.last_row > MOST_ROWS + ROOM:
            raise UnfitError(
                f"“{name}”第 {self.last_row} 行还有内容，一次最多 {MOST_ROWS} 行，没有收下。"
                "请分成几份，或者删去表下方多余的内容。"
            )


class _Listed(_Xml):
    """The attributes of every element of one name."""

    def __init__(self, xml: bytes, tag: str) -> None:
        self.tag = tag
        self.found: list[dict[str, str]] = []
        super().__init__(xml)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == self.tag:
            self.found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})


def _sheets(parts: dict[str, bytes]) -> dict[str, str]:
    """Return which part holds which sheet, by the sheet's name; nothing where the package does not say."""
    if BOOK not in parts or LINKS not in parts:
        return {}
    try:
        links = {link["Id"]: link["Target"] for link in _Listed(parts[LINKS], "Relationship").found}
        return {sheet["name"]: _place(links[sheet["id"]]) for sheet in _Listed(parts[BOOK], "sheet").found}
    except KeyError:
        return {}


def _counts_from_1904(parts: dict[str, bytes]) -> bool:
    """Say whether the days of the book are counted from 1904."""
    said = _Listed(parts[BOOK], "workbookPr").found if BOOK in parts else []
    return any(one.get("date1904") in TRUE for one in said)


def _place(target: str) -> str:
    """Return the place of a part in the package: a target is said from xl/ on, or from the root."""
    return normpath(join("/xl", target)).lstrip("/")
