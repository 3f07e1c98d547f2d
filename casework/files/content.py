"""Look a file through by what it is.

Of its kind, not packed to burst, without a classification mark, without a program inside.

Everything here reads hostile bytes. It runs in a child process with hard limits (`casework.files.reader`), knows no
database and imports no Django.
Rules: docs/domain/dictionaries.md 9.8, docs/domain/compliance.md 6.2.
"""

from __future__ import annotations

import errno
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

from casework.files import classification, compound, office_parts, pdf, pictures
from casework.files.office_parts import OLE, PK
from casework.files.place_of_taking import Patch
from ui.hostile.unfit import DISK_FULL, UnfitError

JPEG = b"\xff\xd8\xff"
TYPES = {  # extension -> (content type, how its content begins)
    "pdf": ("application/pdf", (b"%PDF-",)),
    "ofd": ("application/ofd", (PK,)),
    "zip": ("application/zip", (PK,)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (PK,)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (PK,)),
    "doc": ("application/msword", (OLE,)),
    "xls": ("application/vnd.ms-excel", (OLE,)),
    "wps": ("application/vnd.ms-works", (OLE, PK)),
    "et": ("application/vnd.ms-excel", (OLE, PK)),
    "jpg": ("image/jpeg", (JPEG,)),
    "jpeg": ("image/jpeg", (JPEG,)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
}
PICTURES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG"}  # extension -> what Pillow calls it
PHOTOS = (".jpg", ".jpeg", ".png", ".webp")  # pictures in a document that may say where they were made
INSIDE = {  # what such a container must hold
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "ofd": "OFD.xml",
    "wps": "[Content_Types].xml",
    "et": "[Content_Types].xml",
}
UTF_8 = 0x800  # the flag of a part in a zip whose name is written so
KNOWN_OTHERS = (  # how else a file may begin, and what that is called
    (b"MZ", "可执行程序"),
    (b"\x7fELF", "可执行程序"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"<svg", "网页图形"),
    (b"<!DOCTYPE", "网页"),
    (b"<html", "网页"),
    (OLE, "旧版格式（doc、xls）或加了密的文件"),
    (PK, "压缩包或新版格式（docx、xlsx）"),
    (b"%PDF-", "pdf"),
    (JPEG, "jpg 图片"),
    (b"\x89PNG", "png 图片"),
)
HEIC = "苹果手机的 HEIC 照片"
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
AS_JPG = "请在手机“设置—相机—格式”里选“兼容性最好”，或者把照片另存为 jpg 后上传。"
EMBEDDED = ""  # the extension of what lies in a document: it may be of any kind that holds no program
LEFT_LYING = {  # what systems leave in a zip by themselves: how its name ends -> how it begins
    "thumbs.db": (OLE,),
    "ehthumbs.db": (OLE,),
    ".ds_store": (b"\x00\x00\x00\x01Bud1",),
    "desktop.ini": (b"[", b"\r\n[", b"\xff\xfe[", b"\xff\xfe\r\x00\n\x00["),
}
BESIDE_A_FILE = b"\x00\x05\x16\x07"  # how a file ._name begins, which a Mac puts beside each file
MOST_LEFT_LYING = 4 * 1024 * 1024
MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO, MOST_LISTED = 2_000, 300 * 1024 * 1024, 200, 1024 * 1024
MUCH = 50 * 1024 * 1024  # below this, a high ratio is a table of equal rows, not a bomb
WORDS = "pdf、ofd、doc、docx、xls、xlsx、wps、et、jpg、png、zip"
NOT_KEPT = "文件没有保留。"
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, ValueError, OverflowError)


class MarkedError(Exception):
    """A classification mark stands in the content."""


@dataclass
class Found:
    """What was found about content that may be taken.

    `unread`: why a part could not be searched for marks, or "". `place`: what to write over the file so that it no
    longer says where it was made. `places_left`: how many pictures inside say it still, because they lie packed or
    under a seal.
    """

    unread: str = ""
    places_left: int = 0
    place: list[Patch] = field(default_factory=list)


@dataclass
class Room:
    """How much may still be unpacked, over all containers of one upload."""

    bytes: int = MOST_UNPACKED
    entries: int = MOST_ENTRIES


