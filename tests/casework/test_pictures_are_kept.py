"""A picture is kept as it came: decoded, not written anew.

What hangs behind its end is cut off; what the programs of an office do not open is made a jpg. Both are said, with the
hash of what was sent (docs/decisions/0028-pictures-are-kept-as-they-came.md).
"""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from PIL import Image

from casework.files.uploads import check
from tests.casework.test_marks_and_places import with_place
from tests.casework.test_uploads import refusal, uploaded
from tests.papers import HEIC, JPEG, PDF, PNG, packed

GPS = 0x8825
WEBP = with_place("WEBP")


def said_of(content: bytes) -> tuple[str | None, str, dict[int, object]]:
    """Return what a picture is, when it was made and where, as Pillow reads it."""
    with Image.open(io.BytesIO(content)) as picture:
        said = picture.getexif()
        return picture.format, said[0x0132], said.get_ifd(GPS)


# ---- made a jpg


@pytest.mark.parametrize(
    ("name", "content", "kept_as", "word"),
    [
        ("IMG_0042.HEIC", HEIC, "IMG_0042.jpg", "HEIC 照片"), ("IMG_0042.heif", HEIC, "IMG_0042.jpg", "HEIC 照片"),
        ("改了名.jpg", HEIC, "改了名.jpg", "HEIC 照片"), ("截图.webp", WEBP, "截图.jpg", "WebP 图片"),
        ("微信.png", WEBP, "微信.jpg", "WebP 图片"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("keep", [False, True])
def test_what_office_programs_do_not_open_is_kept_as_a_jpg_and_said_with_the_hash_of_what_was_sent(
    name: str, content: bytes, kept_as: str, word: str, keep: bool
) -> None:
    file = uploaded("x", content)

    found = check(file, name, keep_location=keep)

    after = file.read()
    what, at, place = said_of(after)
    lost = "" if keep else "已去除图片中的拍摄位置；"
    assert (found.name, found.content_type) == (kept_as, "image/jpeg")
    assert (found.size, found.sha256) == (len(after), hashlib.sha256(after).hexdigest())
    assert (what, at, bool(place)) == ("JPEG", "2026:07:06 09:30:00", keep)
    assert found.words == f"{word}已转成 jpg；{lost}上传的原文件 SHA-256：{hashlib.sha256(content).hexdigest()}"


def test_the_same_file_for_another_case_says_the_same() -> None:
    file = uploaded("x", HEIC)

    assert check(file, "IMG_0042.HEIC") == check(file, "IMG_0042.HEIC")


def test_a_photo_of_a_telephone_stands_upright_and_looks_as_it_did() -> None:
    file = uploaded("x", HEIC)

    check(file, "IMG_0042.HEIC")

    with Image.open(file) as picture:
        assert (picture.size, picture.getexif().get(0x0112, 1)) == ((16, 32), 1)
        top, bottom = picture.getpixel((8, 2)), picture.getpixel((8, 29))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[2] > 150 > top[0], bottom[0] > 150 > bottom[2]) == (True, True)


def test_in_a_zip_it_is_made_a_jpg_beside_the_others() -> None:
    file = uploaded("x", packed({"IMG_1.HEIC": HEIC, "IMG_1.jpg": JPEG, "说明.pdf": PDF}))

    found = check(file, "照片.zip")

    with zipfile.ZipFile(file) as opened:
        kept = {name: opened.read(name) for name in opened.namelist()}
    assert list(kept) == ["IMG_1.HEIC.jpg", "IMG_1.jpg", "说明.pdf"]
    assert (kept["IMG_1.jpg"], kept["说明.pdf"], said_of(kept["IMG_1.HEIC.jpg"])[2]) == (JPEG, PDF, {})
    assert found.words.startswith("HEIC 照片已转成 jpg；已去除图片中的拍摄位置；上传的原文件 SHA-256：")


@pytest.mark.parametrize("content", [HEIC[:40] + bytes(500), b"RIFF\x10\0\0\0WEBP" + bytes(40)])
def test_a_beginning_alone_is_no_such_picture(content: bytes) -> None:
    assert "已损坏，打不开" in refusal("照片.heic", content)


@pytest.mark.parametrize("name", ["照片.heic", "照片.webp"])
def test_what_only_bears_such_a_name_is_refused(name: str) -> None:
    assert "（可能改过扩展名），没有收下" in refusal(name, bytes(300))
    assert "而是网页（可能改过扩展名）" in refusal(name, b"<html>" + bytes(300))


# ---- kept as it came, to its end


@pytest.mark.parametrize(("name", "picture"), [("照片.jpg", JPEG), ("截图.png", PNG)])
@pytest.mark.parametrize("behind", [b"MZ\x90\x00" + bytes(99), b"\0\0\0\x18ftypmp42" + b"film" * 99, b"7z\xbc\xaf'x"])
def test_what_hangs_behind_a_picture_is_cut_off_and_said(name: str, picture: bytes, behind: bytes) -> None:
    sent = picture + behind
    file = uploaded("x", sent)

    found = check(file, name, keep_location=True)

    assert (file.read(), found.sha256) == (picture, hashlib.sha256(picture).hexdigest())
    assert found.words == f"图像后面附带的数据已去掉；上传的原文件 SHA-256：{hashlib.sha256(sent).hexdigest()}"


@pytest.mark.parametrize("behind", [b"", bytes(512), JPEG, JPEG + JPEG + bytes(7)])
def test_a_picture_stays_bit_by_bit_with_the_pictures_that_a_telephone_puts_behind_it(behind: bytes) -> None:
    file = uploaded("x", JPEG + behind)

    found = check(file, "照片.jpg", keep_location=True)

    assert (file.read(), found.words) == (JPEG + behind, "")


def test_a_picture_without_an_end_is_refused() -> None:
    assert "已损坏，打不开" in refusal("照片.jpg", JPEG.removesuffix(b"\xff\xd9") + b"\xff\xd0" * 4_000)
