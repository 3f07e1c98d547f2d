"""What may be uploaded: an office's own formats, judged by content, and nothing that bears a classification mark.

Rules: docs/domain/dictionaries.md 9.8, docs/domain/compliance.md 6.2, issue section 10. A refused file leaves no trace but its name and hash in the log.
"""

from __future__ import annotations

import hashlib
import logging
import re
import tempfile
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from casework.files import classification, place_of_taking
from ui.errors import DomainError

log = logging.getLogger(__name__)
PK, OLE, JPEG = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xd8\xff"
TYPES = {  # extension -> (content type, how its content begins)
    "pdf": ("application/pdf", (b"%PDF-",)), "ofd": ("application/ofd", (PK,)), "zip": ("application/zip", (PK,)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (PK,)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (PK,)),
    "doc": ("application/msword", (OLE,)), "xls": ("application/vnd.ms-excel", (OLE,)), "wps": ("application/vnd.ms-works", (OLE, PK)),
    "et": ("application/vnd.ms-excel", (OLE, PK)), "jpg": ("image/jpeg", (JPEG,)), "jpeg": ("image/jpeg", (JPEG,)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
}  # fmt: skip
PICTURES = frozenset({"jpg", "jpeg", "png"})
INSIDE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}  # what such a container must hold
STREAMS = {
    "doc": ("WordDocument",),
    "xls": ("Workbook", "Book"),
}  # what such a compound file must hold; an installer (.msi) is one as well
KNOWN_OTHERS = (  # how else a file may begin, and what that is called
    (b"MZ", "可执行程序"), (b"\x7fELF", "可执行程序"), (b"Rar!", "RAR 压缩包"), (b"7z\xbc\xaf", "7z 压缩包"), (b"<svg", "网页图形"), (b"<!DOCTYPE", "网页"), (b"<html", "网页"),
    (OLE, "旧版格式（doc、xls）或加了密码的文件"), (PK, "压缩包或新版格式（docx、xlsx）"), (b"%PDF-", "pdf"), (JPEG, "jpg 图片"), (b"\x89PNG", "png 图片"),
)  # fmt: skip
MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO, MOST_LISTED = 2_000, 300 * 1024 * 1024, 200, 1024 * 1024
MUCH = 50 * 1024 * 1024  # below this, a high ratio is a table of equal rows, not a bomb
LONGEST_NAME = 120
RESERVED = re.compile(
    r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE
)  # devices, on the Windows machines that will download it
WORDS = "pdf、ofd、doc、docx、xls、xlsx、wps、et、jpg、png、zip"
NOT_KEPT = "文件没有保留。"
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, ValueError, OverflowError)


def most() -> str:
    """Return how large one file may be, in words."""
    return f"{settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)} MB"


TERMS = f"单件不超过 {most()}。本系统为非涉密系统，严禁上传涉密文件。"  # stands at every field that takes files


class UploadRefusedError(DomainError):
    """The file was not taken; the message says why and what to do."""


class _MarkedError(Exception):
    """A classification mark stands in the content."""


@dataclass(frozen=True)
class CheckedFile:
    """What was found about a file that may be taken; `lost_location`: the place where the photo was made has been taken out."""

    name: str
    size: int
    sha256: str
    content_type: str
    lost_location: bool = False


@dataclass
class _Room:
    """How much may still be unpacked, over all containers of one upload."""

    bytes: int = MOST_UNPACKED
    entries: int = MOST_ENTRIES


def clean_name(name: str) -> str:
    """Return a name safe to show and download: no path, no control or direction characters, none that Windows keeps for itself.

    Raises:
        UploadRefusedError: nothing is left, or it is longer than 120 characters.
    """
    base = name.replace("\\", "/").rpartition("/")[2]
    base = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C").strip(" .")
    base = re.sub(r'[<>:"|?*]', "_", base)
    if not base:
        raise UploadRefusedError("文件没有名字，没有收下。请改名后重新选择。")
    if len(base) > LONGEST_NAME:
        raise UploadRefusedError(
            f"“{base[:30]}…”的文件名有 {len(base)} 个字，超过 {LONGEST_NAME} 个，没有收下。请改短后重新选择。"
        )
    return f"_{base}" if RESERVED.fullmatch(base) else base


