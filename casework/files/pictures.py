"""Pictures, as Pillow reads them: that they are what they say, and where they were made.

Runs in the child process only.
"""

from __future__ import annotations

import enum
import io
import warnings
from typing import IO

from PIL import Image

from casework.files import place_of_taking

MOST_PIXELS = (
    200_000_000  # the largest telephone camera's; nothing is decoded here, the browser and the office's programs will
)
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow warns above it, and raises at twice as many
GPS = 0x8825
PATCHED = 64 * 1024 * 1024


class Problem(enum.Enum):
    DAMAGED = "damaged"
    TOO_LARGE = "too large"


def problem_of(file: IO[bytes], what: str) -> Problem | None:
    """Say what is wrong with a picture of this format, without decoding it."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=(what,)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return Problem.TOO_LARGE
                picture.verify()
    except Image.DecompressionBombError:
        return Problem.TOO_LARGE
    except (OSError, SyntaxError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        return Problem.DAMAGED
    return None


def places_of_taking(file: IO[bytes]) -> list[place_of_taking.Patch]:
    """Return what to write over a JPEG so that it no longer says where it was made."""
    file.seek(0)
    return place_of_taking.patches(file.read())


def says_where(data: bytes) -> bool:
    """Say whether Pillow still finds a place in a picture: the judge of what `place_of_taking` took out."""
    with Image.open(io.BytesIO(data)) as picture:
        return bool(picture.getexif().get_ifd(GPS))
