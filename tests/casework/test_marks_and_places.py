"""A classification mark is found wherever it stands in what can be read.

A photo loses the place where it was made, and nothing else.
"""

from __future__ import annotations

import hashlib
import io
import logging
import struct
import zipfile

import pytest
from PIL import Image

from casework.files import pictures, place_of_taking
from casework.files.uploads import check
from tests.casework.test_uploads import refusal, uploaded
from tests.papers import PDF, a_pdf, compound, docx, ofd, packed, photo, xlsx

# ---- marks


FONT = b"2 beginbfchar\n<01> <79D8>\n<02> <5BC6>\nendbfchar 1 beginbfrange <03> <03> <2605> endbfrange endcmap"
BY_UNICODE = (
    b"/F1<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/UniGB-UCS2-H"
    b"/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/Song>>]>>"
)
MARKED = {
    "plain UTF-8": ("x.pdf", PDF + "秘密★1年".encode()),
    "UTF-16 at an odd place": ("x.doc", compound("WordDocument", text="机密★")),
    "big-endian title of a PDF": ("x.pdf", PDF + b"/Title (\xfe\xff" + "内部明电".encode("utf-16-be") + b")"),
    "GBK": ("x.wps", compound("WordDocument") + "绝密★".encode("gb18030")),
    "typeset with spaces": ("x.docx", docx("机　密 ★ 10 年")),
    "split over runs": ("x.docx",
        docx('秘</w:t></w:r><w:r><w:rPr><w:b w:val="1"/></w:rPr><w:t>密</w:t></w:r>\n<w:r><w:t>★')),
    "by its number": ("x.docx", docx("秘密&#9733;")),
    "in a cell": ("x.xlsx", xlsx("秘密★")),
    "in an OFD, character by character": ("x.ofd",
        ofd("秘</ofd:TextCode>\n<ofd:TextCode>密</ofd:TextCode>\n<ofd:TextCode>★")),
    "over the edge of a piece": ("x.pdf", PDF + bytes((1 << 20) - len(PDF) - 4) + "秘密★".encode()),
    "far behind in a document": ("x.docx", docx("正" * 400_000 + "秘密★")),
    "in a stream of a PDF": ("x.pdf", a_pdf(loose=("秘密★".encode("utf-16-be"),))),
    "in hexadecimal in a PDF": ("x.pdf", a_pdf(b"BT /F1 16 Tf <79d8 5bc6> Tj 10 0 Td <2605> Tj ET", fonts=BY_UNICODE)),
    "through a font of a PDF": ("x.pdf", a_pdf(b"BT /F1 16 Tf [<01> 3 <02>] TJ (\\003) Tj ET", maps=(FONT,))),
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
    assert said == (
        f"“{name}”的{where}带有密级标志，没有收下。"
        "本系统为非涉密系统，不得上传涉密文件；文件没有保留，涉密材料请走机要渠道。"
    )
    assert caplog.messages == [f"marked file refused: {name} {hashlib.sha256(content).hexdigest()}"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("保密工作检查.docx", docx("不得涉及国家秘密、工作秘密和商业秘密")),
        ("重点.docx", docx("国家秘密</w:t></w:r></w:p><w:p><w:r><w:t>★ 重点整改")),
        ("星.xlsx", xlsx("秘密</t></si><si><t>★")),
        ("电.docx", docx("内部明确用电标准")), ("报告.pdf", a_pdf(b"BT /F1 16 Tf <01> Tj <03> Tj ET", maps=(FONT,))),
    ],
)  # fmt: skip
def test_what_only_speaks_of_secrets_is_taken(name: str, content: bytes) -> None:
    assert check(uploaded("x", content), name).size == len(content)


# ---- where a photo was made


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
    assert (pictures.says_where(before), pictures.says_where(after)) == (True, False)


def test_what_pillow_writes_as_a_place_is_taken_out_as_well() -> None:
    said = Image.Exif()
    said[0x0132], said[0x010F] = "2026:07:06 09:30:00", "相机"
    said.get_ifd(0x8825).update({1: "N", 2: (35.0, 42.0, 36.0), 3: "E", 4: (107.0, 38.0, 0.0), 29: "2026:07:06"})
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, "JPEG", exif=said)
    file = uploaded("x", made.getvalue())

    check(file, "现场.jpg")

    after = file.read()
    assert (pictures.says_where(made.getvalue()), pictures.says_where(after)) == (True, False)
    assert Image.open(io.BytesIO(after)).getexif()[0x0132] == "2026:07:06 09:30:00"


def with_place(what: str) -> bytes:
    """Return a picture as Pillow writes it, with a time and a place."""
    said = Image.Exif()
    said[0x0132] = "2026:07:06 09:30:00"
    said.get_ifd(0x8825).update({1: "N", 2: (35.0, 42.0, 36.0), 3: "E", 4: (107.0, 38.0, 0.0)})
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, what, exif=said)
    return made.getvalue()


