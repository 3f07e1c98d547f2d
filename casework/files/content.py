"""Look a file through by what it is.

Of its kind, not packed to burst, without a classification mark, without a program inside.

Everything here reads hostile bytes. It runs in a child process with hard limits (`casework.files.reader`), knows no
database and imports no Django.
Rules: docs/domain/dictionaries.md 9.8, docs/domain/compliance.md 6.2.
"""

from __future__ import annotations

import errno
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

from PIL import Image

from casework.files import classification, compound, members, office_parts, pdf, pictures
from casework.files.office_parts import OLE, PK
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
    "heic": ("image/heic", (b"\x00\x00",)),  # this and the next two are made a jpg, by what they are
    "heif": ("image/heif", (b"\x00\x00",)),
    "webp": ("image/webp", (b"RIFF",)),
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
SEAL = re.compile(r"^_xmlsignatures/|(?:^|/)Signatures\.xml$")  # what holds the bytes of a docx or an ofd
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
FOREIGN = {"HEIF": "HEIC 照片", "WEBP": "WebP 图片"}  # what Pillow calls it -> in words
JPG, MADE_JPG = "jpg", frozenset({"heic", "heif", "webp"})
EMBEDDED = ""  # the extension of what lies in a document: it may be of any kind that holds no program
MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO, MOST_LISTED = 2_000, 300 * 1024 * 1024, 200, 1024 * 1024
MUCH = 50 * 1024 * 1024  # below this, a high ratio is a table of equal rows, not a bomb
WORDS = "pdf、ofd、doc、docx、xls、xlsx、wps、et、jpg、png、heic、webp、zip"
NOT_KEPT = "文件没有保留。"
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, ValueError, OverflowError)


@dataclass
class Found:
    """What was found about content that may be taken.

    `unread`: why a part could not be searched for marks, or "". `made`: what is kept in its place, None where it is
    kept as it came; `said`: why, in words; `ext`: what its name ends with then. `without_place`: the same without
    where it, or `places` pictures in it, were made. `places_left`: how many pictures inside say it still, because a
    seal holds every byte, or they lie in pieces.
    """

    unread: str = ""
    made: IO[bytes] | None = None
    said: str = ""
    ext: str = ""
    without_place: IO[bytes] | None = None
    places: int = 0
    places_left: int = 0


@dataclass
class Room:
    """How much may still be unpacked, over all containers of one upload."""

    bytes: int = MOST_UNPACKED
    entries: int = MOST_ENTRIES


def look_through(file: IO[bytes], label: str, ext: str, room: Room | None = None) -> Found:
    """Return what is found in a file of this name and extension.

    Raises:
        UnfitError: it is not of its kind, damaged, locked, packed to burst, or holds a program.
        classification.MarkedError: it bears a mark.
    """
    room = room or Room()
    file.seek(0)
    head = file.read(256)
    if (what := pictures.foreign(head)) and ext in {*PICTURES, *MADE_JPG}:
        return _made_jpg(file, label, what)
    if ext in MADE_JPG or not head.startswith(TYPES[ext][1]):
        raise _not_of_its_kind(label, ext, head)
    if ext in PICTURES:
        return _look_at_picture(file, label, ext)
    if head.startswith(PK):
        return _look_into_container(file, label, ext, room)
    if classification.in_file(file):
        raise classification.MarkedError
    return _look_at_pdf(file, label, room) if ext == "pdf" else _look_at_compound(file, label, ext)


