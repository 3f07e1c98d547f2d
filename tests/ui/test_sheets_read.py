"""A sheet is read by the names of its columns, wherever they stand; whatever is wrong is said by cell."""

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter

import openpyxl
import pytest
from django import forms
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from tests.ui.sheets import COLUMNS, HEAD, NOTE, UNIT, plain, read, xlsx
from ui.columns import Column, Edit
from ui.errors import DomainError
from ui.forms import TextField
from ui.sheets import CellProblem, number, parse_day, write_sheet, write_template, yes_no


def test_what_was_exported_is_read_back_as_it_was():
    columns = [Column(c.name, c.label, lambda row, c=c: row[c.name]) for c in COLUMNS]
    rows = [
        {"unit": "环县", "due": date(2026, 12, 1), "grade": "较重", "note": "-5%，见附件"},
        {"unit": "宁县", "due": date(2026, 11, 2), "grade": "", "note": "一行\n二行"},
    ]

    found = read(write_sheet("台账", columns, rows))

    assert (plain(found.rows), found.problems) == (rows, [])


def test_the_blank_template_filled_in_is_read_without_its_help_row():
    book = openpyxl.load_workbook(io.BytesIO(write_template("问题", COLUMNS)))
    book.active.append(["环县", date(2026, 12, 1), "一般", None])
    out = io.BytesIO()
    book.save(out)

    found = read(out.getvalue())

    assert [(row["_row"], row["unit"]) for row in found.rows] == [(3, "环县")]


def test_columns_may_stand_anywhere_under_titles_and_notes():
    head = [None, "序号", "备 注", "性质(等级)", "整改\n时限", "责任单位＊"]
    data = xlsx(
        [
            [],
            ["2026 年整改台账"],
            ["填表人：王燕", None, None, "2026.10"],
            [],
            head,
            [None, 1, "无", "严重", "2026.12.1", "环县"],
        ]
    )

    found = read(data)

    assert plain(found.rows) == [{"unit": "环县", "due": date(2026, 12, 1), "grade": "严重", "note": ""}]
    assert (found.rows[0]["_row"], found.unknown) == (6, ["序号"])


def test_a_problem_names_the_cell_as_the_sheet_does_even_below_empty_rows():
    data = xlsx([[], [], [None, None, *HEAD], [], [None, None, "环县", "2026.13.1", "很重", None]])

    found = read(data)

    assert found.problems == [
        CellProblem("D5", "整改时限", "2026.13.1", "读不出来", "写成 2026-07-06 这样的日期"),
        CellProblem("E5", "性质（等级）", "很重", "不在可选的词里", "填一般、较重、严重之一"),
    ]


def test_a_missing_value_says_what_to_fill():
    found = read(xlsx([HEAD, [None, "2026-12-01", None, "有备注"]]))

    assert found.problems == [CellProblem("A2", "责任单位", "", "没有填", "填全称")]


def test_headings_merged_over_two_rows_are_read():
    columns = (
        UNIT,
        Column("first", "原时限", itemgetter("first"), edit=Edit(required=True), parse=parse_day),
        Column("due", "批准时限", itemgetter("due"), edit=Edit(required=True), parse=parse_day),
        NOTE,
    )
    data = xlsx(
        [
            ["责任单位", "时限", None, "备注"],
            [None, "原时限", "批准时限", None],
            ["环县", "2026-9-28", "2026-10-30", "延期"],
        ],
        merged=["A1:A2", "B1:C1", "D1:D2"],
    )

    found = read(data, columns)

    assert plain(found.rows) == [
        {"unit": "环县", "first": date(2026, 9, 28), "due": date(2026, 10, 30), "note": "延期"}
    ]


def test_headings_merged_downwards_only_are_not_taken_for_a_row():
    data = xlsx([HEAD, [None] * 4, ["环县", "2026-12-01", "一般", None]], merged=["A1:A2", "B1:B2", "C1:C2", "D1:D2"])

    found = read(data)

    assert ([row["unit"] for row in found.rows], found.problems) == (["环县"], [])


def test_a_unit_merged_beside_its_rows_counts_for_each_of_them():
    data = xlsx(
        [
            HEAD,
            ["环县", "2026-12-01", "一般", "一"],
            [None, "2026-12-02", "一般", "二"],
            [None, "2026-12-03", "一般", "三"],
        ],
        merged=["A2:A4"],
    )

    found = read(data)

    assert [row["unit"] for row in found.rows] == ["环县"] * 3


def test_a_name_that_stands_twice_in_the_header_is_refused():
    with pytest.raises(DomainError, match="“整改时限”出现了两次（B 列和 D 列）"):
        read(xlsx([["责任单位", "整改时限", "备注", "整改时限"], ["环县", "2026-12-01", None, "2026-12-02"]]))


