"""Pictures, as Pillow reads them: that they are what they say, where they end, and where they were made.

Runs in the child process only. Why a picture is kept as it came: docs/decisions/0028-pictures-are-kept-as-they-came.md.
"""

from __future__ import annotations

import enum
import io
import re
import warnings
from typing import IO

import pi_heif
from PIL import Image

from casework.files import place_of_taking

MOST_PIXELS = 200_000_000  # the largest telephone camera's
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow warns above it, and raises at twice as many
MOST_DECODED = 40_000_000  # points of a PNG; what is larger is a map, whose parts are checked by their sums
PAGE = re.compile(rb"<(?:!doctype|html|script|iframe|body|\?php)[\s>/]", re.IGNORECASE)
END_OF_ZIP, LONGEST_REMARK = b"PK\x05\x06", 66_000  # a reader of zips looks for its list from the end
UNREADABLE = (  # what Pillow says of a picture that it cannot decode
    OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, EOFError,
)  # fmt: skip
GPS, EXIF = 0x8825, b"Exif\0\0"
JPEG_BEGINS, JPEG_ENDS = b"\xff\xd8", 0xD9
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")  # begins a segment; the others stand in coded data
QUALITY = 92  # of a jpg that is made of another picture: no difference that an eye sees
pi_heif.register_heif_opener(thumbnails=False)
pi_heif.options.DECODE_THREADS = 1
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})


class Problem(enum.Enum):
    DAMAGED = "damaged"
    TOO_LARGE = "too large"
    NOT_A_PICTURE = "not a picture"


def problem_of(file: IO[bytes], what: str) -> Problem | None:
    """Say what is wrong with a picture of this format, having decoded it.

    It is not written anew: a photo is evidence. What cannot be seen in it is searched for pages and programs instead,
    and what hangs behind it is cut off (`cut`).
    """
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=(what,)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return Problem.TOO_LARGE
                picture.verify()
            _decode(file, what)
    except Image.DecompressionBombError:
        return Problem.TOO_LARGE
    except UNREADABLE:
        return Problem.DAMAGED
    return Problem.NOT_A_PICTURE if _hides_page(file) else None


def _hides_page(file: IO[bytes]) -> bool:
    """Say whether a browser or a packer could take the file for something else than the picture it begins as."""
    file.seek(0)
    kept = b""
    while piece := file.read(1 << 20):
        if PAGE.search(kept + piece):
            return True
        kept = piece[-32:]
    file.seek(max(file.seek(0, 2) - LONGEST_REMARK, 0))
    return END_OF_ZIP in file.read()


def _decode(file: IO[bytes], what: str) -> None:
    """Decode every point; a JPEG at an eighth of its size, which reads all of its data.

    Raises:
        OSError, SyntaxError: it cannot be decoded.
    """
    file.seek(0)
    with Image.open(file, formats=(what,)) as picture:
        picture.draft("RGB", (max(picture.width // 8, 1), max(picture.height // 8, 1)))
        if picture.width * picture.height <= MOST_DECODED:
            picture.load()


def without_place(file: IO[bytes]) -> bytes | None:
    """Return a picture, or a PDF with some, as it is but for where it was made; None where it does not say."""
    file.seek(0)
    data = file.read()
    found = place_of_taking.patches(data)
    return place_of_taking.written_over(data, found) if found else None


def cut(file: IO[bytes], what: str) -> bytes | None:
    """Return a picture without what hangs behind its end; None where nothing does.

    Raises:
        OSError: it has no end.
    """
    file.seek(0)
    data = file.read()
    end = _end_of_pictures(data) if what == "JPEG" else _end_of_png(data)
    if not end:
        raise OSError("no end")
    return data[:end] if data[end:].strip(b"\0") else None


def _end_of_pictures(data: bytes) -> int:
    """Return where a JPEG ends, with those that telephones put right behind it: of brightness, of depth (MPF)."""
    end = found = _end_of_jpeg(data, 0)
    while found and data.startswith(JPEG_BEGINS, found):
        found = _end_of_jpeg(data, found)
        end = found or end
    return end


def _end_of_jpeg(data: bytes, at: int) -> int:
    """Walk the segments, and the coded data between them, to the end of the picture (ISO 10918-1, B.1)."""
    at += len(JPEG_BEGINS)
    while marker := _MARKER.search(data, at):
        at = marker.end()
        if data[at - 1] == JPEG_ENDS:
            return at
        at += int.from_bytes(data[at : at + 2], "big")
    return 0


def _end_of_png(data: bytes) -> int:
    at = len(place_of_taking.PNG)
    while at + 12 <= len(data):
        kind = data[at + 4 : at + 8]
        at += 12 + int.from_bytes(data[at : at + 4], "big")
        if kind == b"IEND":
            return min(at, len(data))
    return 0


def foreign(head: bytes) -> str:
    """Return what a picture is that the programs of an office do not open, as Pillow calls it; by its beginning."""
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return "HEIF"
    return "WEBP" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def as_jpg(file: IO[bytes], what: str) -> bytes:
    """Return such a picture as a jpg, with its time, its colours and its place.

    Raises:
        PIL.Image.DecompressionBombError: it has too many points. What `UNREADABLE` names: it cannot be decoded.
    """
    file.seek(0)
    out = io.BytesIO()
    with Image.open(file, formats=(what,)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        exif = picture.info.get("exif") or b""
        if exif and not exif.startswith(EXIF):
            exif = EXIF + exif
        colours = picture.info.get("icc_profile")
        picture.convert("RGB").save(out, "JPEG", quality=QUALITY, exif=exif, icc_profile=colours)
    return out.getvalue()


def says_where(data: bytes) -> bool:
    """Say whether Pillow still finds a place in a picture: the judge of what `place_of_taking` took out."""
    with Image.open(io.BytesIO(data)) as picture:
        return bool(picture.getexif().get_ifd(GPS))
