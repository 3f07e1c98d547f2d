"""What may be uploaded, what is refused, in which words; and that a refused file leaves nothing."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.files.uploads import LONGEST_NAME, MOST_ENTRIES, TYPES, UploadRefusedError, check, clean_name
from tests.factories import PDF

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64) + b"\xff\xd9"
WORD_ENDS = "</w:t></w:r></w:p></w:body></w:document>"


def packed(parts: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(text: str = "关于整改的报告") -> bytes:
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document><w:body><w:p><w:r><w:t>{text}{WORD_ENDS}",
        }
    )


def xlsx(text: str = "序号") -> bytes:
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": "<workbook/>",
            "xl/sharedStrings.xml": f"<sst><si><t>{text}</t></si></sst>",
        }
    )


def ofd(text: str = "通知") -> bytes:
    return packed({"OFD.xml": "<ofd:OFD/>", "Doc_0/Pages/Page_0/Content.xml": f"<ofd:TextCode>{text}</ofd:TextCode>"})


def compound(stream: str, text: str = "正文") -> bytes:
    return OLE + bytes(512) + f"Root Entry\0{stream}\0".encode("utf-16-le") + bytes(7) + text.encode("utf-16-le")


GOOD = {
    "pdf": PDF, "ofd": ofd(), "zip": packed({"报告.docx": docx(), "照片/1.jpg": JPEG}), "docx": docx(), "xlsx": xlsx(), "doc": compound("WordDocument"),
    "xls": compound("Workbook"), "wps": compound("WordDocument"), "et": compound("Workbook"), "jpg": JPEG, "jpeg": JPEG, "png": PNG,
}  # fmt: skip


def uploaded(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def refusal(name: str, content: bytes, **given: Any) -> str:
    with pytest.raises(UploadRefusedError) as refused:
        check(uploaded("x", content), name, **given)
    return refused.value.message


@pytest.mark.parametrize("ext", TYPES)
def test_each_format_of_the_list_is_taken(ext: str) -> None:
    found = check(uploaded("x", GOOD[ext]), f"整改报告.{ext.upper()}")

    assert (found.name, found.size, found.sha256, found.content_type) == (
        f"整改报告.{ext.upper()}",
        len(GOOD[ext]),
        hashlib.sha256(GOOD[ext]).hexdigest(),
        TYPES[ext][0],
    )


def test_the_file_is_left_at_its_start() -> None:
    file = uploaded("x", PDF)

    check(file, "报告.pdf")

    assert file.read() == PDF


# ---- names


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("C:\\用户\\科员\\报告.pdf", "报告.pdf"), ("../../etc/报告.pdf", "报告.pdf"), ("报\x00告\u202efdp.\u200bpdf", "报告fdp.pdf"), (" 报告.pdf. ", "报告.pdf"),
        ('报告"<1>|?.pdf', "报告__1___.pdf"), ("CON.pdf", "_CON.pdf"), ("lpt1.pdf", "_lpt1.pdf"), ("concise.pdf", "concise.pdf"), ("堡塬岘.pdf", "堡塬岘.pdf"),
    ],
)  # fmt: skip
def test_names_are_cleaned(given: str, clean: str) -> None:
    assert clean_name(given) == clean


def test_a_long_name_is_refused_with_both_numbers() -> None:
    assert (
        refusal("长" * 296 + ".pdf", PDF)
        == f"“{'长' * 30}…”的文件名有 300 个字，超过 {LONGEST_NAME} 个，没有收下。请改短后重新选择。"
    )


@pytest.mark.parametrize("name", ["", "..", "/", "\u200b"])
def test_a_file_without_a_name_is_refused(name: str) -> None:
    assert refusal(name, PDF) == "文件没有名字，没有收下。请改名后重新选择。"


# ---- sizes and kinds


def test_an_empty_file_is_refused() -> None:
    assert refusal("报告.pdf", b"") == "“报告.pdf”是空文件（0 字节），没有收下。请检查后重新选择。"


def test_a_file_too_large_is_refused_at_the_first_byte_too_many(settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 2 * 1024 * 1024

    assert (
        refusal("报告.pdf", PDF + bytes(settings.ATTACHMENT_MAX_BYTES))
        == "“报告.pdf”超过 2 MB，没有收下。文件没有保留。请压缩图片，或者分成几份上传。"
    )


@pytest.mark.parametrize(
    "name", ["图.svg", "页.html", "程序.exe", "宏.docm", "包.rar", "没有扩展名", "文本.txt", "报告.pdf.exe"]
)
def test_other_formats_are_refused(name: str) -> None:
    assert (
        refusal(name, b"<svg/>")
        == f"“{name}”不是可以上传的格式，没有收下。可以上传 pdf、ofd、doc、docx、xls、xlsx、wps、et、jpg、png、zip。文件没有保留。"
    )


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("报告.pdf", b"MZ\x90\x00" + bytes(200), "，而是可执行程序"), ("报告.pdf", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "，而是网页图形"),
        ("照片.jpg", b"\xef\xbb\xbf<!doctype html><script>", "，而是网页"), ("照片.png", JPEG, "，而是jpg 图片"), ("报告.docx", PDF, "，而是pdf"),
        ("报告.docx", compound("WordDocument"), "，而是旧版格式（doc、xls）或加了密码的文件"), ("报告.pdf", docx(), "，而是压缩包或新版格式（docx、xlsx）"),
        ("报告.pdf", b"plain text", ""), ("报告.docx", xlsx(), ""), ("表.xlsx", docx(), ""), ("公文.ofd", docx(), ""), ("安装.doc", compound("MsiDigitalSignature"), ""),
    ],
)  # fmt: skip
def test_a_renamed_file_is_refused_by_its_content(name: str, content: bytes, what: str) -> None:
    ext = name.rpartition(".")[2]

    assert (
        refusal(name, content)
        == f"“{name}”的内容不是 {ext} 文件{what}（可能改过扩展名），没有收下。文件没有保留。请上传原始文件。"
    )


@pytest.mark.parametrize("ext", ["docx", "xlsx", "ofd", "zip"])
def test_a_damaged_container_is_refused(ext: str) -> None:
    assert (
        refusal(f"报告.{ext}", GOOD[ext][:-40])
        == f"“报告.{ext}”已损坏，打不开，没有收下。文件没有保留。请上传能直接打开的文件。"
    )


def test_a_file_with_a_password_is_refused() -> None:
    locked = bytearray(packed({"报告.pdf": PDF}))
    locked[6] |= 1
    locked[locked.rfind(b"PK\x01\x02") + 8] |= 1

    assert refusal("材料.zip", bytes(locked)) == "“材料.zip”加了密码，没有收下。文件没有保留。请去掉密码后上传。"
    assert (
        refusal("报告.doc", compound("EncryptedPackage"))
        == "“报告.doc”加了密码，没有收下。文件没有保留。请去掉密码后上传。"
    )


# ---- containers


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({"报告.pdf": PDF + bytes(60 * 1024 * 1024)})
    monkeypatch.delattr(zipfile.ZipExtFile, "read")

    said = refusal("材料.zip", bomb)

    assert said == "“材料.zip”解开后过大（1 个文件、60 MB），没有收下。文件没有保留。请分开上传需要的文件。"


def test_bombs_in_several_containers_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.files.uploads.MOST_UNPACKED", 3_000_000)
    monkeypatch.setattr("casework.files.uploads._Room.__init__.__defaults__", (3_000_000, MOST_ENTRIES))
    heavy = packed({"word/document.xml": "<a/>" + " " * 1_400_000}, method=zipfile.ZIP_DEFLATED)

    assert (
        refusal("材料.zip", packed({f"{n}.docx": heavy for n in range(3)}))
        == "“材料.zip”里的“2.docx”解开后过大（1 个文件、1 MB），没有收下。文件没有保留。请分开上传需要的文件。"
    )


def test_too_many_parts_are_refused() -> None:
    many = packed({f"{n}.pdf": b"" for n in range(MOST_ENTRIES + 1)})

    assert (
        refusal("材料.zip", many)
        == f"“材料.zip”解开后过大（{MOST_ENTRIES + 1} 个文件、0 MB），没有收下。文件没有保留。请分开上传需要的文件。"
    )


def test_a_list_of_parts_that_is_itself_too_long_is_not_read() -> None:
    many = packed({f"{n:0200}.pdf": b"" for n in range(6_000)}, method=zipfile.ZIP_STORED)

    assert refusal("材料.zip", many) == "“材料.zip”里的文件过多，没有收下。文件没有保留。请分开上传需要的文件。"


@pytest.mark.parametrize(
    ("inner", "content", "said"),
    [
        (
            "程序.exe",
            b"MZ",
            "“材料.zip”里的“程序.exe”不是可以上传的格式，没有收下。文件没有保留。压缩包里只能有 pdf、ofd、doc、docx、xls、xlsx、wps、et、jpg、png。",
        ),
        (
            "再包.zip",
            packed({"报告.pdf": PDF}),
            "“材料.zip”里的“再包.zip”不是可以上传的格式，没有收下。文件没有保留。压缩包里只能有 pdf、ofd、doc、docx、xls、xlsx、wps、et、jpg、png。",
        ),
        (
            "子目录/报告.pdf",
            b"MZ",
            "“材料.zip”里的“报告.pdf”的内容不是 pdf 文件，而是可执行程序（可能改过扩展名），没有收下。文件没有保留。请上传原始文件。",
        ),
        ("../报告.pdf", PDF, "“材料.zip”里有指向别处的路径，没有收下。文件没有保留。请重新打包。"),
        ("/报告.pdf", PDF, "“材料.zip”里有指向别处的路径，没有收下。文件没有保留。请重新打包。"),
    ],
)
def test_what_lies_in_a_zip_is_looked_through_as_well(inner: str, content: bytes, said: str) -> None:
    assert refusal("材料.zip", packed({inner: content})) == said


def test_a_name_in_gbk_is_read_as_windows_wrote_it() -> None:
    def as_windows(name: str) -> bytes:
        made = packed({"?" * len(name.encode("gb18030")): PDF})
        return made.replace(b"?" * len(name.encode("gb18030")), name.encode("gb18030"))

    assert check(uploaded("x", as_windows("整改报告.pdf")), "材料.zip").name == "材料.zip"
    assert "“材料.zip”里的“整改.exe”不是可以上传的格式" in refusal("材料.zip", as_windows("整改.exe"))


# ---- marks


def pdf_with(*streams: bytes) -> bytes:
    return PDF + b"".join(
        b"1 0 obj<</Filter/FlateDecode>>stream\n" + zlib.compress(s) + b"\nendstream\nendobj\n" for s in streams
    )


FONT = (
    b"begincmap 2 beginbfchar\n<01> <79D8>\n<02> <5BC6>\nendbfchar 1 beginbfrange <03> <03> <2605> endbfrange endcmap"
)
MARKED = {
    "plain UTF-8": ("x.pdf", PDF + "秘密★1年".encode()),
    "UTF-16 at an odd place": ("x.doc", compound("WordDocument", "机密★")),
    "big-endian title of a PDF": ("x.pdf", PDF + b"/Title (\xfe\xff" + "内部明电".encode("utf-16-be") + b")"),
    "GBK": ("x.wps", compound("WordDocument") + "绝密★".encode("gb18030")),
    "typeset with spaces": ("x.docx", docx("机　密 ★ 10 年")),
    "split over runs": ("x.docx", docx('秘</w:t></w:r><w:r><w:rPr><w:b w:val="1"/></w:rPr><w:t>密</w:t></w:r>\n<w:r><w:t>★')),
    "by its number": ("x.docx", docx("秘密&#9733;")),
    "in a cell": ("x.xlsx", xlsx("秘密★")),
    "in an OFD, character by character": ("x.ofd", ofd("秘</ofd:TextCode>\n<ofd:TextCode>密</ofd:TextCode>\n<ofd:TextCode>★")),
    "over the edge of a piece": ("x.pdf", PDF + bytes((1 << 20) - len(PDF) - 4) + "秘密★".encode()),
    "far behind in a document": ("x.docx", docx("正" * 400_000 + "秘密★")),
    "in a stream of a PDF": ("x.pdf", pdf_with("秘密★".encode("utf-16-be"))),
    "in hexadecimal in a PDF": ("x.pdf", pdf_with(b"BT <79d8 5bc6> Tj 10 0 Td <2605> Tj ET")),
    "through a font of a PDF": ("x.pdf", pdf_with(b"BT /F1 16 Tf [<01> 3 <02>] TJ (\\003) Tj ET", FONT)),
    "in a zip": ("x.zip", packed({"报告.docx": docx("秘密★")})),
    "in a name in a zip": ("x.zip", packed({"秘密★/报告.pdf": PDF})),
    "in the name": ("机密★报告.pdf", PDF),
}  # fmt: skip


@pytest.mark.parametrize("case", MARKED)
def test_a_marked_file_is_refused_and_only_name_and_hash_are_logged(
    case: str, caplog: pytest.LogCaptureFixture
) -> None:
    name, content = MARKED[case]

    with caplog.at_level(logging.WARNING, logger="casework.files.uploads"):
        said = refusal(name, content)

    where = "文件名" if "★" in name else "文件内容"
    assert (
        said
        == f"“{name}”的{where}带有密级标志，没有收下。本系统为非涉密系统，不得上传涉密文件；文件没有保留，涉密材料请走机要渠道。"
    )
    assert caplog.messages == [f"marked file refused: {name} {hashlib.sha256(content).hexdigest()}"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("保密工作检查.docx", docx("不得涉及国家秘密、工作秘密和商业秘密")), ("重点.docx", docx("国家秘密</w:t></w:r></w:p><w:p><w:r><w:t>★ 重点整改")), ("星.xlsx", xlsx("秘密</t></si><si><t>★")),
        ("电.docx", docx("内部明确用电标准")), ("报告.pdf", pdf_with(b"BT <01> Tj <03> Tj ET", FONT)), ("照片.png", PNG + "秘密★".encode()),
    ],
)  # fmt: skip
def test_what_only_speaks_of_secrets_is_taken(name: str, content: bytes) -> None:
    assert check(uploaded("x", content), name).size == len(content)


# ---- where a photo was made


def photo(order: str = "<") -> bytes:
    """A JPEG with the directory of a time and a place as a telephone writes it."""
    begin = b"II*\x00" if order == "<" else b"MM\x00*"
    first = struct.pack(order + "HHHLLHHLLL", 2, 0x0132, 2, 20, 100, 0x8825, 4, 1, 38, 0)
    place = struct.pack(order + "HHHL4sHHLLL", 2, 1, 2, 2, b"N\0\0\0", 2, 5, 3, 76, 0)
    tiff = begin + struct.pack(order + "L", 8) + first
    tiff = tiff.ljust(38, b"\0") + place
    tiff = tiff.ljust(76, b"\0") + struct.pack(order + "6L", 35, 1, 42, 1, 3600, 100)
    tiff = tiff.ljust(100, b"\0") + b"2026:07:06 09:30:00\0"
    xmp = b'http://ns.adobe.com/xap/1.0/\x00<x exif:GPSLatitude="35,42.6N" exif:GPSLongitude=\'107,38E\' dc:title="x"/><exif:GPSAltitude>1400</exif:GPSAltitude>'
    segments = [b"Exif\0\0" + tiff, xmp]
    return (
        b"\xff\xd8"
        + b"".join(b"\xff\xe1" + struct.pack(">H", len(s) + 2) + s for s in segments)
        + b"\xff\xda"
        + bytes(range(256))
        + b"\xff\xd9"
    )


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photo_loses_its_place_and_keeps_time_picture_and_length(order: str) -> None:
    before = photo(order)
    file = uploaded("x", before)

    found = check(file, "现场.jpg")

    after = file.read()
    assert (found.lost_location, found.size, found.sha256) == (True, len(before), hashlib.sha256(after).hexdigest())
    assert struct.pack(order + "6L", 35, 1, 42, 1, 3600, 100) not in after
    assert b'exif:GPSLatitude="        " exif:GPSLongitude=\'       \' dc:title="x"/><exif:GPSAltitude>    <' in after
    assert b"2026:07:06 09:30:00" in after
    assert after[after.index(b"\xff\xda") :] == before[before.index(b"\xff\xda") :]


def test_a_photo_keeps_its_place_where_it_is_evidence() -> None:
    file = uploaded("x", photo())

    found = check(file, "现场.jpg", keep_location=True)

    assert (found.lost_location, file.read()) == (False, photo())


@pytest.mark.parametrize("end", range(20, 140, 3))
def test_a_broken_directory_is_left_alone(end: int) -> None:
    assert check(uploaded("x", photo()[:end] + b"\xff\xd9"), "现场.jpg").size == min(end, len(photo())) + 2


# ---- nothing left


@pytest.mark.parametrize("name", ["程序.exe", "报告.pdf", "材料.zip"])
def test_a_refused_file_leaves_nothing_on_disk(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    content = (
        packed({"大.pdf": b"MZ" + os.urandom(5 << 20)}, method=zipfile.ZIP_STORED) if name.endswith("zip") else b"MZ"
    )

    refusal(name, content)

    assert list(tmp_path.rglob("*")) == []


def test_a_large_file_on_disk_is_not_read_into_memory(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "大.pdf"
    with path.open("wb") as out:
        out.write(PDF)
        for _ in range(30):
            out.write(os.urandom(1 << 20))
    with path.open("r+b") as file:
        tracemalloc.start()
        check(file, "大.pdf")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert most < 12 * 1024 * 1024