def extension(name: str) -> str:
    """Return what follows the last point, in lower case."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _not_of_its_kind(label: str, ext: str, head: bytes = b"") -> UnfitError:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
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
        raise _too_large(label)
    if problem is pictures.Problem.NOT_A_PICTURE:
        raise _with_program(label, "网页或压缩包")
    try:
        made = None if problem else pictures.cut(file, PICTURES[ext])
    except OSError:
        problem = pictures.Problem.DAMAGED
    if problem is not None:
        raise _damaged(label)
    if made is None:
        return _without_place(file)
    found = _without_place(held := io.BytesIO(made))
    found.made, found.said = held, "图像后面附带的数据已去掉"
    return found


def _made_jpg(file: IO[bytes], label: str, what: str) -> Found:
    """Make a jpg of a picture that the programs of an office do not open."""
    try:
        jpg = io.BytesIO(pictures.as_jpg(file, what))
    except Image.DecompressionBombError:
        raise _too_large(label) from None
    except pictures.UNREADABLE:
        raise _damaged(label) from None
    found = _without_place(jpg)
    found.made, found.ext, found.said = jpg, JPG, f"{FOREIGN[what]}已转成 jpg"
    return found


def _without_place(file: IO[bytes]) -> Found:
    """Return a picture, or a PDF with one, without where it was made."""
    without = pictures.without_place(file)
    return Found() if without is None else Found(without_place=io.BytesIO(without), places=1)


def _too_large(label: str) -> UnfitError:
    return UnfitError(f"“{label}”超过 {pictures.MOST_PIXELS // 10_000} 万像素，没有收下。{NOT_KEPT}请压缩图片后上传。")


def _look_at_pdf(file: IO[bytes], label: str, room: Room) -> Found:
    try:
        reading = pdf.read(file)
    except pdf.LockedError:
        raise _locked(label) from None
    if reading.program:
        raise _with_program(label, reading.program)
    if reading.is_marked:
        raise classification.MarkedError
    for attached in reading.attached:
        _look_at_attached(io.BytesIO(attached), label, room)
    found = _without_place(file)
    if found.without_place and pdf.is_signed(file):
        found = Found(places_left=1)
    found.unread = reading.unread
    return found


def _look_at_attached(file: IO[bytes], label: str, room: Room) -> None:
    """Look at a file that is attached to a PDF, by what it is: a table may hold macros."""
    head = file.read(len(OLE))
    if head.startswith(PK):
        _look_into_container(file, label, EMBEDDED, room)
    elif head == OLE and (what := compound.kind_of(file).program):
        raise _with_program(label, what)


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
    says_where = pictures.without_place(file) is not None  # its streams lie in pieces: nothing is written over them
    return Found(places_left=int(says_where))


def _look_into_container(file: IO[bytes], label: str, ext: str, room: Room) -> Found:
    """Look inside a container, measuring before anything is unpacked."""
    try:
        _refuse_long_list(file, label)
        with zipfile.ZipFile(file) as packed:
            items = [item for item in packed.infolist() if not item.is_dir()]
            _refuse_bomb(items, label, room)
            _refuse_marked_names(packed)
            names = {item.filename for item in items}
            if ext in INSIDE and INSIDE[ext] not in names:
                raise _not_of_its_kind(label, ext)
            look_at = _look_at_member if ext == "zip" else _look_at_part
            inner = {item.header_offset: look_at(packed, item, label, room) for item in items}
            return _put_together(packed, inner, is_sealed=ext != "zip" and any(map(SEAL.search, names)))
    except (*_BROKEN, OSError) as broken:
        if getattr(broken, "errno", None) == errno.ENOSPC:  # no room to unpack a part in
            raise UnfitError(DISK_FULL) from broken
        raise _damaged(label) from broken


def _put_together(packed: zipfile.ZipFile, inner: dict[int, Found], *, is_sealed: bool) -> Found:
    """Say of a container what was found in its parts; where a part is changed, it is packed anew, but under no seal.

    Args:
        inner: by where each part begins.
    """
    parts = inner.values()
    found = Found(
        unread=next((part.unread for part in reversed(parts) if part.unread), ""),
        said=next((part.said for part in parts if part.said), ""),
        places=sum(part.places for part in parts),
        places_left=sum(part.places_left for part in parts),
    )
    if is_sealed:
        return Found(found.unread, places_left=found.places + found.places_left)
    made = {at: part.made for at, part in inner.items() if part.made}
    without = {at: part.without_place for at, part in inner.items() if part.without_place}
    names = {item.header_offset: members.name_of(item) for item in packed.infolist()}
    names |= {at: f"{names[at]}.{part.ext}" for at, part in inner.items() if part.ext}  # 1.heic may stand beside 1.jpg
    if made:
        found.made = office_parts.packed_anew(packed, made, names)
    if without:
        found.without_place = office_parts.packed_anew(packed, made | without, names)
    return found


def _refuse_marked_names(packed: zipfile.ZipFile) -> None:
    """Look for marks in all names, of folders too, in whatever encoding they were written, and in the remarks."""
    for item in packed.infolist():
        name = item.filename.encode("utf-8" if item.flag_bits & members.UTF_8 else "cp437", errors="replace")
        if classification.in_text(item.filename) or classification.in_bytes(
            b"\n".join((name, item.extra, item.comment))
        ):
            raise classification.MarkedError
    if classification.in_bytes(packed.comment):
        raise classification.MarkedError


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
            return _without_place(held)
    if item.filename.lower().endswith(".xml"):
        with packed.open(item) as part:
            if classification.in_xml(part):
                raise classification.MarkedError
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
    inner = members.name_of(item)
    parts = inner.replace("\\", "/").split("/")
    if inner.startswith(("/", "\\")) or ".." in parts:
        raise UnfitError(f"“{label}”里有指向别处的路径，没有收下。{NOT_KEPT}请重新打包。")
    ext, inner_label = extension(parts[-1]), f"{label}”里的“{parts[-1][-60:]}"
    if members.is_left_lying(packed, item, parts):
        return Found()
    if ext not in TYPES or ext == "zip":
        raise UnfitError(
            f"“{inner_label}”不是可以上传的格式，没有收下。{NOT_KEPT}压缩包里只能有 {WORDS.removesuffix('、zip')}。"
        )
    with office_parts.unpacked(packed, item) as held:
        return look_through(held, inner_label, ext, room)
