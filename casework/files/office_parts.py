"""What one part of a container (docx, xlsx, ofd, new wps and et) would run or fetch. Runs in the child process only.

By what a part is, never by what it is called: types and relations are read as XML, what was embedded by how it begins.
The rules are those of oletools (olevba, oleobj), as far as an office's papers can meet them.
"""

from __future__ import annotations

import contextlib
import copy
import io
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

from casework.files import compound

PROGRAMS = (*compound.BEGINS_PROGRAM, b"#!")
OLE, PK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
PROGRAM, MACROS, ELSEWHERE = "程序", "宏", "指向别处的内容"
MACRO_TYPES = ("vbaproject", "vbadata", "macroenabled", "macrosheet")  # in a content type or the type of a relation
FETCHED = ("oleobject", "frame", "subdocument", "package", "afchunk", "officedocument")  # read when opened, unasked
TEMPLATE = "attachedtemplate"
PIECE, QUICKLY = 1 << 16, 1  # how well a part is packed anew


class _FoundError(Exception):
    """A word of what would run."""


def program_in(packed: zipfile.ZipFile, item: zipfile.ZipInfo) -> str:
    """Return what a part would run or fetch, in a word, or "".

    Raises:
        OSError, zipfile.BadZipFile: it cannot be read.
    """
    name = item.filename.lower()
    if name.rpartition(".")[2] in compound.RUNS:
        return PROGRAM
    with packed.open(item) as part:
        head = part.read(8)
    if head.startswith(PROGRAMS):
        return PROGRAM
    if head.startswith(OLE):
        with unpacked(packed, item) as held:
            return compound.kind_of(held).program
    return _said_in(packed, item) if name.endswith(".rels") or name == "[content_types].xml" else ""


def is_container(packed: zipfile.ZipFile, item: zipfile.ZipInfo) -> bool:
    """Say whether a part is a container itself: a table embedded in a report."""
    with packed.open(item) as part:
        return part.read(4) == PK


@contextlib.contextmanager
def unpacked(packed: zipfile.ZipFile, item: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    """Give the bytes of a part, to be sought in."""
    with tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024) as held, packed.open(item) as part:
        while piece := part.read(1 << 20):
            held.write(piece)
        held.seek(0)
        yield held  # it is IO[bytes] in all that is used here


def packed_anew(packed: zipfile.ZipFile, instead: dict[int, IO[bytes]], names: dict[int, str]) -> IO[bytes]:
    """Pack a container anew with other parts in the place of some; all the rest keeps its bytes, day and order.

    Args:
        instead: by where the part begins; such a part is a picture, or a document with one, and packed already.
        names: what each part is called, by the same key; those that the reader took for another encoding also.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as anew:
        anew.comment = packed.comment
        for item in packed.infolist():
            info, new = copy.copy(item), instead.get(item.header_offset)
            info.filename = names.get(item.header_offset, item.filename)
            if new is not None:
                info.compress_type = zipfile.ZIP_STORED
                new.seek(0)
            anew.writestr(info, packed.read(item) if new is None else new.read(), compresslevel=QUICKLY)
    return out


def _said_in(packed: zipfile.ZipFile, item: zipfile.ZipInfo) -> str:
    """Read the types of the parts, or what a part is related to; whatever the encoding, quotes and spelling."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = _element
    parser.StartDoctypeDeclHandler = _doctype
    try:
        with packed.open(item) as part:
            while piece := part.read(PIECE):
                parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _FoundError as found:
        return str(found)
    except expat.ExpatError as broken:
        raise zipfile.BadZipFile("no XML") from broken
    return ""


def _doctype(*_: object) -> None:
    """No office program writes one; entities could spell what is looked for here."""
    raise expat.ExpatError("a DTD")


def _element(_: str, attributes: dict[str, str]) -> None:
    said = {name.rpartition(" ")[2].lower(): value.lower() for name, value in attributes.items()}
    kind = said.get("type", "")
    if any(word in said.get("contenttype", "") or word in kind for word in MACRO_TYPES):
        raise _FoundError(MACROS)
    if said.get("targetmode", "").strip() == "external":
        if kind.endswith(TEMPLATE):
            raise _FoundError("指向别处的模板")
        if kind.endswith(FETCHED):
            raise _FoundError(ELSEWHERE)
