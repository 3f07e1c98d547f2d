"""What may be uploaded: an office's own formats, judged by content, and nothing that bears a classification mark.

Rules: domain/dictionaries.md 9.8, domain/compliance.md 6.2, issue section 10. A refused file leaves no trace but its name and hash in the log.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings

from ui.errors import DomainError

log = logging.getLogger(__name__)
PK, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TYPES = {  # extension -> (content type, how its content begins)
    "pdf": ("application/pdf", (b"%PDF-",)), "ofd": ("application/ofd", (PK,)), "zip": ("application/zip", (PK,)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (PK,)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (PK,)),
    "doc": ("application/msword", (OLE,)), "xls": ("application/vnd.ms-excel", (OLE,)), "wps": ("application/vnd.ms-works", (OLE, PK)),
    "et": ("application/vnd.ms-excel", (OLE, PK)), "jpg": ("image/jpeg", (b"\xff\xd8\xff",)), "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
}  # fmt: skip
INSIDE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}  # what such a container must hold
MOST_ENTRIES, MOST_UNPACKED, MOST_RATIO = 2_000, 500 * 1024 * 1024, 200
MARKS = re.compile(r"(绝密|机密|秘密)\s*★|内部明电")
WORDS = "、".join(("pdf", "ofd", "doc", "docx", "xls", "xlsx", "wps", "et", "jpg", "png", "zip"))
CHANNEL = "文件没有保留。"
READ_FOR_MARKS = 4 * 1024 * 1024  # how much text of one part is looked through


class UploadRefusedError(DomainError):
    """The file was not taken; the message says why and what to do."""


@dataclass(frozen=True)
class CheckedFile:
    """What was found about a file that may be taken."""

    name: str
    size: int
    sha256: str
    content_type: str


def clean_name(name: str) -> str:
    """Return a name safe to show and download: no path, no control or direction characters.

    Raises:
        UploadRefusedError: nothing is left, or it is longer than 120 characters.
    """
    base = name.replace("\\", "/").rpartition("/")[2]
    base = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C").strip(" .")
    if not base:
        raise UploadRefusedError("文件没有名字，没有收下。请改名后重新选择。")
    if len(base) > 120:
        raise UploadRefusedError(f"“{base[:30]}…”的文件名有 {len(base)} 个字，超过 120 个，没有收下。请改短后重新选择。")
    return base


def check(file: IO[bytes], name: str) -> CheckedFile:
    """Look a file through and return what it is; reads in pieces and leaves the file at its start.

    Raises:
        UploadRefusedError: it is empty, too large, of a kind not taken, not what its name says, packed to burst, or marked as classified.
    """
    name = clean_name(name)
    if MARKS.search(name):
        _refuse_marked(name, "文件名", b"")
    ext = name.rpartition(".")[2].lower() if "." in name else ""
    if ext not in TYPES:
        raise UploadRefusedError(f"“{name}”不是可以上传的格式，没有收下。可以上传 {WORDS}。{CHANNEL}", {"file": name})
    size, digest, head = _measure(file, name)
    content_type, starts = TYPES[ext]
    if not head.startswith(starts):
        raise UploadRefusedError(f"“{name}”的内容不是 {ext} 文件（可能改过扩展名），没有收下。请上传原始文件。{CHANNEL}")
    if head.startswith(PK):
        _check_packed(file, name, ext)
    elif _is_marked(ext, file):
        _refuse_marked(name, "文件内容", digest.digest())
    file.seek(0)
    return CheckedFile(name, size, digest.hexdigest(), content_type)


def _measure(file: IO[bytes], name: str) -> tuple[int, Any, bytes]:
    file.seek(0)
    size, digest, head = 0, hashlib.sha256(), b""
    while piece := file.read(1 << 20):
        head, size = head or piece[:64], size + len(piece)
        digest.update(piece)
        if size > settings.ATTACHMENT_MAX_BYTES:
            most = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
            raise UploadRefusedError(f"“{name}”超过 {most} MB，没有收下。请压缩图片，或者分成几份上传。{CHANNEL}")
    if not size:
        raise UploadRefusedError(f"“{name}”是空文件（0 字节），没有收下。请检查后重新选择。")
    return size, digest, head


def _check_packed(file: IO[bytes], name: str, ext: str) -> None:
    """Look inside a container before anything is unpacked."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            items = packed.infolist()
            _refuse_bomb(items, name)
            if ext in INSIDE and INSIDE[ext] not in {item.filename for item in items}:
                raise UploadRefusedError(f"“{name}”的内容不是 {ext} 文件（可能改过扩展名），没有收下。请上传原始文件。{CHANNEL}")
            if ext == "zip":
                _check_members(items, name)
            for item in items:
                if item.filename.endswith((".xml", ".txt")) and item.file_size < 50 * 1024 * 1024:
                    with packed.open(item) as part:
                        if _has_mark(part.read(READ_FOR_MARKS)):
                            _refuse_marked(name, "文件内容", b"")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError) as broken:
        raise UploadRefusedError(f"“{name}”已损坏或者加了密，打不开，没有收下。请上传能直接打开的文件。{CHANNEL}") from broken


