"""Pictures, as Pillow reads them: that they are what they say, and where they were made.

Runs in the child process only.
"""

from __future__ import annotations

import enum
import io
import re
import warnings
from typing import IO

from PIL import Image

from casework.files import place_of_taking

MOST_PIXELS = 200_000_000  # the largest telephone camera's
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow warns above it, and raises at twice as many
MOST_DECODED = 40_000_000  # points of a PNG; what is larger is a map, whose parts are checked by their sums
PAGE = re.compile(rb"<(?:!doctype|html|script|iframe|body|\?php)[\s>/]", re.IGNORECASE)
END_OF_ZIP, LONGEST_REMARK = b"PK\x05\x06", 66_000  # a reader of zips looks for its list from the end
GPS = 0x8825
PATCHED = 64 * 1024 * 1024


class Problem(enum.Enum):
    DAMAGED = "damaged"
    TOO_LARGE = "too large"
    NOT_A_PICTURE = "not a picture"


def problem_of(file: IO[bytes], what: str) -> Problem | None:
    """Say what is wrong with a picture of this format, having decoded it.

    It is not written anew: a photo is evidence. What cannot be seen in it is searched for pages and programs instead.
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
    except (OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
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


def places_of_taking(file: IO[bytes]) -> list[place_of_taking.Patch]:
    """Return what to write over a picture so that it no longer says where it was made."""
    file.seek(0)
    return place_of_taking.patches(file.read())


def says_where(data: bytes) -> bool:
    """Say whether Pillow still finds a place in a picture: the judge of what `place_of_taking` took out."""
    with Image.open(io.BytesIO(data)) as picture:
        return bool(picture.getexif().get_ifd(GPS))