def test_a_png_loses_its_place_and_every_sum_in_it_is_right() -> None:
    before = with_place("PNG")
    file = uploaded("x", before)

    assert check(file, "截图.png").lost_location

    after = file.read()
    assert (pictures.says_where(before), pictures.says_where(after)) == (True, False)
    with Image.open(io.BytesIO(after)) as picture:
        picture.verify()
        assert picture.getexif()[0x0132] == "2026:07:06 09:30:00"


def test_a_webp_in_a_document_loses_its_place() -> None:
    before = with_place("WEBP")
    after = place_of_taking.written_over(before, place_of_taking.patches(before))

    assert (pictures.says_where(before), pictures.says_where(after), len(after)) == (True, False, len(before))


def a_pdf_with(picture: bytes, catalog: bytes = b"") -> bytes:
    """Return a PDF with a photo as cameras make them, unpacked."""
    image = b"/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length "
    out = a_pdf(catalog=catalog)
    return out + b"9 0 obj<</Type" + image + b"%d>>stream\n" % len(picture) + picture + b"\nendstream endobj\n"


@pytest.mark.parametrize("is_signed", [False, True])
def test_a_photo_in_a_pdf_loses_its_place_but_where_a_seal_holds_every_byte(is_signed: bool) -> None:
    before = a_pdf_with(with_place("JPEG"), b"/Perms<</DocMDP<</ByteRange[0 1 2 3]>>>>" if is_signed else b"")
    file = uploaded("x", before)

    found = check(file, "报告.pdf")

    after = file.read()
    says_where = pictures.says_where(after[after.index(b"stream\n\xff\xd8") + 7 :])
    assert (found.lost_location, found.places_left, says_where) == (not is_signed, int(is_signed), is_signed)
    assert len(after) == len(before)
    assert (after == before) == is_signed


PHOTOS = {f"word/media/{n}.jpg": with_place(what) for n, what in enumerate(("JPEG", "PNG", "JPEG"))}
PACKED = {
    "材料.zip": packed(PHOTOS).replace(b"word/media/1.jpg", b"word/media/1.png"),
    "报告.docx": docx(**PHOTOS),
    "嵌套.zip": packed({"报告.docx": docx(**PHOTOS), "说明.pdf": PDF}),
    "公文.ofd": packed(PHOTOS | {"OFD.xml": "x"}),
}


def parts_of(container: bytes) -> dict[str, tuple[object, bytes]]:
    """Return name, day and bytes of each part, of a document in a zip its parts."""
    found: dict[str, tuple[object, bytes]] = {}
    with zipfile.ZipFile(io.BytesIO(container)) as opened:
        for item in opened.infolist():
            content = opened.read(item)
            found |= parts_of(content) if content[:2] == b"PK" else {item.filename: (item.date_time, content)}
    return found


@pytest.mark.parametrize("name", PACKED)
def test_pictures_that_lie_packed_lose_their_place_and_nothing_else_changes(name: str) -> None:
    file = uploaded("x", PACKED[name])

    found = check(file, name)

    before, after = parts_of(PACKED[name]), parts_of(file.read())
    changed = {part for part in before if before[part] != after[part]}
    assert list(after) == list(before)
    assert {part: said[0] for part, said in after.items()} == {part: said[0] for part, said in before.items()}
    assert (len(changed), {pictures.says_where(after[part][1]) for part in changed}) == (3, {False})
    assert found.words == f"已去除图片中的拍摄位置；上传的原文件 SHA-256：{hashlib.sha256(PACKED[name]).hexdigest()}"


@pytest.mark.parametrize("name", PACKED)
def test_packed_pictures_keep_their_place_where_it_is_evidence(name: str) -> None:
    file = uploaded("x", PACKED[name])

    found = check(file, name, keep_location=True)

    assert (found.words, file.read()) == ("", PACKED[name])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("签章.docx", docx(**PHOTOS, **{"_xmlsignatures/sig1.xml": "<Signature/>"})),
        ("签章.ofd", packed(PHOTOS | {"OFD.xml": "x", "Doc_0/Signs/Signatures.xml": "<x/>"})),
    ],
)
def test_under_a_seal_nothing_is_changed_and_it_is_said_what_was_left(name: str, content: bytes) -> None:
    file = uploaded("x", content)

    assert check(file, name).words == "其中 3 张图片带有拍摄位置，没有去除"
    assert file.read() == content


def test_of_a_photo_in_an_old_document_it_is_said_that_its_place_was_left() -> None:
    content = compound("WordDocument", first=bytes(600) + with_place("JPEG"))

    assert check(uploaded("x", content), "报告.doc").words == "其中 1 张图片带有拍摄位置，没有去除"


def test_a_photo_keeps_its_place_where_it_is_evidence() -> None:
    file = uploaded("x", photo())

    found = check(file, "现场.jpg", keep_location=True)

    assert (found.lost_location, file.read()) == (False, photo())


@pytest.mark.parametrize("end", range(0, 120, 3))
def test_a_broken_directory_is_left_alone(end: int) -> None:
    cut = photo(cut=end)

    assert check(uploaded("x", cut), "现场.jpg").size == len(cut)