def _refuse_bomb(items: list[zipfile.ZipInfo], name: str) -> None:
    unpacked, packed = sum(i.file_size for i in items), sum(i.compress_size for i in items) or 1
    if len(items) > MOST_ENTRIES or unpacked > MOST_UNPACKED or (unpacked > 50 * 1024 * 1024 and unpacked / packed > MOST_RATIO):
        raise UploadRefusedError(f"“{name}”解开后过大（{len(items)} 个文件、{unpacked // (1024 * 1024)} MB），没有收下。请分开上传需要的文件。{CHANNEL}")
    if any(i.flag_bits & 1 for i in items):
        raise UploadRefusedError(f"“{name}”加了密码，没有收下。请去掉密码后上传。{CHANNEL}")


def _check_members(items: list[zipfile.ZipInfo], name: str) -> None:
    for item in items:
        inner = item.filename
        if inner.endswith("/"):
            continue
        if inner.startswith(("/", "\\")) or ".." in inner.replace("\\", "/").split("/"):
            raise UploadRefusedError(f"“{name}”里有指向别处的路径，没有收下。请重新打包。{CHANNEL}")
        ext = inner.rpartition(".")[2].lower()
        if ext not in TYPES or ext == "zip":
            raise UploadRefusedError(f"“{name}”里的“{inner[-40:]}”不是可以上传的格式，没有收下。压缩包里只能有 {WORDS.removesuffix('、zip')}。{CHANNEL}")


def _is_marked(ext: str, file: IO[bytes]) -> bool:
    if ext in {"jpg", "jpeg", "png"}:
        return False
    file.seek(0)
    data = file.read(READ_FOR_MARKS)
    if _has_mark(data):
        return True
    return ext == "pdf" and any(_has_mark(text) for text in _pdf_streams(data))


def _pdf_streams(data: bytes) -> list[bytes]:
    """Unpack the deflated streams of a PDF as far as they can be read; a bounded look, no more."""
    found = []
    for piece in re.finditer(rb"stream\r?\n(.{2,400000}?)endstream", data, re.DOTALL):
        try:
            found.append(zlib.decompressobj().decompress(piece[1], 200_000))
        except zlib.error:
            continue
    return found[:200]


def _has_mark(data: bytes) -> bool:
    return any(MARKS.search(data.decode(encoding, errors="ignore")) for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"))


def _refuse_marked(name: str, where: str, digest: bytes) -> None:
    log.warning("marked file refused: %s %s", name, digest.hex())
    raise UploadRefusedError(f"“{name}”的{where}带有密级标志，没有收下。本系统为非涉密系统，不得上传涉密文件；文件没有保留，涉密材料请走机要渠道。")


