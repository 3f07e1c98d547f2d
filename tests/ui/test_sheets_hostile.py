"""A file that is not what it should be ends in a sentence, before any reader of sheets has seen it."""

import io
import json
import zipfile
import zlib

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.sheets import HEAD, read, xlsx
from ui.errors import DomainError
from ui.hostile import opening
from ui.hostile.unfit import UnfitError


def repacked(data, packing=zipfile.ZIP_DEFLATED, **parts):
    """Replace the content of parts by their end of name (without .xml)."""
    packed, out = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as again:
        for name in packed.namelist():
            change = next((parts[end] for end in parts if name.endswith(f"{end}.xml")), None)
            again.writestr(name, change(packed.read(name)) if change else packed.read(name))
    return out.getvalue()


def far_away(place, renamed=""):
    """A sheet with one cell far away; its part may be called something else."""
    book = openpyxl.Workbook()
    for n, text in enumerate(HEAD, 1):
        book.active.cell(1, n, text)
    book.active[place] = "x"
    out = io.BytesIO()
    book.save(out)
    if not renamed:
        return out.getvalue()
    packed, out = zipfile.ZipFile(out), io.BytesIO()
    with zipfile.ZipFile(out, "w") as again:
        for name in packed.namelist():
            text = packed.read(name).replace(b"/xl/worksheets/sheet1.xml", b"/" + renamed.encode())
            again.writestr(renamed if name == "xl/worksheets/sheet1.xml" else name, text)
        if renamed.endswith(".rels"):
            again.writestr("xl/worksheets/other.xml", "<worksheet/>")
    return out.getvalue()


def a_document_type(xml):
    """Entities that double and double again."""
    return b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + xml[xml.index(b"<worksheet") :]


def two_places(xml):
    """A cell that says where it stands twice, in two namespaces."""
    return xml.replace(b"<worksheet ", b'<worksheet xmlns:q="urn:q" ').replace(b'r="A2"', b'r="XFD2" q:r="A2"')


def many_parts():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for n in range(2_001):
            packed.writestr(f"xl/worksheets/sheet{n}.xml", "")
    return out.getvalue()


def a_bomb():
    """70 MB in every honesty."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (70 << 20))
    return out.getvalue()


def laughs(xml):
    """Nine entities, each ten times the one before: a billion laughs."""
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    begin = xml.index(b"<styleSheet")
    return b'<!DOCTYPE x [<!ENTITY l0 "lol">' + entities + b"]>" + xml[begin:].replace(b"<fonts", b"&l9;<fonts")


def one_long_text_everywhere():
    """A text of 30 000 characters that 40 000 cells name: 1.2 GB in a file of 100 kB."""
    rows = b"".join(b'<row r="%d">' % n + b'<c t="s"><v>0</v></c>' * 100 + b"</row>" for n in range(3, 403))
    out = io.BytesIO(repacked(GOOD, sheet1=lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as again:
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        again.writestr("xl/sharedStrings.xml", f'<sst xmlns="{space}"><si><t>{"x" * 30_000}</t></si></sst>')
    return out.getvalue()


GOOD = xlsx([HEAD, ["环县", "2026-12-01", None, None]])


def locked_by_password():
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def lying_about_its_size(with_its_checksum=False):
    """A part of 20 MB that states to be 100 bytes, and perhaps gives the checksum of those 100."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (20 << 20))
    data = bytearray(out.getvalue())
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        begin = data.index(signature)
        data[begin + at : begin + at + 4] = (100).to_bytes(4, "little")
        if with_its_checksum:
            data[begin + at - 8 : begin + at - 4] = zlib.crc32(b" " * 100).to_bytes(4, "little")
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
            "第 1048576 行还有内容",
        ),
        (
            lambda: repacked(far_away("A1048576"), sheet1=lambda xml: xml.replace(b' r="A1048576"', b"")),
            "远.xlsx",
            "第 1048576 行还有内容",
        ),
        (a_bomb, "弹.xlsx", "解开后过大"),
        (lying_about_its_size, "弹.xlsx", "已损坏"),
        (lambda: lying_about_its_size(with_its_checksum=True), "弹.xlsx", "已损坏"),
        (lambda: far_away("XFD1048576", renamed="xl/worksheets/sheet1.rels"), "藏.xlsx", "XFD 列还有内容"),
        (lambda: far_away("XFD1048576", renamed="xl/media/picture.png"), "藏.xlsx", "不是 Excel 表格"),
        (lambda: repacked(GOOD, sheet1=a_document_type), "实体.xlsx", "已损坏"),
        (lambda: repacked(GOOD, styles=laughs), "笑.xlsx", "已损坏"),
        (one_long_text_everywhere, "长文.xlsx", "在限定的时间和内存内没有读完"),
        (lambda: repacked(GOOD, packing=zipfile.ZIP_BZIP2), "别的压缩.xlsx", "已损坏"),
        (lambda: repacked(GOOD, sheet1=two_places), "两处.xlsx", "XFD 列还有内容"),
        (many_parts, "多件.xlsx", "里的部件过多"),
        (locked_by_password, "锁.xls", "打不开"),
        (lambda: repacked(GOOD, workbook=lambda xml: xml[: len(xml) // 2]), "半.xlsx", "已损坏"),
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


def test_empty_rows_below_are_no_content_however_many_and_beyond_its_time_a_sheet_is_refused_in_words(settings):
    empty = b"".join(b'<row r="%d"/>' % n for n in range(3, 200_003))
    data = repacked(GOOD, sheet1=lambda xml: xml.replace(b"</sheetData>", empty + b"</sheetData>"))

    assert len(read(data).rows) == 1
    settings.SHEET_CPU_SECONDS = 0.05
    with pytest.raises(DomainError, match="在限定的时间和内存内没有读完"):
        read(data)


def test_a_formula_is_taken_for_a_text_and_refused_and_a_link_to_another_book_is_not_followed():
    injected = xlsx([HEAD, ["环县", "2026-12-01", None, '=HYPERLINK("http://x","y")']])
    linked = repacked(
        GOOD,
        sheet1=lambda xml: xml.replace(b'<c r="B2"', b'<c r="D2" t="str"><f>[1]Sheet1!A1</f><v>x</v></c><c r="B2"'),
    )

    assert [(p.cell, p.problem) for p in read(injected).problems] == [("D2", "是公式，没有存下结果")]
    assert [
        p.problem for p in read("责任单位,整改时限,备注\n环县,2026-12-01,=1+1".encode(), name="表.csv").problems
    ] == ["是公式"]
    assert [(note.cell, note.problem) for note in read(linked).notes] == [("D2", "是公式")]


def said(data):
    """Return the sentence of the refusal, as the child process finds it; a file that can still be read says nothing."""
    try:
        json.dumps(list(opening.read(io.BytesIO(data), {"name": "表.xlsx"})))
    except UnfitError as refused:
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
    assert said(
        repacked(GOOD, zipfile.ZIP_STORED, sheet1=lambda xml: xml[:300] + text.encode(errors="replace") + xml[300:])
    ).endswith("。")