def check(file: IO[bytes], name: str, *, keep_location: bool = False) -> CheckedFile:
    """Look a file through and return what it is; reads in pieces and leaves the file at its start.

    Args:
        keep_location: leave in a photo where it was made; otherwise that is overwritten in the file given, before it is measured.

    Raises:
        UploadRefusedError: it is empty, too large, of a kind not taken, not what its name says, packed to burst, or marked as classified.
    """
    name = clean_name(name)
    if classification.in_text(name):
        raise _marked(file, name, "文件名")
    ext = _extension(name)
    if ext not in TYPES:
        raise UploadRefusedError(f"“{name}”不是可以上传的格式，没有收下。可以上传 {WORDS}。{NOT_KEPT}")
    _measure(file, name)
    try:
        _check_content(file, name, ext, _Room())
    except _MarkedError:
        raise _marked(file, name, "文件内容") from None
    lost_location = not keep_location and ext in {"jpg", "jpeg"} and _take_out_location(file)
    size, sha256 = _measure(file, name)
    file.seek(0)
    return CheckedFile(name, size, sha256, TYPES[ext][0], lost_location)


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _measure(file: IO[bytes], name: str) -> tuple[int, str]:
    """Return size and SHA-256; stop at the first byte too many."""
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    while piece := file.read(1 << 20):
        size += len(piece)
        digest.update(piece)
        if size > settings.ATTACHMENT_MAX_BYTES:
            raise UploadRefusedError(f"“{name}”超过 {most()}，没有收下。{NOT_KEPT}请压缩图片，或者分成几份上传。")
    if not size:
        raise UploadRefusedError(f"“{name}”是空文件（0 字节），没有收下。请检查后重新选择。")
    return size, digest.hexdigest()


def _check_content(file: IO[bytes], label: str, ext: str, room: _Room) -> None:
    """Refuse what is not of its kind, and what bears a mark in the text that can be read."""
    file.seek(0)
    head = file.read(256)
    if not head.startswith(TYPES[ext][1]):
        raise _not_of_its_kind(label, ext, head)
    if head.startswith(PK):
        _check_packed(file, label, ext, room)
        return
    if head.startswith(OLE):
        _check_compound(file, label, ext)
    if ext not in PICTURES and (classification.in_file(file) or (ext == "pdf" and classification.in_pdf(file))):
        raise _MarkedError


def _not_of_its_kind(label: str, ext: str, head: bytes = b"") -> UploadRefusedError:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    what = next((word for begins, word in KNOWN_OTHERS if start[: len(begins)].lower() == begins.lower()), "")
    return UploadRefusedError(
        f"“{label}”的内容不是 {ext} 文件{f'，而是{what}' if what else ''}（可能改过扩展名），没有收下。{NOT_KEPT}请上传原始文件。"
    )


def _check_compound(file: IO[bytes], label: str, ext: str) -> None:
    """Look for the streams of an old Office file by their names (UTF-16 in the directory)."""
    if _holds(file, ("EncryptedPackage",)):
        raise UploadRefusedError(f"“{label}”加了密码，没有收下。{NOT_KEPT}请去掉密码后上传。")
    if ext in STREAMS and not _holds(file, STREAMS[ext]):
        raise _not_of_its_kind(label, ext)


def _holds(file: IO[bytes], names: tuple[str, ...]) -> bool:
    file.seek(0)
    sought, kept = [name.encode("utf-16-le") for name in names], b""
    while piece := file.read(1 << 20):
        if any(name in kept + piece for name in sought):
            return True
        kept = piece[-64:]
    return False


