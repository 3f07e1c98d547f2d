"""Have a file read in a child process with hard limits, outside any transaction.

The web process itself never parses what was sent.

One process a worker waits with the readers loaded (`casework.files.reading_process`) and forks for each file: a few
milliseconds instead of a second.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.conf import settings

MOST_SAID = 256 * 1024  # bytes of an answer
WAIT_FOR_PLACE = 20  # seconds


class Reading(NamedTuple):
    """What the child found.

    `problem`: "" | "unfit" | "marked" | "beyond" (its limits) | "busy"; `place`: (where, how many bytes, with what) to
    blank.
    """

    problem: str = ""
    words: str = ""  # of a file that is unfit, or why a part was not read
    place: tuple[tuple[int, int, bytes], ...] = ()
    seconds: float = 0  # of the processor


class _Reader:
    """The waiting process of this worker."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603  our own module, by the interpreter that runs
                [sys.executable, "-m", "casework.files.reading_process", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                cwd=settings.BASE_DIR,
                env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            )
        atexit.register(self.close)

    def ask(self, question: dict[str, Any], file: int, answer: int) -> None:
        socket.send_fds(self.ours, [json.dumps(question).encode()], [file, answer])

    def close(self) -> None:
        """Close our side: the process sees it and ends."""
        atexit.unregister(self.close)
        self.ours.close()
        if self.owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=2)


_reader: _Reader | None = None
_lock = threading.Lock()


def read(file: IO[bytes], label: str, ext: str, *, seconds: int | None = None) -> Reading:
    """Read a file of this name and extension within the limits of the settings, or in fewer seconds of processor."""
    seconds = min(seconds or settings.READING_CPU_SECONDS, settings.READING_CPU_SECONDS)
    question = {
        "label": label,
        "ext": ext,
        "seconds": seconds,
        "memory": settings.READING_MEMORY_BYTES,
        "most_said": MOST_SAID,
        "folder": tempfile.gettempdir(),
    }
    with _a_place() as has_place:
        if not has_place:
            return Reading("busy")
        with _descriptor(file) as handle:
            said = _asked(question, handle)
    try:
        found = json.loads(said)
    except ValueError:  # ended by the system, in the middle of a word or before
        return Reading("beyond", seconds=seconds)
    problem = next((name for name in ("unfit", "marked", "beyond") if name in found), "")
    place = tuple((at, n, bytes.fromhex(blank)) for at, n, blank in found.get("place", ()))
    words = found["unfit"] if problem == "unfit" else found.get("unread", "")
    return Reading(problem, words, place, found["seconds"])


def _asked(question: dict[str, Any], file: int) -> bytes:
    """Ask the waiting process, a new one where it is gone; return what the child said before it ended."""
    global _reader
    ours, theirs = os.pipe()
    try:
        with _lock:
            if _reader is not None and (_reader.owner != os.getpid() or _reader.process.poll() is not None):
                _reader.close()
                _reader = None
            _reader = _reader or _Reader()
            _reader.ask(question, file, theirs)
        os.close(theirs)
        theirs = -1
        return _said(ours, question["seconds"] * 10 + 15)
    finally:
        os.close(ours)
        if theirs >= 0:
            os.close(theirs)


def _said(pipe: int, seconds: int) -> bytes:
    said, until = b"", time.monotonic() + seconds
    while len(said) < MOST_SAID and select.select([pipe], [], [], max(until - time.monotonic(), 0))[0]:
        piece = os.read(pipe, 65_536)
        if not piece:
            break
        said += piece
    return said


@contextlib.contextmanager
def _descriptor(file: IO[bytes]) -> Iterator[int]:
    """Give a descriptor of the bytes: of the file on disk, or of a copy of what was in memory."""
    file.seek(0)
    try:
        handle = file.fileno()
        file.flush()
    except (AttributeError, OSError):
        with tempfile.TemporaryFile() as copy:
            while piece := file.read(1 << 20):
                copy.write(piece)
            copy.flush()
            yield copy.fileno()
    else:
        yield handle
    file.seek(0)


@contextlib.contextmanager
def _a_place() -> Iterator[bool]:
    """Hold one of the places for reading, over all workers of this machine.

    Waits a while for one, and says whether it came free.
    """
    folder = Path(settings.MEDIA_ROOT) / ".reading"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + WAIT_FOR_PLACE
    while True:
        for n in range(settings.READINGS_AT_ONCE):
            with (folder / str(n)).open("w") as place:
                try:
                    fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield True
                return
        if time.monotonic() > until:
            yield False
            return
        time.sleep(0.02)
