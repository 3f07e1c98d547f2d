"""打印版, a sheet read on paper: title, day and scope above, groups with subtotals, pages counted, A4 across."""

from __future__ import annotations

import io
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import IO, Any, NamedTuple

from django.http import FileResponse, HttpRequest
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

from ui.columns import Column
from ui.sheets.heights import height_of
from ui.sheets.writing import A4, SPOOLED, XLSX, as_text, attachment_header, dated, new_book, written_as
from ui.taking import Taken, mark_of, take

SONG, HEI = "宋体", "黑体"
LINE = Side(style="thin", color="FF9AA5B4")
AROUND = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEADED, GROUPED, LATE = "FFE8EDF4", "FFF3F5F8", "FFFDECEA"  # grounds: the heading, a group, what is overdue
RED = "FFB42318"
MARGINS = {"left": 0.5, "right": 0.5, "top": 0.6, "bottom": 0.7, "header": 0.3, "footer": 0.35}  # inches
TITLE_HEIGHT, GROUP_HEIGHT = 30.0, 20.0
CHARACTER = 6.0  # points of a column's width for each character it is counted in, of 宋体 11
PAGE_WIDTH = 842 - 72 * (MARGINS["left"] + MARGINS["right"])  # A4 across, in points
PAGE_HEIGHT = 0.97 * (595 - 72 * (MARGINS["top"] + MARGINS["bottom"]))  # less what programs reckon differently
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

    def marked(self, number: int) -> Around:
        """Return the same with the line of the log that tells of this copy."""
        return replace(self, author=f"{self.author} {mark_of(number)}".strip())


class Pen(NamedTuple):
    """How one sort of cell is drawn."""

    font: str = SONG
    size: int = 10
    side: str = "left"
    ground: str = ""
    colour: str = ""
    is_framed: bool = True


PENS = {
    "title": Pen(HEI, 18, "center", is_framed=False),
    "said": Pen(is_framed=False),
    "heading": Pen(HEI, 10, "center", HEADED),
    "group": Pen(HEI, 11, ground=GROUPED),
    "row": Pen(),
    "overdue": Pen(ground=LATE),
    "overdue words": Pen(HEI, ground=LATE, colour=RED),
}
HEADING = 4  # its row: below the title, the day with the scope, and the definition
SERIAL = Column("serial", "序号", lambda row: None, width=5)


def save_printed(
    file: Any, layout: Layout, around: Around, rows: Callable[[], Iterable[Any]],
    progress: Callable[[int], None] | None = None,
) -> int:  # fmt: skip
    """Write the sheet into a file, row by row, and return how many rows it has.

    Args:
        rows: gives all rows in order each time it is called: first to be counted, for what a group holds is said before
            its rows; then to be written. Memory stays the same however many there are.
        progress: is told the number of rows written, and may end it by raising.
    """
    counts: dict[str, Counted] = defaultdict(Counted)
    for row in rows():
        counts[layout.group(row)].add(layout.late(row))
    whole = Counted(sum(one.n for one in counts.values()), sum(one.late for one in counts.values()))
    paper = _Paper(layout, around)
    try:
        paper.head(whole)
        for group, of_group in groupby(rows(), key=layout.group):
            paper.group(group, counts[group])
            for row in of_group:
                paper.row(row)
                if progress and paper.rows % 200 == 0:
                    progress(paper.rows)
        paper.total(whole)
    except BaseException:
        paper.save(io.BytesIO())  # saving is what removes the temporary file
        raise
    paper.save(file)
    return paper.rows


def printed_response(
    request: HttpRequest, name: str, layout: Layout, around: Around, rows: Callable[[], Iterable[Any]], n: int
) -> FileResponse:
    """Answer with the sheet of `n` rows, as a file of this name and day; the log is told first."""
    around = around.marked(take(request, Taken("export", name, n)))
    file: IO[bytes] = tempfile.SpooledTemporaryFile(SPOOLED)  # noqa: SIM115  # the answer closes it when it is sent
    save_printed(file, layout, around, rows)
    file.seek(0)
    response = FileResponse(file, content_type=XLSX)
    response["Content-Disposition"] = attachment_header(dated(name))
    return response


@dataclass
class Counted:
    """How many rows, and how many of them are overdue."""

    n: int = 0
    late: int = 0

    def add(self, is_late: bool) -> None:
        self.n, self.late = self.n + 1, self.late + is_late


