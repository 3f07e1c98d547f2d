"""A sheet holds what was shown: dates as dates, hostile text as text, and any program that reads xlsx reads it."""

import io
import subprocess
import tempfile
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import itemgetter

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from ui.columns import Column, Edit
from ui.sheets import attachment_header, write_sheet, write_template
from ui.sheets.writing import save_sheet

VALUE = (Column("value", "内容", lambda row: row),)


def written(*values):
    """Write one column and read it back with a reader of somebody else's."""
    sheet = openpyxl.load_workbook(io.BytesIO(write_sheet("表", VALUE, values))).active
    return [row[0] for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 934 8218000", "-5%", "@SUM(A1)", "\t缩进", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")']
)
def test_a_text_that_looks_like_a_formula_stays_the_same_text(text):
    (cell,) = written(text)

    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_a_date_is_a_date_and_a_time_is_local():
    day, moment = written(date(2026, 10, 26), datetime(2026, 10, 26, 1, 42, tzinfo=UTC))

    assert (day.value, day.number_format) == (datetime(2026, 10, 26), "yyyy\\-mm\\-dd")
    assert (moment.value, moment.number_format) == (datetime(2026, 10, 26, 9, 42), "yyyy\\-mm\\-dd\\ hh:mm")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3, 3), (Decimal("31.7"), 31.7), (True, "是"), (False, "否"), (None, None), ("", None),
        (["环县", "宁县"], "环县、宁县"), (float("nan"), "nan"), ("坏\x00\x0b字\ud800", "坏字"), ("<b>&\"'", "<b>&\"'"),
        ("  空格  ", "  空格  "), ("一行\n二行", "一行\n二行"), (621022198001011234, "621022198001011234"),
    ],
)  # fmt: skip
def test_each_kind_of_value_is_held_as_what_it_is(value, shown):
    cells = written(value, "下一行")

    assert cells[0].value == shown


def test_a_text_longer_than_a_cell_says_what_is_missing():
    (cell,) = written("长" * 40_000)

    assert len(cell.value) == 32_767
    assert cell.value.endswith("…（共 40000 字，表格一格只放得下 32767 字，余下的请在系统中看）")


def test_what_looks_like_an_escape_is_read_back_as_it_was_typed():
    texts = ["_x0041_", "a_x000D_b", "_x005F_x0041_", "_x41_", "__x0041__"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_sheet("表", VALUE, texts)))

    assert [row[0] for row in book.get_sheet_by_index(0).to_python()[1:]] == texts


def test_an_error_of_a_sheet_is_a_text_like_any_other():
    (cell,) = written("#N/A")

    assert (cell.value, cell.data_type) == ("#N/A", "s")


def test_the_lines_of_a_windows_text_are_lines():
    (cell,) = written("一行\r\n二行")

    assert (cell.value, cell.alignment.wrap_text, cell.alignment.vertical) == ("一行\n二行", True, "top")


def test_it_prints_on_a4_across_and_as_many_pages_down_as_it_takes():
    sheet = openpyxl.load_workbook(io.BytesIO(write_sheet("表", VALUE, ["一"]))).active

    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet["A1"].fill.fgColor.rgb == "FFEBF1F9"
    assert sheet["A1"].font.b


def test_the_header_stays_in_view_and_the_filter_covers_the_rows():
    columns = [Column(f"c{n}", f"第 {n} 列", lambda row: row, width=30) for n in range(30)]
    sheet = openpyxl.load_workbook(
        io.BytesIO(write_sheet("a/b:c*?[很长的名字" + "长" * 40, columns, ["一", "二"]))
    ).active

    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.column_dimensions["A"].width) == ("A2", "A1:AD3", 30)
    assert (sheet.print_title_rows, len(sheet.title)) == ("$1:$1", 31)


@pytest.mark.parametrize(("n", "paper", "across"), [(1, 9, 1), (3, 9, 1), (5, 8, 1), (6, 8, 2), (20, 8, 5)])
def test_a_wide_sheet_prints_on_a3_and_on_several_pages_across(n, paper, across):
    """A4 holds 150 characters that can be read, A3 225; each page repeats the first two columns (here of 80)."""
    columns = [Column(f"c{k}", f"第 {k} 列", lambda row: row, width=40) for k in range(n)]

    sheet = openpyxl.load_workbook(io.BytesIO(write_sheet("表", columns, ["一"]))).active

    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (paper, across)
    assert sheet.print_options.gridLines
    assert (sheet.print_title_cols, sheet.print_title_rows) == ("$A:$B" if across > 1 else None, "$1:$1")


