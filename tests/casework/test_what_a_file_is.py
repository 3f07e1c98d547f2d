"""What a file is, not what it is called: what would run or fetch something is refused, in whatever guise it comes.

Each line is an attack of the security review (issue 9, section 1), or one of our own; beside them stands what only
looks like one.
"""

from __future__ import annotations

import struct
import zlib

import pytest

from casework.files import pictures
from casework.files.uploads import check
from tests.casework.test_uploads import refusal, uploaded
from tests.papers import JPEG, PDF, PNG, a_pdf, compound, docx, package, packed, with_packed_object, xlsx


def related(part: str, said: str | bytes) -> bytes:
    return docx(**{f"word/_rels/{part}.xml.rels": said})


def embedded(name: str, content: bytes) -> bytes:
    return docx(**{f"word/embeddings/{name}": content})


PROJECT = '<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
MACRO = '<Default ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
ELSEWHERE = '<Relationship Type="http://x/attachedTemplate" Target="http://198.51.100.1/a" TargetMode="External"/>'
RELATED = ELSEWHERE.replace("attachedTemplate", "vbaProject").replace("External", "Internal")
SHEET_OF_MACROS = PROJECT.replace("vnd.ms-office.vbaProject", "vnd.ms-excel.intlmacrosheet+xml")
MACRO_SHEET = struct.pack("<HH4x", 0x0809, 4) + struct.pack("<HHLBBB", 0x0085, 7, 0, 0, 1, 0)
FAR_MACRO_SHEET = MACRO_SHEET[:8] + (struct.pack("<HH", 0x005C, 8_000) + bytes(8_000)) * 9 + MACRO_SHEET[8:]
PACKED = package("工具.exe", b"harmless")
PACKAGE = compound("\x01Ole10Native", first=PACKED)
QUOTED_ELSE, SPELLED = ELSEWHERE.replace('"', "'"), ELSEWHERE.replace("External", "&#69;xternal")
FETCHED = ELSEWHERE.replace("attachedTemplate", "oleObject")
HARMLESS = package("说明.txt", b"MZ\x90\x00")
REMARK = b"\0\0\0\x08tEXt<script>" + struct.pack(">I", zlib.crc32(b"tEXt<script>"))
ATTACHED_OPEN = b"/Names<</EmbeddedFiles<</Names[(x)<</Type/Filespec/#45F<</F 5 0 R>>>>]>>>>"
ATTACHED = b"<</Subtype/Image/Length 99>>stream\nMZ" + bytes(97) + b"\nendstream"
PACKED_ATTACHMENT = with_packed_object(b"<</EF<</UF 3 0 R>>>>", third=ATTACHED)
FAR = "<!--" + " " * 1_100_000 + "-->"
WITH_PROGRAM = {
    "macros in an old document": ("x.doc", compound("WordDocument", "_VBA_PROJECT"), "宏"),
    "a macro project under another name": ("x.docx", docx(**{"[Content_Types].xml": PROJECT}), "宏"),
    "a macro document by its type": ("x.docx", docx(**{"[Content_Types].xml": MACRO}), "宏"),
    "a template elsewhere": ("x.docx", related("settings", ELSEWHERE), "指向别处的模板"),
    "macros by an unknown storage": ("x.doc", compound("WordDocument", "_VBA_PROJECT_CUR"), "宏"),
    "a sheet of macros of Excel 4": ("x.xls", compound("Workbook", first=MACRO_SHEET), "宏"),
    "a sheet of macros behind long records": ("x.xls", compound("Workbook", first=FAR_MACRO_SHEET), "宏"),
    "a program packed into a document": ("x.wps", compound("\x01Ole10Native", first=PACKED), "程序"),
    "a program packed in under a harmless name": ("x.wps", compound("\x01Ole10Native", first=HARMLESS), "程序"),
    "a macro project as a picture": ("x.docx", docx(**{"word/media/1.png": compound("VBA", "dir")}), "宏"),
    "a macro project in a relation": ("x.docx", related("document", RELATED), "宏"),
    "a sheet of macros by its type": ("x.docx", docx(**{"[Content_Types].xml": SHEET_OF_MACROS}), "宏"),
    "a template elsewhere, quoted else": ("x.docx", related("settings", QUOTED_ELSE), "指向别处的模板"),
    "a template elsewhere, in UTF-16": ("x.docx", related("settings", ELSEWHERE.encode("utf-16")), "指向别处的模板"),
    "a template elsewhere, far behind": ("x.docx", related("settings", FAR + ELSEWHERE), "指向别处的模板"),
    "a template elsewhere, in numbers": ("x.docx", related("settings", SPELLED), "指向别处的模板"),
    "an object fetched at opening": ("x.docx", related("document", FETCHED), "指向别处的内容"),
    "a script by its name": ("x.docx", embedded("a.vbs", b"MsgBox 1"), "程序"),
    "a program as XML": ("x.docx", docx(**{"word/a.xml": b"MZ" + bytes(200)}), "程序"),
    "a program packed into an object": ("x.docx", embedded("object.bin", PACKAGE), "程序"),
    "macros in a table in a report": ("x.docx", embedded("t.xlsx", packed({"[Content_Types].xml": MACRO})), "宏"),
    "a package called wps": ("x.wps", packed({"[Content_Types].xml": PROJECT}), "宏"),
    "a script on the last page": ("x.pdf", a_pdf(loose=(b"x",), loose_is=b"/A<</S/JavaScript/JS(1)>>"), "脚本"),
    "a script spelled in numbers": ("x.pdf", a_pdf(catalog=b"/OpenAction<</S/J#61va#53cript/JS(1)>>"), "脚本"),
    "a script packed in a stream of objects": ("x.pdf", with_packed_object(b"<</S/JavaScript/JS(1)>>"), "脚本"),
    "a program attached to a pdf": ("x.pdf", a_pdf(loose=(b"MZ" + bytes(99),), loose_is=b"/Type/EmbeddedFile"), "程序"),
    "a script packed in what calls itself a picture":
        ("x.pdf", with_packed_object(b"<</S/JavaScript/JS(1)>>", b"/Subtype/Image"), "脚本"),
    "a program attached without its type": ("x.pdf", a_pdf(loose=(b"MZ" + bytes(99),)), "程序"),
    "a program attached as a picture":
        ("x.pdf", a_pdf(loose=(b"MZ" + bytes(99),), loose_is=b"/Type/EmbeddedFile/Subtype/Image"), "程序"),
    "a program attached as a picture without its type":
        ("x.pdf", a_pdf(loose=(b"MZ" + bytes(99),), loose_is=b"/Subtype/Image", catalog=ATTACHED_OPEN), "程序"),
    "a program attached as a picture, by an object that lies packed": ("x.pdf", PACKED_ATTACHMENT, "程序"),
    "macros in a table attached to a pdf":
        ("x.pdf", a_pdf(loose=(packed({"[Content_Types].xml": MACRO}),), loose_is=b"/Type/EmbeddedFile"), "宏"),
    "macros in an old table attached to a pdf":
        ("x.pdf", a_pdf(loose=(compound("Workbook", "_VBA_PROJECT_CUR"),), loose_is=b"/Type/EmbeddedFile"), "宏"),
    "a page behind a picture": ("x.jpg", JPEG + b"<html><script>alert(1)</script>", "网页或压缩包"),
    "a page in the remarks of a picture": ("x.png", PNG[:33] + REMARK + PNG[33:], "网页或压缩包"),
    "a zip behind a picture": ("x.jpg", JPEG + packed({"x.exe": b"MZ"}), "网页或压缩包"),
    "a program among the parts": ("x.docx", embedded("a.bin", b"MZ" + bytes(200)), "程序"),
    "a script that runs at opening": ("x.pdf", a_pdf(catalog=b"/OpenAction<</S/JavaScript/JS(app.alert)>>"), "脚本"),
    "scripts by name": ("x.pdf", a_pdf(catalog=b"/Names<</JavaScript<</Names[]>>>>"), "脚本"),
    "a program started at opening": ("x.pdf", a_pdf(catalog=b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "启动程序的动作"),
    "in a zip": ("x.zip", packed({"x.pdf": a_pdf(catalog=b"/AA<</WC<</S/Launch>>>>")}), "启动程序的动作"),
}  # fmt: skip


@pytest.mark.parametrize("case", WITH_PROGRAM)
def test_a_file_that_would_run_something_is_refused(case: str) -> None:
    name, content, what = WITH_PROGRAM[case]
    label = "x.zip”里的“x.pdf" if name == "x.zip" else name

    assert refusal(name, content) == f"“{label}”里带有{what}，没有收下。文件没有保留。请另存为不带{what}的文件后上传。"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("照片.jpg", JPEG[:3] + b"<html><script>alert(1)</script>" * 9),
        ("照片.png", PNG[:8] + b"<html><script>alert(1)</script>" * 9),
        ("照片.png", PNG[:-20]), ("报告.doc", compound("WordDocument")[:600]),
    ],
)  # fmt: skip
def test_a_beginning_alone_makes_no_picture_and_no_document(name: str, content: bytes) -> None:
    assert refusal(name, content) == f"“{name}”已损坏，打不开，没有收下。文件没有保留。请上传能直接打开的文件。"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("超链接.docx", related("document", ELSEWHERE.replace("attachedTemplate", "hyperlink"))),
        ("嵌入表格.docx", docx(**{"word/embeddings/t.xlsx": xlsx()})),
        ("打包文件.doc", compound("\x01Ole10Native", "WordDocument", first=package("说明.pdf", PDF))),
        ("工作表.xls", compound("Workbook", first=MACRO_SHEET.replace(b"\x00\x01\x00", b"\x00\x00\x00"))),
        ("说到脚本.pdf", a_pdf(b"BT /F1 16 Tf (JavaScript, Launch) Tj ET")),
    ],
)
def test_what_only_looks_like_a_program_is_taken(name: str, content: bytes) -> None:
    assert check(uploaded("x", content), name).unread == ""