def _check_packed(file: IO[bytes], label: str, ext: str, room: _Room) -> None:
    """Look inside a container, measuring before anything is unpacked."""
    try:
        _refuse_long_list(file, label)
        with zipfile.ZipFile(file) as packed:
            items = [item for item in packed.infolist() if not item.is_dir()]
            _refuse_bomb(items, label, room)
            names = {item.filename for item in items}
            if ext in INSIDE and INSIDE[ext] not in names:
                raise _not_of_its_kind(label, ext)
            for item in items:
                if ext == "zip":
                    _check_member(packed, item, label, room)
                elif item.filename.lower().endswith(".xml"):
                    with packed.open(item) as part:
                        if classification.in_xml(part):
                            raise _MarkedError
    except _BROKEN as broken:
        raise UploadRefusedError(f"“{label}”已损坏，打不开，没有收下。{NOT_KEPT}请上传能直接打开的文件。") from broken


def _refuse_long_list(file: IO[bytes], label: str) -> None:
    """Read how long the list of parts is before it is read: a million empty parts fit into 50 MB."""
    end = file.seek(0, 2)
    file.seek(max(end - 66_000, 0))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise zipfile.BadZipFile
    if int.from_bytes(tail[at + 12 : at + 16], "little") > MOST_LISTED:
        raise UploadRefusedError(f"“{label}”里的文件过多，没有收下。{NOT_KEPT}请分开上传需要的文件。")


def _refuse_bomb(items: list[zipfile.ZipInfo], label: str, room: _Room) -> None:
    """Refuse by the stated sizes: the reader never gives more of a part than it states."""
    unpacked, packed = sum(i.file_size for i in items), sum(i.compress_size for i in items) or 1
    room.bytes, room.entries = room.bytes - unpacked, room.entries - len(items)
    if room.bytes < 0 or room.entries < 0 or (unpacked > MUCH and unpacked / packed > MOST_RATIO):
        raise UploadRefusedError(
            f"“{label}”解开后过大（{len(items)} 个文件、{unpacked // (1024 * 1024)} MB），没有收下。{NOT_KEPT}请分开上传需要的文件。"
        )
    if any(i.flag_bits & 1 for i in items):
        raise UploadRefusedError(f"“{label}”加了密码，没有收下。{NOT_KEPT}请去掉密码后上传。")


def _check_member(packed: zipfile.ZipFile, item: zipfile.ZipInfo, label: str, room: _Room) -> None:
    """Look a file in a zip through as if it had been uploaded itself; a zip in a zip is not taken."""
    inner = _name_of(item)
    parts = inner.replace("\\", "/").split("/")
    if inner.startswith(("/", "\\")) or ".." in parts:
        raise UploadRefusedError(f"“{label}”里有指向别处的路径，没有收下。{NOT_KEPT}请重新打包。")
    ext, inner_label = _extension(parts[-1]), f"{label}”里的“{parts[-1][-60:]}"
    if ext not in TYPES or ext == "zip":
        raise UploadRefusedError(
            f"“{inner_label}”不是可以上传的格式，没有收下。{NOT_KEPT}压缩包里只能有 {WORDS.removesuffix('、zip')}。"
        )
    if classification.in_text(inner):
        raise _MarkedError
    with tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024) as held, packed.open(item) as part:
        while piece := part.read(1 << 20):
            held.write(piece)
        _check_content(held, inner_label, ext, room)  # it is IO[bytes] in all that is used here


def _name_of(item: zipfile.ZipInfo) -> str:
    """Return the name of a part: Windows in Chinese writes GBK, which the reader takes for cp437."""
    if item.flag_bits & 0x800:
        return item.filename
    try:
        return item.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return item.filename


def _take_out_location(file: IO[bytes]) -> bool:
    """Overwrite where a photo was made; say whether there was something to overwrite."""
    with classification.mapped(file) as picture:
        found = place_of_taking.patches(picture)
    for at, blank in found:
        file.seek(at)
        file.write(blank)
    return bool(found)


def _marked(file: IO[bytes], name: str, where: str) -> UploadRefusedError:
    """Raise the alarm: the log keeps the name and the hash, nothing else is kept."""
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    log.warning("marked file refused: %s %s", name, digest.hexdigest())
    return UploadRefusedError(
        f"“{name}”的{where}带有密级标志，没有收下。本系统为非涉密系统，不得上传涉密文件；{NOT_KEPT.rstrip('。')}，涉密材料请走机要渠道。"
    )
