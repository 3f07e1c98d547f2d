"""Find classification marks (秘密★ 机密★ 绝密★ 内部明电) in what can be read of a file, without unpacking it to disk (docs/domain/compliance.md 6.2).

A best effort: pictures and scans cannot be read. In a PDF, the text of its streams is read, plain and through the character maps of its fonts.
"""

from __future__ import annotations

import io
import mmap
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO

_GAP = " \u3000\xa0"  # marks are typeset with spaces: 秘 密 ★
MARK = re.compile(rf"[绝机秘][{_GAP}]*密[{_GAP}]*★|内[{_GAP}]*部[{_GAP}]*明[{_GAP}]*电")
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
WINDOW = 64  # bytes in which the longest mark lies
PIECE, KEPT_OF_XML = 1 << 20, 8_192
MOST_STREAMS, MOST_OF_STREAM, MOST_OF_PDF = 4_000, 2 * 1024 * 1024, 64 * 1024 * 1024
FIRST_PAGES, MOST_OF_PAGE, MOST_FONTS, MOST_CODES = (
    20,
    200_000,
    60,
    200_000,
)  # read through the fonts' maps: a mark stands at the head of a document

_BREAKS = re.compile(rb"</(?:w:p|si|c|row)>|<w:br/>")  # a mark may be split over runs, not over paragraphs or cells
_TAG = re.compile(rb"<[^>]*>\s*")
_ENTITY = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
_STREAM = re.compile(rb"stream\r?\n")
_CHAR = re.compile(rb"<([0-9A-Fa-f]{2,8})>\s*<([0-9A-Fa-f]{4,64})>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{2,8})>\s*<([0-9A-Fa-f]{2,8})>\s*(?:<([0-9A-Fa-f]{4})>|\[([^\[\]]*)\])")
_SHOWN = re.compile(
    rb"\\.|<([0-9A-Fa-f\s]+)>|\(((?:\\.|[^\\()])*)\)", re.DOTALL
)  # an escape outside begins no string: each byte is looked at once or twice
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)


def _patterns(encoding: str) -> Iterator[tuple[re.Pattern[bytes], re.Pattern[bytes]]]:
    """Give (a pair of characters, what must stand before it): the pair begins with a literal, so that it is found fast and in linear time."""
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
    """Say whether a mark stands in the bytes: in any encoding an office's file uses, and wherever its first byte lies."""
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


def in_pdf(file: IO[bytes]) -> bool:
    """Look through the streams of a PDF: their own text, and their text through the character maps of its fonts."""
    contents: list[bytes] = []
    maps: list[dict[str, str]] = []
    left = MOST_CODES
    for stream in _streams(file):
        if in_bytes(stream):
            return True
        if b"endbfchar" in stream or b"endbfrange" in stream:
            if left > 0 and len(maps) < MOST_FONTS:
                maps.append(_character_map(stream, left))
                left -= len(maps[-1])
        elif b"Tj" in stream or b"TJ" in stream:
            contents.append(stream)
    return any(in_text(text) for stream in contents[:FIRST_PAGES] for text in _readings(stream[:MOST_OF_PAGE], maps))


@contextmanager
def mapped(file: IO[bytes]) -> Iterator[mmap.mmap | bytes]:
    """Give the bytes of a file without holding them in memory where it lies on disk."""
    try:
        number = file.fileno()
    except (AttributeError, io.UnsupportedOperation):
        file.seek(0)
        yield file.read()
        return
    with mmap.mmap(number, 0, access=mmap.ACCESS_READ) as mapped:
        yield mapped


def _streams(file: IO[bytes]) -> Iterator[bytes]:
    """Give each stream that can be inflated, within bounds that a hostile file cannot pass."""
    left, is_closed = MOST_OF_PDF, True
    with mapped(file) as data:
        for n, found in enumerate(_STREAM.finditer(data)):
            if n >= MOST_STREAMS or left <= 0:
                return
            end = data.find(b"endstream", found.end()) if is_closed else -1
            is_closed = end > 0  # none from here on is none further on
            try:
                stream = zlib.decompressobj().decompress(
                    data[found.end() : min(end if end > 0 else len(data), found.end() + MOST_OF_STREAM)], MOST_OF_STREAM
                )
            except zlib.error:
                continue
            left -= len(stream)
            yield stream


def _blocks(stream: bytes, name: bytes) -> Iterator[bytes]:
    """Give what stands between begin<name> and end<name>, each byte looked at once."""
    at = 0
    while (start := stream.find(b"begin" + name, at)) >= 0 and (stop := stream.find(b"end" + name, start)) >= 0:
        yield stream[start:stop]
        at = stop


def _character_map(stream: bytes, most: int) -> dict[str, str]:
    """Return what a font's codes, as hexadecimal, mean; so many codes at most, and a few more."""
    found: dict[str, str] = {}
    for block in _blocks(stream, b"bfchar"):
        found |= {
            found_code[1].decode().lower(): _unicode(found_code[2])
            for found_code in islice(_CHAR.finditer(block), max(most - len(found), 0))
        }
    for block in _blocks(stream, b"bfrange"):
        for first, last, target, listed in (match.groups() for match in _RANGE.finditer(block)):
            if len(found) >= most:
                return found
            begin, width = int(first, 16), len(first)
            each = [_unicode(t) for t in re.findall(rb"<([0-9A-Fa-f]{4,64})>", listed)] if listed else []
            length = min(int(last, 16) - begin + 1, len(each) if listed else 0x10000, most - len(found))
            for n in range(length):
                found[f"{begin + n:0{width}x}"] = each[n] if listed else chr((int(target, 16) + n) & 0xFFFF)
    return found


def _unicode(target: bytes) -> str:
    return bytes.fromhex(target.decode()[: len(target) // 4 * 4]).decode("utf-16-be", errors="ignore")


def _readings(stream: bytes, maps: Iterable[dict[str, str]]) -> Iterator[str]:
    """Give the text of a page as each font would read it, and as plain Unicode."""
    shown = "".join(_hexadecimal(*strings) for strings in _SHOWN.findall(stream))
    yield bytes.fromhex(shown[: len(shown) // 4 * 4]).decode("utf-16-be", errors="ignore")
    for known in maps:
        width = len(next(iter(known), "0000"))
        yield "".join(known.get(shown[n : n + width], "") for n in range(0, len(shown), width))


def _hexadecimal(given: bytes, plain: bytes) -> str:
    """Return a string of a page as hexadecimal, whichever way it was written; nothing for what is no string."""
    if given:
        digits = re.sub(rb"\s", b"", given).decode().lower()
        return digits + "0" * (len(digits) % 2)
    return _ESCAPED.sub(
        lambda m: (
            bytes([int(m[1], 8) & 255])
            if m[1][:1].isdigit() and m[1] < b"8"
            else {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(m[1], m[1])
        ),
        plain,
    ).hex()
