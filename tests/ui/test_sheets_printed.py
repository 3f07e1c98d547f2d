"""打印版: what a leader gets on paper says what it is, of which day, counted how; and every row can be read."""

import io
from dataclasses import dataclass

import openpyxl
import pytest

from ui.columns import Column
from ui.sheets import Around, Layout, save_printed
from ui.sheets.heights import height_of


@dataclass
class Row:
    unit: str
    text: str
    left: str = "剩 5 个工作日"
    is_late: bool = False


LAYOUT = Layout(
    columns=(
        Column("text", "问题", lambda row: row.text, width=40),
        Column("left", "剩余", lambda row: row.left, width=14),
    ),
    order=(),
    group=lambda row: row.unit,
    late=lambda row: row.is_late,
    late_in="left",
    definition="逾期按批准的整改时限计。",
)
AROUND = Around("问题整改台账", "2026年11月27日", "状态：整改中", "王燕 & 同事（市委依法治市办）", "件")
ROWS = [
    Row("西峰区", "一"),
    Row("西峰区", "二", "逾期 12 日", is_late=True),
    Row("环县", "=1+1"),
    Row("市司法局", "长" * 400),
]


def whole(rows=ROWS):
    out = io.BytesIO()
    assert save_printed(out, LAYOUT, AROUND, lambda: iter(rows)) == len(rows)
    return out.getvalue()


def printed(rows=ROWS):
    return openpyxl.load_workbook(io.BytesIO(whole(rows))).active


def lines(sheet):
    return [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def test_it_says_what_it_is_of_which_day_and_how_it_is_counted():
    sheet = printed()

    assert lines(sheet)[:4] == [
        ["问题整改台账"],
        ["截至 2026年11月27日　共 4 件，其中逾期 1 件　范围：状态：整改中"],
        ["统计口径：逾期按批准的整改时限计。"],
        ["序号", "问题", "剩余"],
    ]


def test_a_text_that_looks_like_a_formula_stays_a_text_also_when_somebody_edits_it():
    (cell,) = [cell for row in printed().iter_rows() for cell in row if cell.value == "=1+1"]

    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_each_group_stands_with_its_subtotal_and_the_rows_are_numbered_through():
    assert lines(printed())[4:] == [
        ["西峰区：2 件，其中逾期 1 件"],
        ["1", "一", "剩 5 个工作日"],
        ["2", "二", "逾期 12 日"],
        ["环县：1 件"],
        ["3", "=1+1", "剩 5 个工作日"],
        ["市司法局：1 件"],
        ["4", "长" * 400, "剩 5 个工作日"],
        ["合计：4 件，其中逾期 1 件"],
    ]


def test_a_text_that_looks_like_a_formula_stays_a_text():
    (cell,) = [cell for row in printed().iter_rows() for cell in row if cell.value == "=1+1"]

    assert cell.data_type == "s"


def test_overdue_is_said_in_words_and_in_colour():
    sheet = printed()
    late, other = (next(row for row in sheet.iter_rows() if row[0].value == n) for n in ("2", "1"))

    assert [cell.fill.fgColor.rgb for cell in late] == ["FFFDECEA"] * 3
    assert (late[2].value, late[2].font.color.rgb) == ("逾期 12 日", "FFB42318")
    assert [cell.fill.fill_type for cell in other] == [None] * 3


def test_it_prints_on_a4_across_with_its_heading_author_and_page_numbers_on_every_page():
    sheet = printed()

    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.oddFooter.left.text == "制表：王燕 && 同事（市委依法治市办）"
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert sheet.oddFooter.right.text == "截至 2026年11月27日"


@pytest.mark.parametrize("n", [1, 2, 3, 5, 7])
def test_the_line_of_a_group_never_stands_last_on_a_page(n):
    """Counted from the heights that are written: what stands between two turns fits on a page across, of 501 points."""
    sheet = printed([Row(f"单位 {k // n}", "长" * (20 * (k % 5))) for k in range(120)])
    firsts = {row[0].row for row in sheet.iter_rows() if "：" in str(row[0].value) and row[0].row > 4}
    turns = [turn.id for turn in sheet.row_breaks.brk]
    pages = zip([1, *(turn + 1 for turn in turns)], [*turns, sheet.max_row], strict=True)

    assert len(turns) >= 4
    assert firsts & set(turns) == set()
    for first, last in pages:
        assert sum(sheet.row_dimensions[k].height for k in range(first, last + 1)) <= 501 - (20 if first > 1 else 0)


def test_widths_are_counted_in_the_same_font_everywhere():
    """By its default font a program makes the columns wide: without Calibri each takes another."""
    book = openpyxl.load_workbook(io.BytesIO(whole()))

    assert (book._fonts[0].name, book._fonts[0].sz) == ("宋体", 11)


def test_every_row_is_as_high_as_its_text():
    sheet = printed()
    heights = {row[0].value: sheet.row_dimensions[row[0].row].height for row in sheet.iter_rows()}

    assert heights["1"] < 25
    assert heights["4"] > 20 * 13  # 400 characters, at most 20 on a line of 40


def test_without_rows_it_still_says_so():
    assert lines(printed([]))[-1] == ["合计：0 件"]


@pytest.mark.parametrize(
    ("text", "width", "n"), [("短", 10, 1), ("a" * 19, 10, 3), ("长" * 9, 10, 2), ("一\n二\n三", 40, 3), ("", 10, 1)]
)
def test_a_row_is_high_enough_for_its_longest_text(text, width, n):
    height = height_of([(text, width), ("短", 10)])

    assert height == (None if n == 1 else n * 14 + 4)


def test_no_row_is_higher_than_a_sheet_can_hold():
    assert height_of([("长" * 40_000, 10)]) == 409
