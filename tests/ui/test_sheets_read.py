"""A sheet is read by the names of its columns; whatever is wrong is said by cell, and a hostile file ends in a sentence."""

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.columns import Column, Edit
from ui.errors import DomainError
from ui.sheets import CellProblem, number, parse_day, read_sheet, write_sheet, write_template, yes_no

UNIT = Column("unit", "责任单位", itemgetter("unit"), edit=Edit(required=True, aliases=("被督察单位",)), help="填全称")
DUE = Column("due", "整改时限", itemgetter("due"), edit=Edit(required=True), parse=parse_day)
GRADE = Column("grade", "性质（等级）", itemgetter("grade"), edit=Edit(choices=("一般", "较重", "严重")))
NOTE = Column("note", "备注", itemgetter("note"), edit=Edit())
COLUMNS = (UNIT, DUE, GRADE, NOTE)
HEAD = ["责任单位", "整改时限", "性质（等级）", "备注"]


def xlsx(rows, *, merged=(), sheets=(), name="Sheet"):
    """Make an xlsx of these rows; `sheets` stand before it: (name, rows, state)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines, state in sheets:
        other = book.create_sheet(title)
        other.sheet_state = state
        for line in lines:
            other.append(line)
    sheet = book.create_sheet(name)
    for line in rows:
        sheet.append(line)
    for place in merged:
        sheet.merge_cells(place)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data, columns=COLUMNS, name="表.xlsx"):
    return read_sheet(io.BytesIO(data), name, columns)


def plain(rows):
    return [{key: value for key, value in row.items() if key != "_row"} for row in rows]


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

    assert plain(found.rows) == [{"unit": "环县", "due": date(2026, 12, 1), "grade": "严重", "note": "无"}]
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


def test_invisible_characters_are_pointed_out():
    found = read("责任单位,整改时限\n环\x07县,2026-12-01\n".encode(), name="表.csv")

    assert [(p.cell, p.problem) for p in found.problems] == [("A2", "是公式或含不可见字符")]


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
    ],
)
def test_a_day_is_read_in_every_way_an_office_writes_it(text):
    assert parse_day(text) == date(2026, 7, 6)


@pytest.mark.parametrize("text", ["2026-13-1", "2026.2.30", "7月6日", "明天", "", "20261301", "0"])
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


# ---------- files that are not what they should be ----------


def repacked(data, **parts):
    """Replace the content of parts by their end of name (without .xml)."""
    packed, out = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in packed.namelist():
            change = next((parts[end] for end in parts if name.endswith(f"{end}.xml")), None)
            again.writestr(name, change(packed.read(name)) if change else packed.read(name))
    return out.getvalue()


def far_away(place):
    book = openpyxl.Workbook()
    for n, text in enumerate(HEAD, 1):
        book.active.cell(1, n, text)
    book.active[place] = "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = xlsx([HEAD, ["环县", "2026-12-01", None, None]])


def locked_by_password():
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def lying_about_its_size():
    """A part of 200 MB that states to be 100 bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (200 << 20))
    data = bytearray(out.getvalue())
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        begin = data.index(signature)
        data[begin + at : begin + at + 4] = (100).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("make", "name", "sentence"),
    [
        (lambda: b"", "空.xlsx", "是空文件"),
        (lambda: b"x" * (10 * 1024 * 1024 + 1), "大.xlsx", "超过 10 MB"),
        (lambda: GOOD[:-200], "断.xlsx", "已损坏"),
        (lambda: b"PK\x03\x04" + b"\x00" * 100, "坏.xlsx", "已损坏"),
        (lambda: b"%PDF-1.7\n\xff\xfe\x00", "其实是.xlsx", "不是 Excel 或 CSV 文件"),
        (lambda: "没有逗号的一段话".encode(), "信.csv", "不是 Excel 或 CSV 文件"),
        (lambda: ("责任单位,整改时限\n" + "长" * 200_000 + ",2026-12-01").encode(), "长.csv", "不是 Excel 或 CSV 文件"),
        (lambda: far_away("XFD1048576"), "远.xlsx", "XFD 列还有内容"),
        (lambda: far_away("A1048576"), "远.xlsx", "第 1048576 行还有内容"),
        (
            lambda: repacked(far_away("A1048576"), sheet1=lambda xml: xml.replace(b'r="A1048576"', b"r='A1048576'")),
            "远.xlsx",
            "第 1048576 行还有内容",
        ),
        (
            lambda: repacked(
                far_away("A1048576"), sheet1=lambda xml: xml.replace(b'r="A1048576"', b'r="&#65;1048576"')
            ),
            "远.xlsx",
            "已损坏",
        ),
        (
            lambda: repacked(far_away("A1048576"), sheet1=lambda xml: xml.replace(b' r="A1048576"', b"")),
            "远.xlsx",
            "第 1048576 行还有内容",
        ),
        (lying_about_its_size, "弹.xlsx", "解开后过大"),
        (locked_by_password, "锁.xls", "打不开"),
        (lambda: repacked(GOOD, workbook=lambda xml: xml[: len(xml) // 2]), "半.xlsx", "打不开"),
        (lambda: xlsx([["甲", "乙"], ["一", "二"]]), "别的.xlsx", "没有找到表头。表头要有这几列：责任单位、整改时限"),
        (lambda: xlsx([["责任单位", "备注"], ["环县", "二"]]), "缺.xlsx", "缺少这几列：整改时限"),
        (lambda: xlsx([HEAD]), "空表.xlsx", "只有表头，没有内容"),
        (lambda: xlsx([]), "全空.xlsx", "没有找到表头"),
        (
            lambda: xlsx([HEAD, *[["环县", "2026-12-01", None, str(n)] for n in range(5_020)]]),
            "多.xlsx",
            "一次最多 5000 行",
        ),
        (lambda: ("责任单位,整改时限\n" + "环县,2026-12-01\n" * 5_020).encode(), "多.csv", "一次最多 5000 行"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(make, name, sentence):
    with pytest.raises(DomainError, match=sentence) as refused:
        read(make(), name=name)

    assert f"“{name}”" in str(refused.value)


def test_a_docx_with_another_name_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")

    with pytest.raises(DomainError, match="不是 Excel 表格"):
        read(out.getvalue())


def test_styled_empty_rows_to_the_end_of_the_sheet_are_no_content():
    data = repacked(
        GOOD,
        sheet1=lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>'),
    )

    assert len(read(data).rows) == 1


def said(data):
    """Return the sentence of the refusal; a file that can still be read says nothing."""
    try:
        read(data)
    except DomainError as refused:
        return str(refused)
    return "。"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_never_ends_in_anything_but_a_sentence(data):
    broken = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))

    assert said(bytes(broken)).endswith("。")


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_a_hostile_sheet_part_never_ends_in_anything_but_a_sentence(text):
    assert said(repacked(GOOD, sheet1=lambda xml: xml[:300] + text.encode(errors="replace") + xml[300:])).endswith("。")