def test_an_old_file_that_opens_with_a_password_is_refused() -> None:
    book = compound("Workbook", first=struct.pack("<HH4xHH2x", 0x0809, 4, 0x002F, 2))
    document = compound("WordDocument", first=struct.pack("<H8xH", 0xA5EC, 0x0100))

    for name, locked in (("表.xls", book), ("报告.doc", document)):
        assert refusal(name, locked) == f"“{name}”加了密，没有收下。文件没有保留。请解密后上传。"


def test_a_picture_that_begins_well_and_holds_no_picture_is_refused() -> None:
    noise = JPEG[: JPEG.index(b"\xff\xda")] + b"\xff\xda" + bytes(50)

    assert refusal("照片.jpg", noise) == "“照片.jpg”已损坏，打不开，没有收下。文件没有保留。请上传能直接打开的文件。"


def test_a_zip_called_wps_is_refused() -> None:
    assert refusal("x.wps", packed({"页面.htm": b"<html>"})).startswith("“x.wps”的内容不是 wps 文件")


@pytest.mark.parametrize("name", ["安装.wps", "安装.et", "安装.xls"])
def test_an_installer_is_no_document_of_any_name(name: str) -> None:
    installer = compound("Workbook", root=bytes.fromhex("84100c0000000000c000000000000046"))

    assert refusal(name, installer).startswith(f"“{name}”的内容不是 {name[-3:].strip('.')} 文件")


def test_a_picture_of_too_many_points_is_refused_without_decoding_it() -> None:
    width = struct.pack(">II", 60_000, 60_000)
    head = b"IHDR" + width + PNG[24:29]
    large = PNG[:12] + head + struct.pack(">I", zlib.crc32(head)) + PNG[33:]

    assert refusal("地图.png", large) == (
        f"“地图.png”超过 {pictures.MOST_PIXELS // 10_000} 万像素，没有收下。文件没有保留。请压缩图片后上传。"
    )