def test_the_first_visible_sheet_with_the_header_is_read():
    row = ["环县", "2026-12-01", None, None]
    data = xlsx(
        [HEAD, row],
        name="台账",
        sheets=[
            ("说明", [["填表说明"], ["一、按月报送"]], "visible"),
            ("旧表", [HEAD, ["宁县", "2020-01-01"]], "hidden"),
        ],
    )

    assert [row["unit"] for row in read(data).rows] == ["环县"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_csv_is_read_whatever_wrote_it(encoding):
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, ["环县", "2026年12月1日", "一般", "他说“好，行”"]])

    found = read(out.getvalue().encode(encoding), name="表.csv")

    assert plain(found.rows) == [{"unit": "环县", "due": date(2026, 12, 1), "grade": "一般", "note": "他说“好，行”"}]


def test_a_formula_gives_its_last_result_and_is_pointed_out(tmp_path):
    plain_file = xlsx([HEAD, ["环县", "2026-12-01", "一般", "=1+1"]])
    packed = zipfile.ZipFile(io.BytesIO(plain_file))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as again:
        for name in packed.namelist():
            again.writestr(
                name,
                packed.read(name)
                .replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
                .replace(b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>"),
            )

    found = read(out.getvalue())

    assert (found.rows[0]["note"], found.problems) == ("2", [])
    assert found.notes == [CellProblem("D2", "备注", "2", "是公式", "收下的是最后一次算出的结果，请核对")]


def test_a_formula_without_a_result_is_a_problem():
    found = read(xlsx([HEAD, ["环县", "=TODAY()", "一般", None]]))

    assert [(p.cell, p.problem) for p in found.problems] == [("B2", "是公式，没有存下结果")]


def test_a_number_that_lost_its_end_is_a_problem():
    found = read(xlsx([HEAD, ["环县", "2026-12-01", None, 621022198001011234]]))

    assert [(p.cell, p.problem) for p in found.problems] == [("D2", "数字太长，表格已丢掉末几位")]


def test_the_same_row_twice_is_a_problem():
    row = ["环县", "2026-12-01", "一般", "同"]

    found = read(xlsx([HEAD, row, ["宁县", "2026-12-01", "一般", "同"], row]))

    assert [(p.cell, p.problem) for p in found.problems] == [("4 行", "与第 2 行完全相同")]


@pytest.mark.parametrize("typed", ["环\x07县", "环\u200b县", "环县_x000D_", "\ufeff环县", "环\xad县", "环\u2060县"])
def test_invisible_characters_go_as_in_a_form_and_are_pointed_out(typed):
    found = read(f"责任单位,整改时限\n{typed},2026-12-01\n".encode(), name="表.csv")

    assert ([row["unit"] for row in found.rows], found.problems) == (["环县"], [])
    assert [(note.cell, note.problem) for note in found.notes] == [("A2", "有看不见的字符")]


@pytest.mark.parametrize("typed", ["a_x000D_\nb", "a\u200b", "　缩进", "全角（甲）", "é", "甲\r\n乙", " 两头 "])
def test_a_text_is_cleaned_in_a_sheet_as_it_is_in_a_form(typed):
    class Letter(forms.Form):
        text = TextField()

    form = Letter({"text": typed})
    assert form.is_valid()

    (row,) = read(xlsx([HEAD, [typed, "2026-12-01", None, None]])).rows

    assert row["unit"] == form.cleaned_data["text"]


TWO_LEVELS = (
    UNIT,
    Column("first", "原时限", itemgetter("first"), edit=Edit(), parse=parse_day),
    Column("due", "批准时限", itemgetter("due"), edit=Edit(), parse=parse_day),
    NOTE,
)
LEVELS = [["责任单位", "时限", None, "备注"], [None, "原时限", "批准时限", None]]
LATE = ["环县", "2026-9-28", "2026-10-30", "延期"]


@pytest.mark.parametrize("above", [0, 1, 2, 5])
@pytest.mark.parametrize("is_merged", [True, False])
@pytest.mark.parametrize("is_known", [True, False])
def test_titles_above_a_heading_of_two_levels_hide_no_column(above, is_merged, is_known):
    titles = [["2026 年整改台账"], ["填表：王燕", None, "2026.10"], ["备注", "见附件"], [], ["第一批"]][:above]
    n = above + 1
    merged = [f"A{n}:A{n + 1}", f"B{n}:C{n}", f"D{n}:D{n + 1}"] if is_merged else []
    columns = TWO_LEVELS if is_known else (UNIT, NOTE)
    title = [f"A1:{'D'}1"] if above else []

    found = read(xlsx([*titles, *LEVELS, LATE], merged=[*merged, *title]), columns)

    dates = {"first": date(2026, 9, 28), "due": date(2026, 10, 30)} if is_known else {}
    assert (plain(found.rows), found.problems) == ([{"unit": "环县", "note": "延期"} | dates], [])
    below = (
        ["原时限", "批准时限"] if is_merged else ["时限"]
    )  # not merged, nothing says that the second row is a heading
    assert found.unknown == ([] if is_known else below)


def test_a_row_whose_cell_is_the_name_of_its_column_is_no_heading():
    data = xlsx([HEAD, ["环县", "2026-12-01", None, "备注"], ["宁县", "2026-12-02", None, None]])

    assert [row["unit"] for row in read(data).rows] == ["环县", "宁县"]


def test_a_remark_that_begins_like_the_help_row_is_a_row():
    data = xlsx([HEAD, ["环县", "2026-12-01", None, "【说明】已经报过"]])

    assert [row["note"] for row in read(data).rows] == ["【说明】已经报过"]


@pytest.mark.parametrize("word", ["#N/A", "#REF!", "#DIV/0!"])
def test_an_error_cell_is_said(word):
    found = read(with_error(word))

    assert [(p.cell, p.column, p.found, p.problem) for p in found.problems] == [
        ("D2", "备注", word, f"是错误值 {word}，没有内容")
    ]


def with_error(word):
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(["环县", "2026-12-01", None, word])
    book.active["D2"].data_type = "e"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_error_in_a_csv_is_said():
    found = read("责任单位,整改时限\n#n/a,2026-12-01\n".encode(), name="表.csv")

    assert [(p.cell, p.problem) for p in found.problems] == [("A2", "是错误值 #n/a，没有内容")]


@pytest.mark.parametrize(("begin", "serial"), [(CALENDAR_WINDOWS_1900, 46209), (CALENDAR_MAC_1904, 44747)])
def test_days_are_counted_from_where_the_book_counts(begin, serial):
    book = openpyxl.Workbook()
    book.epoch = begin
    book.active.append(HEAD)
    book.active.append(["环县", serial, None, serial])  # a bare number, as a cell without a format gives it
    book.active.append(["宁县", date(2026, 7, 6), None, None])
    out = io.BytesIO()
    book.save(out)

    found = read(out.getvalue())

    assert [(row["due"], row["note"]) for row in found.rows] == [
        (date(2026, 7, 6), str(serial)),
        (date(2026, 7, 6), ""),
    ]


def test_hidden_rows_and_columns_are_read_and_said():
    book = openpyxl.Workbook()
    for line in (HEAD, ["环县", "2026-12-01", None, None], ["宁县", "2026-12-02", None, None]):
        book.active.append(line)
    book.active.row_dimensions[3].hidden = book.active.row_dimensions[9].hidden = True
    book.active.column_dimensions["B"].hidden = book.active.column_dimensions["F"].hidden = True
    out = io.BytesIO()
    book.save(out)

    found = read(out.getvalue())

    assert [row["unit"] for row in found.rows] == ["环县", "宁县"]
    assert sorted((note.cell, note.problem) for note in found.notes) == [
        ("3 行", "在表里是隐藏的，也读了"), ("B 列", "在表里是隐藏的，也读了")
    ]  # fmt: skip


def test_what_is_alike_is_said_in_one_line_and_what_was_not_read_is_named():
    lines = [[f"单位{n}\u200b", "2026-12-01", None, None, "x"] for n in range(5)]

    found = read(xlsx([[*HEAD, "联系电话"], *lines])).to_look_at()

    assert [(one.cell, one.column, one.problem) for one in found] == [
        ("A2、A3、A4 等 5 处", "责任单位", "有看不见的字符"), ("表头", "联系电话", "没有这一列，没有读")
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["2206-07-06", "1026.7.6", "2206年7月6日"])
def test_a_year_no_office_works_in_is_refused(typed):
    found = read(xlsx([HEAD, ["环县", typed, None, None]]))

    assert [(p.cell, p.problem) for p in found.problems] == [("B2", "读不出来")]
    assert "年份不对，请填 1949 至 2100 年之间的日期" in found.problems[0].mend


@pytest.mark.parametrize(
    "text",
    [
        "2026-7-6",
        "2026.7.6",
        "2026/07/06",
        "2026年7月6日",
        "２０２６．７．６",
        "2026 年 7 月 6 日",
        "20260706",
        "46209",
        "2026-07-06 00:00:00",
        "2026/7/6 0:00",
        "2026-07-06T00:00:00",
        "2026年7月6日 9:05",
        "2026年7月6日9:05:00",
    ],
)
def test_a_day_is_read_in_every_way_an_office_writes_it(text):
    assert parse_day(text) == date(2026, 7, 6)


@pytest.mark.parametrize(
    "text", ["2026-13-1", "2026.2.30", "7月6日", "明天", "", "20261301", "0", "2026-7-6 25:00", "2026-7-60:00"]
)
def test_what_is_no_day_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="写成 2026-07-06 这样的日期"):
        parse_day(text)


def test_a_date_cell_and_a_time_cell_are_days():
    found = read(
        xlsx([HEAD, ["环县", date(2026, 12, 1), None, None], ["宁县", datetime(2026, 12, 2, 15, 30), None, None]])
    )

    assert [row["due"] for row in found.rows] == [date(2026, 12, 1), date(2026, 12, 2)]


def test_numbers_and_claims_are_read():
    assert [number("１２.5"), number("1,200"), number("-3")] == [Decimal("12.5"), Decimal(1200), Decimal(-3)]
    assert [yes_no("是"), yes_no("y"), yes_no("")] == [True, True, False]
    for wrong in ("12万", "1e9", "", "9" * 13):
        with pytest.raises(ValueError, match="只填数字"):
            number(wrong)
