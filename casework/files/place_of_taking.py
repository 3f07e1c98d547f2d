"""Take the place where a photo was made out of it; time and picture stay as they are.

docs/domain/dictionaries.md 12.11: 图片 EXIF 定位泄露.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from struct import Struct, error

# what stands before a directory: in a JPEG (and in a WebP that was made of one), in a WebP, in a PNG
_EXIF = re.compile(rb"(?:Exif\x00\x00|EXIF[\x00-\xff]{4}|eXIf)(?=II\*\x00|MM\x00\*)")
PNG = b"\x89PNG\r\n\x1a\n"
_OLD_PROFILES = re.compile(rb"Raw profile type (?:exif|APP1)\x00", re.IGNORECASE)  # as ImageMagick writes them
_XMP = re.compile(rb"""exif:GPS\w+(?:\s*=\s*["']|>)([\w.,:/+ -]{1,60})["'<]""")
_GPS = 0x8825  # the entry of the first directory that leads to the directory of the place
_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
}  # bytes of a value by its type (TIFF 6.0)
_MOST_ENTRIES = 200
_MOST_BLANKED = 1 << 20  # a place takes some hundred bytes

Picture = bytes
Patch = tuple[int, bytes]  # where, and what is written over what stands there


def patches(data: Picture) -> list[Patch]:
    """Return what to write over a picture so that it no longer says where it was made; of equal length: nothing moves.

    JPEG, PNG and WebP, also where they lie unpacked in a PDF.
    """
    return _of_png(data) if data.startswith(PNG) else _anywhere(data)


def _anywhere(data: bytes) -> list[Patch]:
    found, left = [], _MOST_BLANKED
    for at, length in (patch for exif in _EXIF.finditer(data) for patch in _of_exif(data, exif.end())):
        length = min(length, len(data) - at, left)
        if length > 0:
            found.append((at, bytes(length)))
            left -= length
    return found + [
        (xmp.start(1), b" " * len(xmp[1]))
        for xmp in _XMP.finditer(data)
        if data[xmp.start() - 1 : xmp.start()]
        != b"/"  # the end of an element; a look behind would make the search ten times slower
    ]


def _of_png(data: Picture) -> list[Patch]:
    """Return the same for a PNG, each chunk of which ends with a sum over itself."""
    found: list[Patch] = []
    at = len(PNG)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        begins, ends = at + 4, at + 8 + length
        chunk = data[begins:ends]
        if chunk[:4] in {b"eXIf", b"iTXt", b"tEXt", b"zTXt"} and (inner := _of_chunk(chunk)):
            found += [(begins + where, blank) for where, blank in inner]
            found.append((ends, zlib.crc32(written_over(chunk, inner)).to_bytes(4, "big")))
        at = ends + 4
    return found


def _of_chunk(chunk: bytes) -> list[Patch]:
    if profile := _OLD_PROFILES.match(chunk, 4):  # packed: all of it goes, time and all
        start = profile.end() + 1
        return [(start, bytes(len(chunk) - start))] if len(chunk) > start and any(chunk[start:]) else []
    return _anywhere(chunk)


def written_over(data: bytes, patched: list[Patch]) -> bytes:
    """Return the data with each patch written over it."""
    done = bytearray(data)
    for at, blank in patched:
        done[at : at + len(blank)] = blank
    return bytes(done)


def _of_exif(data: Picture, base: int) -> Iterator[tuple[int, int]]:
    """Give where the directory of the place and the values it points to stand, and how long each is.

    A directory that cannot be read is left alone.
    """
    order = "<" if data[base : base + 2] == b"II" else ">"
    long, entry = Struct(order + "L"), Struct(order + "HHL")
    try:
        first = base + long.unpack_from(data, base + 4)[0]
        for at in _entries(data, first, order):
            if entry.unpack_from(data, at)[0] != _GPS:
                continue
            place = base + long.unpack_from(data, at + 8)[0]
            inner = list(_entries(data, place, order))
            for value in inner:
                _, kind, count = entry.unpack_from(data, value)
                length = _SIZES.get(kind, 0) * count
                if 4 < length <= 0xFFFF:
                    yield base + long.unpack_from(data, value + 8)[0], length
            if inner:
                yield place, 2 + 12 * len(inner)
            return  # a second place in one picture is no camera's
    except error:
        return


def _entries(data: Picture, at: int, order: str) -> Iterator[int]:
    """Give where each entry of a directory stands."""
    (count,) = Struct(order + "H").unpack_from(data, at)
    for n in range(min(count, _MOST_ENTRIES)):
        yield at + 2 + 12 * n
