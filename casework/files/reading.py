"""Have a file looked through in a child process with hard limits, outside any transaction (`ui.hostile.asking`)."""

from __future__ import annotations

import tempfile
from typing import IO, NamedTuple

from django.conf import settings

from casework.files.content import MOST_UNPACKED
from ui.errors import DomainError
from ui.hostile import asking
from ui.hostile.unfit import DISK_FULL

READER = "casework.files.reader"
MOST_SAID, PIECE = 256 * 1024, 1 << 20  # bytes of an answer; that are copied at once


class Copy(NamedTuple):
    """What the child made of a file: as it is to be kept (`made` bytes, 0 where as it came), and behind it the same
    `without_place` of taking (so many bytes, 0 where it says none).
    """

    held: IO[bytes]
    made: int
    without_place: int

    def write_over(self, file: IO[bytes], *, with_place: bool) -> bool:
        """Put what is kept in the place of what was sent; say whether a place of taking was left out.

        Raises:
            DomainError: there is no room on the disk for it.
        """
        leaves_out = bool(self.without_place and not with_place)
        at, length = (self.made, self.without_place) if leaves_out else (0, self.made)
        try:
            if length:
                self.held.seek(at)
                file.seek(0)
                for start in range(0, length, PIECE):
                    file.write(self.held.read(min(PIECE, length - start)))
                file.truncate()
        except OSError as full:
            raise DomainError(DISK_FULL) from full
        return leaves_out


class Reading(NamedTuple):
    """What the child found.

    `problem`: "" | "unfit" | "marked" | "beyond" (its limits) | "busy".
    """

    problem: str = ""
    words: str = ""  # of a file that is unfit, or why a part was not read
    seconds: float = 0  # of the processor
    places_left: int = 0  # pictures inside that say where they were made
    copy: Copy | None = None
    said: str = ""  # what was done to it before it is kept, in words
    ext: str = ""  # what its name ends with then, where that changes


def read(file: IO[bytes], label: str, ext: str, *, seconds: float | None = None) -> Reading:
    """Read a file of this name and extension within the limits of the settings, or in fewer seconds of processor."""
    into = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as what was found
    found = _read(file, label, ext, min(seconds or settings.READING_CPU_SECONDS, settings.READING_CPU_SECONDS), into)
    if found.copy is None:
        into.close()
    return found


def _read(file: IO[bytes], label: str, ext: str, seconds: float, into: IO[bytes]) -> Reading:
    try:
        with asking.answers(
            READER,
            file,
            seconds=seconds,
            most_said=MOST_SAID,
            most_written=MOST_UNPACKED,
            into=into,
            label=label,
            ext=ext,
        ) as answers:
            found, cost = answers
    except asking.BusyError:
        return Reading("busy")
    except asking.BeyondError:  # ended by the system, in the middle of a word or before
        return Reading("beyond", seconds=seconds)
    problem = next((name for name in ("unfit", "marked") if name in found), "")
    words = found.get("unfit") or found.get("unread", "")
    made, without_place = found.get("made", 0), found.get("without_place", 0)
    return Reading(
        problem,
        words,
        cost["seconds"],
        found.get("places_left", 0),
        Copy(into, made, without_place) if made or without_place else None,
        found.get("said", ""),
        found.get("ext", ""),
    )