def test_a_sheet_without_rows_is_still_a_sheet():
    sheet = openpyxl.load_workbook(io.BytesIO(write_sheet("空表", VALUE, []))).active

    assert [cell.value for cell in sheet[1]] == ["内容"]


def peak(rows):
    """Return the most memory that writing so many rows takes beyond what was there before, in MB."""
    columns = [Column(f"c{n}", f"第 {n} 列", lambda row, n=n: f"第 {row} 行第 {n} 列的内容") for n in range(10)]
    tracemalloc.start()
    with tempfile.TemporaryFile() as file:
        save_sheet(file, "表", columns, iter(range(rows)))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


@pytest.mark.slow
def test_memory_stays_the_same_however_many_rows():
    peak(10)  # what openpyxl loads once

    assert peak(1_500) < peak(200) + 1


@pytest.fixture
def own_temp(tmp_path, monkeypatch):
    """Give the test a folder for temporary files of its own: in the common one other processes write sheets too."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("broken", ["row", "value", "progress"])
def test_a_sheet_that_fails_half_way_leaves_no_file_behind(broken, own_temp):
    def rows():
        yield from range(300)
        if broken == "row":
            raise LookupError

    def get(n):
        return n if broken != "value" or n < 250 else {}[n]

    def stop(n):
        if broken == "progress":
            raise LookupError

    with pytest.raises(LookupError):
        save_sheet(io.BytesIO(), "表", (Column("value", "内容", get),), rows(), stop)

    assert list(own_temp.iterdir()) == []


def test_the_folder_of_that_test_is_where_sheets_are_written(own_temp):
    seen = []

    save_sheet(io.BytesIO(), "表", VALUE, map(str, range(250)), lambda _: seen.extend(own_temp.glob("openpyxl.*")))

    assert seen


def test_progress_is_told_while_writing():
    told = []

    write_sheet("表", VALUE, map(str, range(450)), progress=told.append)

    assert told == [200, 400]


def test_a_chinese_name_survives_the_header():
    header = attachment_header("整改台账_20261026.xlsx")

    assert header.isascii()
    assert "filename*=UTF-8''%E6%95%B4%E6%94%B9%E5%8F%B0%E8%B4%A6_20261026.xlsx" in header


def test_a_blank_template_says_what_each_column_wants_and_offers_the_words():
    columns = (
        Column("unit", "单位", itemgetter("unit"), edit=Edit(required=True), help="代码或全称"),
        Column("grade", "性质", itemgetter("grade"), edit=Edit(choices=("一般", "较重", "严重"))),
        Column("note", "备注", itemgetter("note"), edit=Edit()),
    )
    sheet = openpyxl.load_workbook(io.BytesIO(write_template("问题", columns))).active

    assert [cell.value for cell in sheet[1]] == ["单位*", "性质", "备注"]
    assert [cell.value for cell in sheet[2]] == [
        "【说明】代码或全称",
        "【说明】一般、较重、严重（没有的空着，或填无、不适用）",
        "【说明】照实填写（没有的空着，或填无、不适用）",
    ]
    assert [(str(rule.sqref), rule.formula1) for rule in sheet.data_validations.dataValidation] == [
        ("B3:B5002", '"一般,较重,严重,无,不适用"')
    ]


@pytest.mark.office
@pytest.mark.slow
def test_an_office_program_opens_it(tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(
        write_sheet(
            "表",
            (Column("a", "甲", lambda row: row[0]), Column("b", "乙", lambda row: row[1])),
            [("=1+1", date(2026, 10, 26)), ("二", 3)],
        )
    )
    options = [
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76",
        "--outdir",
        tmp_path,
    ]
    subprocess.run(["soffice", "--headless", *options, path], check=True, capture_output=True)

    assert (tmp_path / "表.csv").read_text().splitlines() == ["甲,乙", "=1+1,2026-10-26", "二,3"]
