"""Have what a stored file says by itself read in the child process (`casework.files.traits`)."""

from __future__ import annotations

import base64
from datetime import date
from typing import NamedTuple

from django.conf import settings
from PIL import Image

from casework.files import likeness
from casework.files.content import extension
from casework.files.likeness import Hashes
from casework.files.store import open_stored
from ui.errors import DomainError
from ui.hostile import asking

READER = "casework.files.traits"
MOST_SAID = 256 * 1024  # bytes of an answer


class Look(NamedTuple):
    """A picture as it is compared."""

    hashes: Hashes
    grey: Image.Image


class Traits(NamedTuple):
    """What was found; all of it empty where the file says nothing, or was not read within its limits (`is_read`)."""

    look: Look | None = None
    taken_on: date | None = None
    text: str = ""
    is_read: bool = True


def read_traits(sha256: str, name: str) -> Traits:
    """Read a stored file of this name.

    Raises:
        asking.BusyError: all places for reading are taken.
    """
    try:
        with (
            open_stored(sha256) as file,
            asking.answers(
                READER, file, seconds=settings.READING_CPU_SECONDS, most_said=MOST_SAID, ext=extension(name)
            ) as answers,
        ):
            found, _ = answers
    except (asking.BeyondError, DomainError):
        return Traits(is_read=False)
    day, size = found.get("taken_on"), (likeness.SMALL, likeness.SMALL)
    look = None
    if found.get("hashes"):
        grey = Image.frombytes("L", size, base64.b64decode(found["grey"]))
        look = Look(Hashes.read(found["hashes"]), grey)
    return Traits(look, date.fromisoformat(day) if day else None, found.get("text", ""))
