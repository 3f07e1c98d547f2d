"""What may be uploaded, what is refused, in which words; and that a refused file leaves nothing."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.files import content
from casework.files.content import MADE_JPG, MOST_ENTRIES, TYPES
from casework.files.uploads import LONGEST_NAME, UploadRefusedError, check, clean_name
from tests.papers import JPEG, PDF, PNG, compound, docx, ofd, packed, xlsx

GOOD = {
    "pdf": PDF, "ofd": ofd(), "zip": packed({"报告.docx": docx(), "照片/1.jpg": JPEG}), "docx": docx(), "xlsx": xlsx(),
    "doc": compound("WordDocument"), "xls": compound("Workbook"), "wps": compound("WordDocument"),
    "et": compound("Workbook"), "jpg": JPEG, "jpeg": JPEG, "png": PNG,
}  # heic, heif and webp are made a jpg: tests/casework/test_pictures_are_kept.py  # fmt: skip


def uploaded(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def refusal(name: str, content: bytes, **given: Any) -> str:
    with pytest.raises(UploadRefusedError) as refused:
        check(uploaded("x", content), name, **given)
    return refused.value.message


@pytest.mark.parametrize("ext", [ext for ext in TYPES if ext not in MADE_JPG])
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
        ("C:\\用户\\科员\\报告.pdf", "报告.pdf"), ("../../etc/报告.pdf", "报告.pdf"),
        ("报\x00告\u202efdp.\u200bpdf", "报告fdp.pdf"), (" 报告.pdf. ", "报告.pdf"),
        ('报告"<1>|?.pdf', "报告__1___.pdf"), ("CON.pdf", "_CON.pdf"), ("lpt1.pdf", "_lpt1.pdf"),
        ("concise.pdf", "concise.pdf"), ("堡塬岘.pdf", "堡塬岘.pdf"),
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
    assert refusal(name, b"<svg/>") == (
        f"“{name}”不是可以上传的格式，没有收下。"
        "可以上传 pdf、ofd、doc、docx、xls、xlsx、wps、et、jpg、png、heic、webp、zip。文件没有保留。"
    )


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("报告.pdf", b"MZ\x90\x00" + bytes(200), "，而是可执行程序"),
        ("报告.pdf", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "，而是网页图形"),
        ("照片.jpg", b"\xef\xbb\xbf<!doctype html><script>", "，而是网页"), ("照片.png", JPEG, "，而是jpg 图片"),
        ("报告.docx", PDF, "，而是pdf"),
        ("报告.docx", compound("WordDocument"), "，而是旧版格式（doc、xls）或加了密的文件"),
        ("报告.pdf", docx(), "，而是压缩包或新版格式（docx、xlsx）"),
        ("报告.pdf", b"plain text", ""), ("报告.docx", xlsx(), ""), ("表.xlsx", docx(), ""), ("公文.ofd", docx(), ""),
        ("安装.doc", compound("MsiDigitalSignature"), ""),
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

    assert refusal("材料.zip", bytes(locked)) == "“材料.zip”加了密，没有收下。文件没有保留。请解密后上传。"
    assert (
        refusal("报告.doc", compound("EncryptedPackage")) == "“报告.doc”加了密，没有收下。文件没有保留。请解密后上传。"
    )


# ---- containers


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({"报告.pdf": PDF + bytes(60 * 1024 * 1024)})
    monkeypatch.delattr(zipfile.ZipExtFile, "read")

    with pytest.raises(content.UnfitError) as unfit:
        content.look_through(io.BytesIO(bomb), "材料.zip", "zip")

    assert str(unfit.value) == "“材料.zip”解开后过大（1 个文件、60 MB），没有收下。文件没有保留。请分开上传需要的文件。"


def test_bombs_in_several_containers_add_up() -> None:
    heavy = packed({"word/document.xml": "<a/>" + " " * 1_400_000}, method=zipfile.ZIP_DEFLATED)
    together = packed({f"{n}.docx": heavy for n in range(3)})

    with pytest.raises(content.UnfitError) as unfit:
        content.look_through(io.BytesIO(together), "材料.zip", "zip", content.Room(bytes=3_000_000))

    assert str(unfit.value) == (
        "“材料.zip”里的“2.docx”解开后过大（1 个文件、1 MB），没有收下。文件没有保留。请分开上传需要的文件。"
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
            (
                "“材料.zip”里的“程序.exe”不是可以上传的格式，没有收下。文件没有保留。"
                "压缩包里只能有 pdf、ofd、doc、docx、xls、xlsx、wps、et、jpg、png、heic、webp。"
            ),
        ),
        (
            "再包.zip",
            packed({"报告.pdf": PDF}),
            (
                "“材料.zip”里的“再包.zip”不是可以上传的格式，没有收下。文件没有保留。"
                "压缩包里只能有 pdf、ofd、doc、docx、xls、xlsx、wps、et、jpg、png、heic、webp。"
            ),
        ),
        (
            "子目录/报告.pdf",
            b"MZ",
            (
                "“材料.zip”里的“报告.pdf”的内容不是 pdf 文件，而是可执行程序（可能改过扩展名），没有收下。"
                "文件没有保留。请上传原始文件。"
            ),
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


# ---- nothing left


@pytest.mark.parametrize("name", ["程序.exe", "报告.pdf", "材料.zip"])
@pytest.mark.accepts(2)
def test_a_refused_file_leaves_nothing_on_disk(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    content = (
        packed({"大.pdf": b"MZ" + os.urandom(5 << 20)}, method=zipfile.ZIP_STORED) if name.endswith("zip") else b"MZ"
    )

    refusal(name, content)

    assert [
        path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != ".reading"
    ] == []  # its places


def test_a_large_file_on_disk_is_not_read_into_memory(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "大.pdf"
    path.write_bytes(PDF + b"%" + bytes(16 << 20))
    with path.open("r+b") as file:
        tracemalloc.start()
        check(file, "大.pdf")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert most < 12 * 1024 * 1024


# ---- what systems leave in a zip, names in every encoding, photos of phones


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("name", ["秘密★报告.pdf", "机密 ★/报告.pdf", "内部明电.pdf"])
def test_a_marked_name_in_a_zip_is_refused_however_it_is_written(name: str, encoding: str) -> None:
    marked = name.encode(encoding)
    plain = packed({"?" * len(marked): PDF}).replace(b"?" * len(marked), marked)

    assert "带有密级标志" in refusal("材料.zip", plain)
    assert "带有密级标志" in refusal("材料.zip", packed({name: PDF}))


def test_a_marked_folder_without_a_file_is_refused() -> None:
    assert "带有密级标志" in refusal("材料.zip", packed({"绝密★/": b"", "报告.pdf": PDF}))


def test_a_name_in_utf_8_without_its_flag_is_shown_as_it_was_written() -> None:
    name = "整改.exe".encode()

    said = refusal("材料.zip", packed({"?" * len(name): PDF}).replace(b"?" * len(name), name))

    assert "“材料.zip”里的“整改.exe”不是可以上传的格式" in said


LEFT_LYING = {
    "__MACOSX/照片/._1.jpg": b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X",
    "照片/Thumbs.db": compound("Catalog"),
    ".DS_Store": b"\x00\x00\x00\x01Bud1" + bytes(40),
    "desktop.ini": b"[.ShellClassInfo]\r\n",
}


@pytest.mark.parametrize("name", LEFT_LYING)
def test_what_a_system_leaves_in_a_zip_does_not_keep_it_out(name: str) -> None:
    assert check(uploaded("x", packed({"照片/1.jpg": JPEG, name: LEFT_LYING[name]})), "材料.zip").unread == ""


@pytest.mark.parametrize("name", LEFT_LYING)
def test_what_only_bears_such_a_name_is_refused(name: str) -> None:
    said = refusal("材料.zip", packed({"照片/1.jpg": JPEG, name: b"MZ\x90\x00" + bytes(200)}))

    assert ("而是可执行程序" if name.endswith(".jpg") else "不是可以上传的格式") in said


@pytest.mark.parametrize("name", LEFT_LYING)
def test_a_mark_in_what_a_system_left_is_found(name: str) -> None:
    assert "带有密级标志" in refusal("材料.zip", packed({"1.jpg": JPEG, name: LEFT_LYING[name] + "秘密★".encode()}))
