"""What the child process is asked about an attachment (`ui.hostile.process`): what it is, and where it was made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from PIL import Image

from casework.files import content

Image.preinit()  # once, before a child is forked


def read(file: IO[bytes], question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give one answer: `marked`, or `unread` and `place`.

    Raises:
        UnfitError: the file may not be taken.
    """
    try:
        found = content.look_through(file, question["label"], question["ext"])
    except content.MarkedError:
        yield {"marked": True}
        return
    place = [(at, len(blank), blank[:1].hex()) for at, blank in found.place]
    yield {"unread": found.unread, "place": place, "places_left": found.places_left}
