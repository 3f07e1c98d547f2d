"""What the child process is asked about an attachment (`ui.hostile.process`): what it is, and what is kept of it."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from typing import IO, Any

from PIL import Image

from casework.files import classification, content
from ui.hostile.unfit import DISK_FULL, UnfitError

Image.preinit()  # once, before a child is forked


def read(file: IO[bytes], question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give one answer: `marked`, or what was found.

    What is kept in the place of the file is put into `question["into"]`: first `made`, then `without_place`, each so
    many bytes.

    Raises:
        UnfitError: the file may not be taken.
    """
    try:
        found = content.look_through(file, question["label"], question["ext"])
    except classification.MarkedError:
        yield {"marked": True}
        return
    yield {
        "unread": found.unread,
        "said": found.said,
        "ext": found.ext,
        "places_left": found.places_left,
        "made": _put(found.made, question["into"]),
        "without_place": _put(found.without_place, question["into"]),
    }


def _put(made: IO[bytes] | None, into: IO[bytes]) -> int:
    if made is None:
        return 0
    made.seek(0)
    try:
        shutil.copyfileobj(made, into)
        into.flush()
    except OSError as full:
        if full.errno == errno.ENOSPC:
            raise UnfitError(DISK_FULL) from full
        raise
    return made.tell()