def look_through(file: IO[bytes], label: str, ext: str, room: Room | None = None) -> Found:
    """Return what is found in a file of this name and extension.

    Raises:
        UnfitError: it is not of its kind, damaged, locked, packed to burst, or holds a program.
        MarkedError: it bears a mark.
    """
    room = room or Room()
    file.seek(0)
    head = file.read(256)
    if not head.startswith(TYPES[ext][1]):
        raise _not_of_its_kind(label, ext, head)
    if ext in PICTURES:
        return _look_at_picture(file, label, ext)
    if head.startswith(PK):
        return _look_into_container(file, label, ext, room)
    if classification.in_file(file):
        raise MarkedError
    return _look_at_pdf(file, label) if ext == "pdf" else _look_at_compound(file, label, ext)


def extension(name: str) -> str:
    """Return what follows the last point, in lower case."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _not_of_its_kind(label: str, ext: str, head: bytes = b"") -> UnfitError:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return UnfitError(f"“{label}”是{HEIC}，只是改了扩展名，没有收下。{NOT_KEPT}{AS_JPG}")
    what = next((word for begins, word in KNOWN_OTHERS if start[: len(begins)].lower() == begins.lower()), "")
    return UnfitError(
        f"“{label}”的内容不是 {ext} 文件{f'，而是{what}' if what else ''}（可能改过扩展名），没有收下。"
        f"{NOT_KEPT}请上传原始文件。"
    )


def _damaged(label: str) -> UnfitError:
    return UnfitError(f"“{label}”已损坏，打不开，没有收下。{NOT_KEPT}请上传能直接打开的文件。")


def _locked(label: str) -> UnfitError:
    return UnfitError(f"“{label}”加了密，没有收下。{NOT_KEPT}请解密后上传。")


def _with_program(label: str, what: str) -> UnfitError:
    return UnfitError(f"“{label}”里带有{what}，没有收下。{NOT_KEPT}请另存为不带{what}的文件后上传。")


def _look_at_picture(file: IO[bytes], label: str, ext: str) -> Found:
    problem = pictures.problem_of(file, PICTURES[ext])
    if problem is pictures.Problem.TOO_LARGE:
        raise UnfitError(
            f"“{label}”超过 {pictures.MOST_PIXELS // 10_000} 万像素，没有收下。{NOT_KEPT}请压缩图片后上传。"
        )
    if problem is pictures.Problem.NOT_A_PICTURE:
        raise _with_program(label, "网页或压缩包")
    if problem is not None:
        raise _damaged(label)
    return Found(place=pictures.places_of_taking(file))


def _look_at_pdf(file: IO[bytes], label: str) -> Found:
    try:
        reading = pdf.read(file)
    except pdf.LockedError:
        raise _locked(label) from None
    if reading.program:
        raise _with_program(label, reading.program)
    if reading.is_marked:
        raise MarkedError
    place = pictures.places_of_taking(file)
    if place and pdf.is_signed(file):
        return Found(unread=reading.unread, places_left=1)
    return Found(unread=reading.unread, place=place)


def _look_at_compound(file: IO[bytes], label: str, ext: str) -> Found:
    try:
        what = compound.kind_of(file)
    except OSError:
        raise _damaged(label) from None
    if what.is_locked:
        raise _locked(label)
    if not what.fits(ext):
        raise _not_of_its_kind(label, ext)
    if what.program:
        raise _with_program(label, what.program)
    return Found()


def _look_into_container(file: IO[bytes], label: str, ext: str, room: Room) -> Found:
    """Look inside a container, measuring before anything is unpacked."""
    found = Found()
    try:
        _refuse_long_list(file, label)
        with zipfile.ZipFile(file) as packed:
            items = [item for item in packed.infolist() if not item.is_dir()]
            _refuse_bomb(items, label, room)
            _refuse_marked_names(packed)
            names = {item.filename for item in items}
            if ext in INSIDE and INSIDE[ext] not in names:
                raise _not_of_its_kind(label, ext)
            for item in items:
                if ext == "zip":
                    inner = _look_at_member(packed, item, label, room)
                else:
                    inner = _look_at_part(packed, item, label, room)
                found.unread = inner.unread or found.unread
                found.places_left += inner.places_left + bool(inner.place)
    except (*_BROKEN, OSError) as broken:
        if getattr(broken, "errno", None) == errno.ENOSPC:  # no room to unpack a part in
            raise UnfitError(DISK_FULL) from broken
        raise _damaged(label) from broken
    return found


def _refuse_marked_names(packed: zipfile.ZipFile) -> None:
    """Look for marks in all names, of folders too, in whatever encoding they were written, and in the remarks."""
    for item in packed.infolist():
        name = item.filename.encode("utf-8" if item.flag_bits & UTF_8 else "cp437", errors="replace")
        if classification.in_text(item.filename) or classification.in_bytes(
            b"\n".join((name, item.extra, item.comment))
        ):
            raise MarkedError
    if classification.in_bytes(packed.comment):
        raise MarkedError


def _look_at_part(packed: zipfile.ZipFile, item: zipfile.ZipInfo, label: str, room: Room) -> Found:
    """Look at one part of a document: for what it would run or fetch, and its text for marks.

    A container in it, such as a table embedded in a report, is looked into likewise.
    """
    what = office_parts.program_in(packed, item)
    if what:
        raise _with_program(label, what)
    if office_parts.is_container(packed, item):
        with office_parts.unpacked(packed, item) as held:
            return _look_into_container(held, label, EMBEDDED, room)
    if item.filename.lower().endswith(PHOTOS):
        with office_parts.unpacked(packed, item) as held:
            return Found(place=pictures.places_of_taking(held))
    if item.filename.lower().endswith(".xml"):
        with packed.open(item) as part:
            if classification.in_xml(part):
                raise MarkedError
    return Found()


def _refuse_long_list(file: IO[bytes], label: str) -> None:
    """Read how long the list of parts is before it is read: a million empty parts fit into 50 MB."""
    end = file.seek(0, 2)
    file.seek(max(end - 66_000, 0))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise zipfile.BadZipFile
    if int.from_bytes(tail[at + 12 : at + 16], "little") > MOST_LISTED:
        raise UnfitError(f"“{label}”里的文件过多，没有收下。{NOT_KEPT}请分开上传需要的文件。")


def _refuse_bomb(items: list[zipfile.ZipInfo], label: str, room: Room) -> None:
    """Refuse by the stated sizes: the reader never gives more of a part than it states."""
    unpacked, packed = sum(i.file_size for i in items), sum(i.compress_size for i in items) or 1
    room.bytes, room.entries = room.bytes - unpacked, room.entries - len(items)
    if room.bytes < 0 or room.entries < 0 or (unpacked > MUCH and unpacked / packed > MOST_RATIO):
        raise UnfitError(
            f"“{label}”解开后过大（{len(items)} 个文件、{unpacked // (1024 * 1024)} MB），没有收下。"
            f"{NOT_KEPT}请分开上传需要的文件。"
        )
    if any(i.flag_bits & 1 for i in items):
        raise _locked(label)


def _look_at_member(packed: zipfile.ZipFile, item: zipfile.ZipInfo, label: str, room: Room) -> Found:
    """Look a file in a zip through as if it had been uploaded itself.

    A zip in a zip is not taken.
    """
    inner = _name_of(item)
    parts = inner.replace("\\", "/").split("/")
    if inner.startswith(("/", "\\")) or ".." in parts:
        raise UnfitError(f"“{label}”里有指向别处的路径，没有收下。{NOT_KEPT}请重新打包。")
    ext, inner_label = extension(parts[-1]), f"{label}”里的“{parts[-1][-60:]}"
    if _is_left_lying(packed, item, parts):
        return Found()
    if ext not in TYPES or ext == "zip":
        raise UnfitError(
            f"“{inner_label}”不是可以上传的格式，没有收下。{NOT_KEPT}压缩包里只能有 {WORDS.removesuffix('、zip')}。"
        )
    with office_parts.unpacked(packed, item) as held:
        return look_through(held, inner_label, ext, room)


def _is_left_lying(packed: zipfile.ZipFile, item: zipfile.ZipInfo, parts: list[str]) -> bool:
    """Say whether a part is what a system left there by itself, by its name and by how it begins.

    It stays in the zip, which is evidence; whatever only bears such a name is looked at like all the others.
    """
    begins = (BESIDE_A_FILE,) if parts[-1].startswith("._") else LEFT_LYING.get(parts[-1].lower(), ())
    if not begins or item.file_size > MOST_LEFT_LYING:
        return False
    with packed.open(item) as part:
        content = part.read(MOST_LEFT_LYING)
    if classification.in_bytes(content):
        raise MarkedError
    return content.startswith(begins) or not content


def _name_of(item: zipfile.ZipInfo) -> str:
    """Return the name of a part: without a flag it is UTF-8 (macOS, Linux), or GBK as Windows in Chinese writes it,
    and the reader took either for cp437.
    """
    if item.flag_bits & UTF_8:
        return item.filename
    try:
        written = item.filename.encode("cp437")
    except UnicodeError:
        return item.filename
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeError):
            return written.decode(encoding)
    return item.filename
