"""Sheets are written with openpyxl row by row into a temporary file: memory is the same however many rows there are.

A sheet is sent when it is whole. A long one takes its time: the background worker writes it (ui.lists.AT_ONCE).
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import ceil, isfinite
from operator import itemgetter
from typing import IO, Any
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from ui.columns import Column, filled_in, written
from ui.requests import asker
from ui.sheets.heights import height_of
from ui.taking import Taken, mark_of, take

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # a sheet reads _x0041_ as A, and _x005F_ as the line itself
# a text that begins so would be run as a formula (docs/domain/dictionaries.md 12.8)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 32_767  # characters a cell can hold
EXACT = 10**15  # a longer number would lose its last digits
A3, A4, MARGIN = 8, 9, 0.4  # paper; inches
ACROSS = 150  # characters of columns on one A4 page across, on A3 half as many more: else it prints too small to read
HEAD, TEXT, QUOTED, NUMBER, DAY, MOMENT = "表头", "文字", "原样文字", "数", "日期", "时间"
TITLE, SAID = "题名", "说明"  # what stands above the rows
SIZES = {TITLE: 14, SAID: 10}
FORMATS = {DAY: "yyyy\\-mm\\-dd", MOMENT: "yyyy\\-mm\\-dd\\ hh:mm"}
MOST_OFFERED = 255  # characters of a list of words in a sheet
SPOOLED = 1 << 20  # bytes of a file that is sent are held in memory, the rest on disk


@dataclass(frozen=True)
class Above:
    """What a sheet says before its heading, so that no number travels without its scope.

    Attributes:
        lines: below the title: scope, day, 统计口径.
        day: as of when; in the foot of every page, and in the name of the file.
    """

    lines: tuple[str, ...]
    day: date

    @property
    def stamp(self) -> str:
        return f"截至{self.day:%Y%m%d}"


def new_book() -> Workbook:
    """Return a workbook whose widths are counted in 宋体 11: by its default font every program sets the columns, and
    without the usual one of openpyxl (Calibri) each takes another.
    """
    book = Workbook(write_only=True)
    normal = book._named_styles["Normal"]
    normal.font = Font(name="宋体", sz=11)
    book._fonts[0] = normal.font
    return book


class Page:
    """One sheet being written; a pen is a cell of one style, used for value after value."""

    def __init__(self, title: str, columns: Sequence[Column], above: Above | None = None, mark: str = "") -> None:
        self.book = new_book()
        self.columns = columns
        self.rows = 0
        self.head = 2 + len(above.lines) if above else 1  # the row of the heading
        self.title = ILLEGAL.sub("", title)
        name = re.sub(r"[\\/*?:\[\]']", "-", self.title)[:31]
        self.sheet = self.book.create_sheet(name or "Sheet1")
        self.pens = {style: self._pen(style) for style in (HEAD, TEXT, QUOTED, NUMBER, DAY, MOMENT, TITLE, SAID)}
        self._set_up(above.day if above else timezone.localdate())
        self.sheet.oddFooter.left.text = mark.replace("&", "&&")
        if above:
            self._say(TITLE, self.title)
            for line in above.lines:
                self._say(SAID, line)
        labels = [(as_text(column.label), column.width) for column in columns]
        self._append((self._with(HEAD, label) for label, _ in labels), height_of(labels))

    def _pen(self, name: str) -> Any:
        wraps = name in {HEAD, TEXT, QUOTED, TITLE, SAID}
        style = NamedStyle(
            name,
            font=Font(name="宋体", sz=SIZES.get(name, 11), b=name in {HEAD, TITLE}),
            alignment=Alignment(vertical="center" if name == HEAD else "top", wrap_text=wraps),
            number_format=FORMATS.get(name, "General"),
        )
        if name == HEAD:
            style.fill = PatternFill("solid", fgColor="FFEBF1F9")
        pen = WriteOnlyCell(self.sheet)
        pen.style = style
        if name == QUOTED:
            pen.quotePrefix = True
        return pen

    def _set_up(self, day: date) -> None:
        for n, column in enumerate(self.columns, 1):
            self.sheet.column_dimensions[get_column_letter(n)].width = column.width
        self.sheet.freeze_panes = f"A{self.head + 1}"
        self.sheet.print_title_rows = f"{self.head}:{self.head}"
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        setup, margins = self.sheet.page_setup, self.sheet.page_margins
        setup.orientation, setup.fitToHeight = "landscape", 0  # as many pages down as there are
        setup.paperSize, setup.fitToWidth = _paper([column.width for column in self.columns])
        margins.left = margins.right = margins.header = margins.footer = MARGIN
        margins.top = margins.bottom = 2 * MARGIN  # title above, page below
        self.sheet.oddHeader.center.text = self.title.replace("&", "&&")
        self.sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
        self.sheet.oddFooter.right.text = f"截至 {day:%Y-%m-%d}"
        self.sheet.print_options.gridLines = True
        if setup.fitToWidth > 1:
            self.sheet.print_title_cols = "A:B"  # what a row is about stands on every page across

    def _say(self, pen: str, text: str) -> None:
        """Write one text over all columns, as high as it needs."""
        width = sum(column.width for column in self.columns) * 11 // SIZES[pen]
        self._append([self._with(pen, as_text(text))], max(height_of([(text, width)]) or 0, SIZES[pen] * 1.6))
        if len(self.columns) > 1:
            self.sheet.merged_cells.add(f"A{self.rows}:{get_column_letter(len(self.columns))}{self.rows}")

    def add(self, row: Any) -> None:
        """Write one row."""
        values = [column.get(row) for column in self.columns]  # a getter that fails does so before openpyxl has begun
        texts = [(v, column.width) for v, column in zip(values, self.columns, strict=True) if isinstance(v, str)]
        self._append((self._cell(value) for value in values), height_of(texts))

    def _append(self, cells: Iterable[Any], height: float | None = None) -> None:
        self.rows += 1
        if height:
            self.sheet.row_dimensions[self.rows].height = height
        self.sheet.append(cells)
        self.sheet.row_dimensions.pop(self.rows, None)

    def _cell(self, value: Any) -> Any:
        """Return a value as a cell: dates stay dates, numbers numbers; a text never becomes a formula."""
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return self._with(MOMENT, timezone.make_naive(value) if timezone.is_aware(value) else value)
        if isinstance(value, date):
            return self._with(DAY, value)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and _is_exact(value):
            return self._with(NUMBER, value)
        text = as_text(written(value))
        return self._with(QUOTED if text.startswith(FORMULA) else TEXT, text) if text else None

    def _with(self, name: str, value: Any) -> Any:
        pen = self.pens[name]
        pen.value = value
        if isinstance(value, str):
            pen.data_type = "s"  # openpyxl takes =1+1 for a formula and #N/A for an error
        return pen

    def offer(self, place: int, words: Sequence[str]) -> None:
        """Offer words as a list below a heading, where the sheet can hold such a list: it is parted by commas."""
        joined = ",".join(words)
        if not words or len(joined) > MOST_OFFERED or re.search('[,"]', "".join(words)):
            return
        rule = DataValidation(type="list", formula1=f'"{joined}"', allow_blank=True, showErrorMessage=True)
        rule.add(f"{get_column_letter(place)}3:{get_column_letter(place)}5002")
        self.sheet.data_validations.append(rule)

    def save(self, file: Any) -> None:
        self.sheet.auto_filter.ref = f"A{self.head}:{get_column_letter(len(self.columns))}{self.rows}"
        self.book.save(file)

    def drop(self) -> None:
        """Leave no temporary file behind: saving is what removes it."""
        with open(os.devnull, "wb") as nowhere:
            self.book.save(nowhere)


def _paper(widths: Sequence[int]) -> tuple[int, int]:
    """Return on what paper columns of these widths are printed, and on how many pages across: A4, and A3 beyond.

    Each page after the first repeats the first two columns.
    """
    if sum(widths) <= ACROSS:
        return A4, 1
    repeated, on_a3 = sum(widths[:2]), 1.5 * ACROSS
    return A3, max(1, ceil((sum(widths) - repeated) / (on_a3 - repeated)))


def _is_exact(number: float | Decimal) -> bool:
    return isfinite(number) and -EXACT < number < EXACT


def as_text(text: str) -> str:
    """Return a text as a cell can hold it; what is too long for one ends in words that say so."""
    text = ESCAPED.sub("_x005F_", ILLEGAL.sub("", text).replace("\r\n", "\n"))
    if len(text) <= LONGEST:
        return text
    note = f"…（共 {len(text)} 字，表格一格只放得下 {LONGEST} 字，余下的请在系统中看）"
    return text[: LONGEST - len(note)] + note


def written_as(column: Column, row: Any) -> str:
    """Return the value of a column in words, days in full."""
    return written(column.get(row))


def save_sheet(
    file: Any, title: str, columns: Sequence[Column], rows: Iterable[Any],
    progress: Callable[[int], None] | None = None, above: Above | None = None, mark: str = "",
) -> int:  # fmt: skip
    """Write one sheet into a file and return how many rows it has.

    `progress` is told the number of rows written, and may end it by raising. `mark` stands in the foot of every page.
    """
    page = Page(title, columns, above, mark)
    n = 0
    try:
        for n, row in enumerate(rows, 1):
            page.add(row)
            if progress and n % 200 == 0:
                progress(n)
    except BaseException:
        page.drop()
        raise
    page.save(file)
    return n


def write_sheet(
    title: str, columns: Sequence[Column], rows: Iterable[Any], progress: Callable[[int], None] | None = None
) -> bytes:
    """Write one sheet and return the whole file."""
    out = io.BytesIO()
    save_sheet(out, title, columns, rows, progress)
    return out.getvalue()


def marked(actor: Any, number: int) -> str:
    """Return what the foot of a copy says: whose it is, and the line of the log that tells of it."""
    return f"{actor.person}（{actor.post.unit.short_name}） {mark_of(number)}".strip()


def attachment_header(name: str) -> str:
    """Return a Content-Disposition that carries a Chinese name (RFC 5987)."""
    ascii_name = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def dated(name: str, stamp: str = "") -> str:
    """Return the name of a file: what it holds and the day, once: today, unless it says as of which day it is."""
    return f"{name}_{stamp or f'{timezone.localdate():%Y%m%d}'}.xlsx"


def sheet_response(
    request: HttpRequest,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    above: Above | None = None,
    n: int = 0,
) -> FileResponse:
    """Answer with a sheet of exactly these rows (`n` of them, where that is known before); the log is told first."""
    number = take(request, Taken("export", name, n))
    file: IO[bytes] = tempfile.SpooledTemporaryFile(SPOOLED)  # noqa: SIM115  # the answer closes it when it is sent
    save_sheet(file, name, columns, rows, above=above, mark=marked(asker(request), number))
    file.seek(0)
    response = FileResponse(file, content_type=XLSX)
    response["Content-Disposition"] = attachment_header(dated(name, above.stamp if above else ""))
    return response


def write_template(title: str, columns: Sequence[Column], actor: Any = None) -> bytes:
    """Write a blank sheet: header, a row that says what each column wants (not read), lists where words are fixed."""
    asked = filled_in(columns, actor)
    shown = [Column(c.name, c.label + ("*" if c.is_required else ""), itemgetter(c.name), width=18) for c in asked]
    page = Page(title, shown)
    page.add({c.name: f"【说明】{c.how}" for c in asked})
    for place, column in enumerate(asked, 1):
        page.offer(place, column.offered)
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def template_response(title: str, columns: Sequence[Column], actor: Any = None) -> HttpResponse:
    """Answer with a blank sheet."""
    response = HttpResponse(write_template(title, columns, actor), content_type=XLSX)
    response["Content-Disposition"] = attachment_header(f"{title}（空白模板）.xlsx")
    return response
