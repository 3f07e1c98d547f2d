"""打印版, a sheet read on paper: title, day and scope above, groups with subtotals, pages counted, A4 across."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from ui.columns import Column
from ui.sheets.heights import height_of
from ui.sheets.writing import A4, XLSX, as_text, attachment_header, dated, written_as

SONG, HEI = "宋体", "黑体"
LINE = Side(style="thin", color="FF9AA5B4")
AROUND = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEADED, GROUPED, LATE = "FFE8EDF4", "FFF3F5F8", "FFFDECEA"  # grounds: the heading, a group, what is overdue
RED = "FFB42318"
MARGINS = {"left": 0.5, "right": 0.5, "top": 0.6, "bottom": 0.7, "header": 0.3, "footer": 0.35}  # inches
TITLE_HEIGHT, GROUP_HEIGHT = 30.0, 20.0
SMALLER = 1.1  # a width is counted in characters of 11 points, and what is printed has 10


@dataclass(frozen=True)
class Layout:
    """What is printed of a list, declared once beside its columns.

    Attributes:
        columns: as wide together as a page across; the number in the sheet is written by itself, before them.
        order: order_by fields, those of the group first.
        group: the words of a row's group.
        late: whether a row is overdue; it stands out in colour, and its words (`late_in`, a column) say so.
        definition: 统计口径, in one or two lines.
        late_word: what an overdue row is called where they are counted.
    """

    columns: Sequence[Column]
    order: tuple[str, ...]
    group: Callable[[Any], str]
    late: Callable[[Any], bool]
    late_in: str
    definition: str
    late_word: str = "逾期"


@dataclass(frozen=True)
class Around:
    """What stands around the rows of one such sheet."""

    title: str
    day: str
    scope: str
    author: str
    measure: str


SERIAL = Column("serial", "序号", lambda row: None, width=5)


def write_printed(layout: Layout, around: Around, rows: Iterable[Any]) -> bytes:
    """Write the sheet and return the whole file."""
    book = Workbook()
    paper = _Paper(book.active, (SERIAL, *layout.columns))
    found = list(rows)
    paper.head(around, layout, found)
    number = iter(range(1, len(found) + 1))
    for group, of_group in groupby(found, key=layout.group):
        these = list(of_group)
        paper.group(f"{group}：{_counted(these, layout, around)}")
        for row in these:
            paper.row(next(number), row, layout)
    paper.group(f"合计：{_counted(found, layout, around)}")
    paper.feet(around)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def printed_response(name: str, layout: Layout, around: Around, rows: Iterable[Any]) -> HttpResponse:
    """Answer with the sheet, as a file of this name and day."""
    response = HttpResponse(write_printed(layout, around, rows), content_type=XLSX)
    response["Content-Disposition"] = attachment_header(dated(name))
    return response


def _counted(rows: Sequence[Any], layout: Layout, around: Around) -> str:
    late = sum(map(layout.late, rows))
    return f"{len(rows)} {around.measure}" + (f"，其中{layout.late_word} {late} {around.measure}" if late else "")


class _Paper:
    """The sheet being written, line by line."""

    def __init__(self, sheet: Any, columns: Sequence[Column]) -> None:
        self.sheet, self.columns, self.n = sheet, columns, 0
        for place, column in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(place)].width = column.width
        self.whole = sum(column.width for column in columns)

    def head(self, around: Around, layout: Layout, rows: Sequence[Any]) -> None:
        """Write title, day, scope and definition, and the heading that every page repeats."""
        self.sheet.title = around.title[:31]
        self._across(around.title, Font(name=HEI, sz=18), TITLE_HEIGHT, "center")
        plain = Font(name=SONG, sz=10)
        said = f"截至 {around.day}　共 {_counted(rows, layout, around)}　范围：{around.scope}"
        for text in (said, f"统计口径：{layout.definition}"):
            self._across(text, plain, height_of([(text, self.whole * SMALLER)]) or GROUP_HEIGHT)
        self._line([column.label for column in self.columns], Font(name=HEI, sz=10), HEADED, "center")
        self.sheet.print_title_rows = f"{self.n}:{self.n}"
        self.sheet.freeze_panes = f"A{self.n + 1}"

    def group(self, text: str) -> None:
        """Write a line of a group, or the total: its words and its count."""
        self._across(text, Font(name=HEI, sz=11), GROUP_HEIGHT, ground=GROUPED)

    def row(self, number: int, row: Any, layout: Layout) -> None:
        is_late = layout.late(row)
        values = [str(number), *(as_text(written_as(column, row)) for column in layout.columns)]
        self._line(values, Font(name=SONG, sz=10), LATE if is_late else "")
        if is_late:
            place = 2 + [column.name for column in layout.columns].index(layout.late_in)
            self.sheet.cell(self.n, place).font = Font(name=HEI, sz=10, color=RED)

    def feet(self, around: Around) -> None:
        """Set up the pages: A4 across, as many down as it takes, each with its number."""
        sheet = self.sheet
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.paperSize, sheet.page_setup.orientation = A4, "landscape"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        for name, inches in MARGINS.items():
            setattr(sheet.page_margins, name, inches)
        sheet.print_options.horizontalCentered = True
        sheet.oddFooter.left.text = f"制表：{around.author}".replace("&", "&&")
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
        sheet.oddFooter.right.text = f"截至 {around.day}"

    def _across(self, text: str, font: Font, height: float, side: str = "left", ground: str = "") -> None:
        """Write one text over all columns."""
        self._line([text, *[""] * (len(self.columns) - 1)], font, ground, side, is_framed=bool(ground))
        self.sheet.merge_cells(start_row=self.n, end_row=self.n, start_column=1, end_column=len(self.columns))
        self.sheet.row_dimensions[self.n].height = height

    def _line(self, texts: Sequence[str], font: Font, ground: str, side: str = "left", is_framed: bool = True) -> None:
        self.n += 1
        for cell, text in zip(self._cells(len(texts)), texts, strict=True):
            cell.value, cell.data_type, cell.font = text or None, "s" if text else "n", font
            cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
            if is_framed:
                cell.border = AROUND
            if ground:
                cell.fill = PatternFill("solid", fgColor=ground)
        widths = [column.width * SMALLER for column in self.columns]
        self.sheet.row_dimensions[self.n].height = height_of(zip(texts, widths, strict=True)) or GROUP_HEIGHT

    def _cells(self, count: int) -> Iterator[Any]:
        return (self.sheet.cell(self.n, place) for place in range(1, count + 1))
