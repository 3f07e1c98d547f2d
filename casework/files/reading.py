"""Have a file looked through in a child process with hard limits, outside any transaction (`ui.hostile.asking`)."""

from __future__ import annotations

from typing import IO, NamedTuple

from django.conf import settings

from casework.files.content import MOST_UNPACKED
from ui.hostile import asking

READER = "casework.files.reader"
MOST_SAID = 256 * 1024  # bytes of an answer


class Reading(NamedTuple):
    """What the child found.

    `problem`: "" | "unfit" | "marked" | "beyond" (its limits) | "busy"; `place`: (where, how many bytes, with what) to
    blank.
    """

    problem: str = ""
    words: str = ""  # of a file that is unfit, or why a part was not read
    place: tuple[tuple[int, int, bytes], ...] = ()
    seconds: float = 0  # of the processor
    places_left: int = 0  # pictures inside that say where they were made


def read(file: IO[bytes], label: str, ext: str, *, seconds: int | None = None) -> Reading:
    """Read a file of this name and extension within the limits of the settings, or in fewer seconds of processor."""
    seconds = min(seconds or settings.READING_CPU_SECONDS, settings.READING_CPU_SECONDS)
    try:
        with asking.answers(
            READER, file, seconds=seconds, most_said=MOST_SAID, most_written=MOST_UNPACKED, label=label, ext=ext
        ) as answers:
            found, cost = answers
    except asking.BusyError:
        return Reading("busy")
    except asking.BeyondError:  # ended by the system, in the middle of a word or before
        return Reading("beyond", seconds=seconds)
    problem = next((name for name in ("unfit", "marked") if name in found), "")
    place = tuple((at, n, bytes.fromhex(blank)) for at, n, blank in found.get("place", ()))
    words = found.get("unfit") or found.get("unread", "")
    return Reading(problem, words, place, cost["seconds"], found.get("places_left", 0))
