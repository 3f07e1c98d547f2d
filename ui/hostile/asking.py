"""Have a file read in a child process with hard limits, outside any transaction.

The web process itself never parses what was sent.

One process a worker waits with the readers loaded (`ui.hostile.process`, `settings.READERS_OF_HOSTILE_BYTES`) and forks
for each file: a few milliseconds instead of a second.
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
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from django.conf import settings

WAIT_FOR_PLACE = 20  # seconds


class BusyError(Exception):
    """All places for reading are taken."""


class BeyondError(Exception):
    """The file was not read within its limits."""


class _Reader:
    """The waiting process of this worker."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603  our own module, by the interpreter that runs
                [sys.executable, "-m", "ui.hostile.process", str(theirs.fileno()), *settings.READERS_OF_HOSTILE_BYTES],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                cwd=settings.BASE_DIR,
                env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            )
        atexit.register(self.close)

    def ask(self, question: dict[str, Any], handles: Sequence[int]) -> None:
        socket.send_fds(self.ours, [json.dumps(question).encode()], handles)

    def close(self) -> None:
        """Close our side: the process sees it and ends."""
        atexit.unregister(self.close)
        self.ours.close()
        if self.owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=2)


_reader: _Reader | None = None
_lock = threading.Lock()
_threads, _counting = 0, threading.Lock()  # of this process, that wait for readings


@contextlib.contextmanager
def answers(
    reader: str,
    file: IO[bytes],
    *,
    seconds: float,
    most_said: int,
    most_written: int = 0,
    into: IO[bytes] | None = None,
    **question: Any,
) -> Iterator[Iterator[dict[str, Any]]]:
    """Ask a reader about a file; what it finds comes one by one, as it is wanted, and at last {"seconds": …}.

    Why a file may not be taken comes as {"unfit": …}.

    Args:
        seconds: of the processor.
        most_said: bytes of all answers together.
        most_written: bytes of a file that the reader may put aside.
        into: a file of ours for what the reader makes of this one.

    Raises:
        BusyError: no place came free.
        BeyondError: while it is gone through, it went beyond a limit and was ended.
    """
    limits = {
        "seconds": seconds,
        "memory": settings.READING_MEMORY_BYTES,
        "most_said": most_said,
        "most_written": most_written,
        "folder": tempfile.gettempdir(),
    }
    with (
        a_place("all", settings.READINGS_AT_ONCE),
        _descriptor(file) as handle,
        _asked({"reader": reader, **question, **limits}, handle, *([into.fileno()] if into else [])) as pipe,
    ):
        yield _found(pipe, seconds * 10 + 15, most_said)


@contextlib.contextmanager
def _asked(question: dict[str, Any], file: int, *into: int) -> Iterator[int]:
    """Ask the waiting process, a new one where it is gone; give the pipe on which the child answers."""
    global _reader
    ours, theirs = os.pipe()
    try:
        with _lock:
            if _reader is not None and (_reader.owner != os.getpid() or _reader.process.poll() is not None):
                _reader.close()
                _reader = None
            _reader = _reader or _Reader()
            _reader.ask(question, [file, theirs, *into])
        os.close(theirs)
        theirs = -1
        yield ours
    finally:
        os.close(ours)  # a child that has more to say ends
        if theirs >= 0:
            os.close(theirs)


def _found(pipe: int, seconds: float, most_said: int) -> Iterator[dict[str, Any]]:
    """Give the answers of the child; one that ends before its last word was ended by the system."""
    said: dict[str, Any] = {}
    for line in _lines(pipe, seconds, most_said):
        try:
            said = json.loads(line)
        except (ValueError, RecursionError) as broken:
            raise BeyondError from broken
        if "beyond" in said:
            raise BeyondError
        yield said
    if "seconds" not in said:
        raise BeyondError


def _lines(pipe: int, seconds: float, most_said: int) -> Iterator[bytes]:
    """Give whole lines; what is cut off, by the end of the child or of our patience, is none."""
    begun, left, until = bytearray(), most_said + 1024, time.monotonic() + seconds
    while left > 0 and select.select([pipe], [], [], max(until - time.monotonic(), 0))[0]:
        piece = os.read(pipe, 65_536)
        if not piece:
            return
        left -= len(piece)
        first, *others = piece.split(b"\n")
        begun += first
        for other in others:
            yield bytes(begun)
            begun = bytearray(other)


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
def a_thread(at_most: int) -> Iterator[None]:
    """Hold one of so many threads of this process for what waits for readings.

    A process takes requests while all its threads are held, and lets them wait behind: a limit over all processes
    alone would let what was sent hold one process whole.

    Raises:
        BusyError: so many are held.
    """
    global _threads
    with _counting:
        if _threads >= at_most:
            raise BusyError
        _threads += 1
    try:
        yield
    finally:
        with _counting:
            _threads -= 1


@contextlib.contextmanager
def a_place(whose: str, n_places: int, *, wait: float | None = None) -> Iterator[None]:
    """Hold one of so many places for reading, over all workers of this machine; waits a while for one.

    Raises:
        BusyError: none came free.
    """
    folder = Path(settings.MEDIA_ROOT) / ".reading"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + (WAIT_FOR_PLACE if wait is None else wait)
    while True:
        for n in range(n_places):
            with (folder / f"{whose}-{n}").open("w") as place:
                try:
                    fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        if time.monotonic() > until:
            raise BusyError
        time.sleep(0.02)
