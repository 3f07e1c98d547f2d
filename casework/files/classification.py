"""Find classification marks in what can be read of a file, without unpacking it to disk.

The marks: 秘密★ 机密★ 绝密★ 内部明电 (docs/domain/compliance.md 6.2).

A best effort: pictures and scans cannot be read. The text of a PDF is read by pypdf (`casework.files.pdf`); what stands
here searches bytes and parses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

_GAP = " \u3000\xa0"  # marks are typeset with spaces: 秘 密 ★
MARK = re.compile(rf"[绝机秘][{_GAP}]*密[{_GAP}]*★|内[{_GAP}]*部[{_GAP}]*明[{_GAP}]*电")
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
WINDOW = 64  # bytes in which the longest mark lies
PIECE, KEPT_OF_XML = 1 << 20, 8_192

_BREAKS = re.compile(rb"</(?:w:p|si|c|row)>|<w:br/>")  # a mark may be split over runs, not over paragraphs or cells
_TAG = re.compile(rb"<[^>]*>\s*")
_ENTITY = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")


class MarkedError(Exception):
    """A classification mark stands in the content."""


def _patterns(encoding: str) -> Iterator[tuple[re.Pattern[bytes], re.Pattern[bytes]]]:
    """Give (a pair of characters, what must stand before it).

    The pair begins with a literal, so that it is found fast and in linear time.
    """
    code = {char: re.escape(char.encode(encoding)) for char in "绝机秘密★内部明电" + _GAP}
    gap = b"(?:%s){0,8}" % b"|".join(code[c] for c in _GAP)
    yield (
        re.compile(code["密"] + gap + code["★"]),
        re.compile(b"(?:%s)%s$" % (b"|".join(code[c] for c in "绝机秘"), gap)),
    )
    yield re.compile(code["明"] + gap + code["电"]), re.compile(code["内"] + gap + code["部"] + gap + b"$")


PATTERNS = [pair for encoding in ENCODINGS for pair in _patterns(encoding)]


def in_text(text: str) -> bool:
    """Say whether a text bears a mark."""
    return MARK.search(text) is not None


def in_bytes(data: bytes) -> bool:
    """Say whether a mark stands in the bytes.

    In any encoding an office's file uses, and wherever its first byte lies.
    """
    return any(
        before.search(data[max(found.start() - WINDOW, 0) : found.start()])
        for tail, before in PATTERNS
        for found in tail.finditer(data)
    )


def in_file(file: IO[bytes]) -> bool:
    """Look through plain bytes in pieces that overlap."""
    file.seek(0)
    kept = b""
    while piece := file.read(PIECE):
        if in_bytes(kept + piece):
            return True
        kept = piece[-2 * WINDOW :]
    return False


def in_xml(part: IO[bytes]) -> bool:
    """Look through the text of an XML part."""
    kept = b""
    while piece := part.read(PIECE):
        whole, _, rest = (kept + piece).rpartition(b">")
        text = _TAG.sub(b"", _BREAKS.sub(b"\x1e", whole + b">"))
        if in_bytes(_ENTITY.sub(_written_out, text)):
            return True
        kept = whole[-KEPT_OF_XML:] + b">" + rest[-PIECE:]
    return False


def _written_out(entity: re.Match[bytes]) -> bytes:
    """Return the character that an entity such as &#9733; or &#x2605; stands for."""
    code = int(entity[1], 16) if entity[1] else int(entity[2])
    return chr(code).encode() if code < 0xD800 or 0xDFFF < code < 0x110000 else b""