class _Paper:
    """The sheet being written, line by line."""

    def __init__(self, layout: Layout, around: Around) -> None:
        self.layout, self.around = layout, around
        self.columns = (SERIAL, *layout.columns)
        self.n = self.rows = 0  # lines written, and those of them that are rows
        self.used, self.waiting = (
            0.0,
            "",
        )  # height written on this page; the words of a group whose first row is to come
        self.late_at = 1 + [column.name for column in layout.columns].index(layout.late_in)
        self.widths = [column.width * SMALLER for column in self.columns]
        across = sum(column.width for column in self.columns) * CHARACTER
        self.page = PAGE_HEIGHT * max(across / PAGE_WIDTH, 1)  # what a page holds: it is made smaller to fit across
        self.book = new_book()
        self.sheet = self.book.create_sheet(around.title[:31])
        self.pens: dict[Pen, Any] = {}
        self._set_up()

    def head(self, whole: Counted) -> None:
        """Write title, day, scope and definition, and the heading that every page repeats."""
        around = self.around
        self._across(around.title, "title", TITLE_HEIGHT)
        for text in (
            f"截至 {around.day}　共 {self._words(whole)}　范围：{around.scope}",
            f"统计口径：{self.layout.definition}",
        ):
            self._across(text, "said", height_of([(text, sum(self.widths))]) or GROUP_HEIGHT)
        self._line([(column.label, "heading") for column in self.columns])

    def group(self, name: str, counted: Counted) -> None:
        """Begin a group: its line is written with its first row, so that it never stands last on a page."""
        self.waiting = f"{name}：{self._words(counted)}"

    def total(self, counted: Counted) -> None:
        self._turn_for(GROUP_HEIGHT)
        self._across(f"合计：{self._words(counted)}", "group", GROUP_HEIGHT)

    def row(self, row: Any) -> None:
        self.rows += 1
        texts = [str(self.rows), *(as_text(written_as(column, row)) for column in self.layout.columns)]
        is_late = self.layout.late(row)
        pens = ["overdue" if is_late else "row"] * len(texts)
        if is_late:
            pens[self.late_at] = "overdue words"
        height = height_of(zip(texts, self.widths, strict=True)) or GROUP_HEIGHT
        self._turn_for(height + (GROUP_HEIGHT if self.waiting else 0))
        if self.waiting:
            self._across(self.waiting, "group", GROUP_HEIGHT)
        self.waiting = ""
        self._line(list(zip(texts, pens, strict=True)), height)

    def save(self, file: Any) -> None:
        self.book.save(file)

    def _words(self, counted: Counted) -> str:
        measure = self.around.measure
        late = f"，其中{self.layout.late_word} {counted.late} {measure}" if counted.late else ""
        return f"{counted.n} {measure}{late}"

    def _set_up(self) -> None:
        """Set up the pages: A4 across, as many down as it takes, each with its number and the heading."""
        sheet, around = self.sheet, self.around
        for place, column in enumerate(self.columns, 1):
            sheet.column_dimensions[get_column_letter(place)].width = column.width
        sheet.print_title_rows, sheet.freeze_panes = f"{HEADING}:{HEADING}", f"A{HEADING + 1}"
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.paperSize, sheet.page_setup.orientation = A4, "landscape"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        for name, inches in MARGINS.items():
            setattr(sheet.page_margins, name, inches)
        sheet.print_options.horizontalCentered = True
        sheet.oddFooter.left.text = f"制表：{around.author}".replace("&", "&&")
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
        sheet.oddFooter.right.text = f"截至 {around.day}"

    def _turn_for(self, height: float) -> None:
        """Turn the page where what comes next does not fit on it; an office program alone would part what belongs."""
        if self.used + height > self.page:
            self.sheet.row_breaks.append(Break(id=self.n))
            self.used = GROUP_HEIGHT  # the heading, which every page repeats

    def _across(self, text: str, pen: str, height: float) -> None:
        """Write one text over all columns."""
        self._line([(text, pen), *[("", pen)] * (len(self.columns) - 1)], height)
        self.sheet.merged_cells.add(f"A{self.n}:{get_column_letter(len(self.columns))}{self.n}")

    def _line(self, cells: Sequence[tuple[str, str]], height: float | None = None) -> None:
        self.n += 1
        texts = zip((text for text, _ in cells), self.widths, strict=True)
        height = height or height_of(texts) or GROUP_HEIGHT
        self.used += height
        self.sheet.row_dimensions[self.n].height = height
        self.sheet.append(self._cell(text, PENS[pen]) for text, pen in cells)
        del self.sheet.row_dimensions[self.n]

    def _cell(self, text: str, pen: Pen) -> Any:
        """Return a text as a cell: one of each style is used for text after text, as each is written at once."""
        cell = self.pens.get(pen)
        if cell is None:
            cell = self.pens[pen] = WriteOnlyCell(self.sheet)
            cell.font = Font(name=pen.font, sz=pen.size, color=pen.colour or None)
            cell.alignment = Alignment(horizontal=pen.side, vertical="center", wrap_text=True)
            cell.border = AROUND if pen.is_framed else Border()
            cell.fill = PatternFill("solid", fgColor=pen.ground) if pen.ground else PatternFill()
            cell.quotePrefix = True  # “=…” stays a text, also when somebody edits it
        cell.value, cell.data_type = text or None, "s" if text else "n"
        return cell
