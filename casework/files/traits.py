"""What a file says by itself: how its picture looks, when a camera took it, what its text begins and ends with.

Runs in the limited child process only (decision 0017), asked by `casework.files.reading_traits`. A picture is decoded
at an eighth of its size where the format allows it; of a PDF the first pages are read, of a docx its text. What has no
text layer has none here either: nothing is recognised from the picture of a page.
"""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import IO, Any
from xml.parsers import expat

from PIL import Image, ImageOps
from pypdf import PdfReader

from casework.files import likeness
from casework.files.content import PICTURES

PAGES, MOST_TEXT, PIECE = 5, 20_000, 1 << 16
TAKEN, EXIF, WRITTEN = 0x9003, 0x8769, 0x0132  # DateTimeOriginal, the directory it stands in, DateTime
SPACES = re.compile(r"\s+")
Image.preinit()  # once, before a child is forked


def read(file: IO[bytes], question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give one answer: of a picture `hashes`, `grey` and `taken_on`; of a document `text`."""
    ext = question["ext"]
    if ext in PICTURES:
        yield _of_picture(file, PICTURES[ext])
    elif ext == "pdf":
        yield {"text": _told(_of_pdf(file))}
    elif ext == "docx":
        yield {"text": _told(_of_docx(file))}
    else:
        yield {}


def _of_picture(file: IO[bytes], what: str) -> dict[str, Any]:
    with Image.open(file, formats=(what,)) as picture:
        picture.draft("L", (2 * likeness.SMALL, 2 * likeness.SMALL))
        taken_on = _taken_on(picture)
        grey = likeness.small(ImageOps.exif_transpose(picture))
    found = likeness.hashes_of(grey)
    return {
        "hashes": found.written() if found else "",
        "grey": base64.b64encode(grey.tobytes()).decode(),
        "taken_on": taken_on,
    }


def _taken_on(picture: Image.Image) -> str:
    """Return the day of the camera's clock, or "" where it says none."""
    exif = picture.getexif()
    said = str(exif.get_ifd(EXIF).get(TAKEN) or exif.get(WRITTEN) or "")
    with suppress(ValueError):
        return datetime.strptime(said[:10], "%Y:%m:%d").date().isoformat()  # noqa: DTZ007  a day, in the camera's own time
    return ""


def _told(pieces: Iterator[str]) -> str:
    """Return the text without spaces: its beginning and its end, where it is long."""
    text = SPACES.sub("", "".join(pieces))
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT // 2] + text[-MOST_TEXT // 2 :]


def _of_pdf(file: IO[bytes]) -> Iterator[str]:
    with suppress(Exception):  # bytes of any kind make pypdf raise errors of any kind; what was read so far counts
        for page in PdfReader(file, strict=False).pages[:PAGES]:
            yield page.extract_text()


def _of_docx(file: IO[bytes]) -> Iterator[str]:
    """Give the text of a document as it stands in its runs; no more of it than is read."""
    found: list[str] = []
    parser, inside, left = expat.ParserCreate(), [False], 40 * MOST_TEXT

    def begins(name: str, _: dict[str, str]) -> None:
        inside[0] = name.rpartition(":")[2] == "t"

    def ends(_: str) -> None:
        inside[0] = False

    parser.StartElementHandler, parser.EndElementHandler = begins, ends
    parser.CharacterDataHandler = lambda text: found.append(text) if inside[0] else None
    with (
        suppress(zipfile.BadZipFile, expat.ExpatError, KeyError, OSError),
        zipfile.ZipFile(file) as packed,
        packed.open("word/document.xml") as part,
    ):
        while left > 0 and (piece := part.read(PIECE)):
            left -= len(piece)
            parser.Parse(piece, False)
            yield from found
            found.clear()
