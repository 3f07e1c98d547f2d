"""The process that reads hostile bytes, started by `ui.hostile.asking`.

It is called as `python -m ui.hostile.process SOCKET READER…`; a reader is a module that has `read(file, question)`.

It imports the readers once, then forks a child for each file. The child gets hard limits before it opens the file,
answers in lines of JSON and ends; whatever it was brought to do ends with it. It has no settings, no secret, no
database and no Django.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from importlib import import_module
from math import ceil
from types import ModuleType
from typing import Any

from ui.hostile.unfit import UnfitError

MOST_ASKED, MOST_FILES_OPEN = 64 * 1024, 64


def serve(asked: socket.socket, readers: dict[str, ModuleType]) -> None:
    """Fork a child for each question until the other side goes."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: the end of the pipe says it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes its side
    while True:
        message, (*handles,), *_ = socket.recv_fds(asked, MOST_ASKED, 3)
        if not message:
            return
        if os.fork() == 0:
            try:
                asked.close()
                question = json.loads(message)
                _answer(question, readers[question["reader"]], *handles)
            except BaseException:  # noqa: BLE001  the server hears nothing and says "beyond"; its log has the reason
                traceback.print_exc()
            finally:
                os._exit(0)
        for handle in handles:
            os.close(handle)


def _answer(question: dict[str, Any], reader: ModuleType, file: int, answer: int, into: int | None = None) -> None:
    """Say each thing found in a line; the last one says what it cost, and that this was all.

    Args:
        into: what the reader may write in, where it makes another file of the one it was given.
    """
    _limit(question)
    if into is not None:
        question["into"] = os.fdopen(into, "wb")
    tempfile.tempdir = question["folder"]
    left = question["most_said"]
    with os.fdopen(answer, "wb") as saying:
        for found in _found(question, reader, file):
            line = json.dumps(found, ensure_ascii=False).encode() + b"\n"
            left -= len(line)
            if left < 0:
                return
            saying.write(line)
            saying.flush()
        saying.write(json.dumps({"seconds": time.process_time()}).encode() + b"\n")


def _limit(question: dict[str, Any]) -> None:
    """Take the limits from the question; the system ends the process that passes one.

    Its time on the processor is counted in parts of a second by the timer; the limit stands behind it, which nothing in
    the process can take away.
    """
    signal.setitimer(signal.ITIMER_PROF, question["seconds"])
    for what, most in (
        (resource.RLIMIT_CPU, ceil(question["seconds"])),
        (resource.RLIMIT_AS, question["memory"]),
        (resource.RLIMIT_FSIZE, question["most_written"]),
        (resource.RLIMIT_NOFILE, MOST_FILES_OPEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    signal.alarm(ceil(question["seconds"] * 10))  # on a busy machine the clock of the wall runs ahead
    os.nice(10)  # whoever reads pages goes first


def _found(question: dict[str, Any], reader: ModuleType, file: int) -> Iterator[dict[str, Any]]:
    """Give what the reader finds; why the file is unfit; or that it went beyond its memory."""
    try:
        with open(f"/dev/fd/{file}", "rb") as opened:  # opened anew: its own place in the file, and no writing
            yield from reader.read(opened, question)
    except UnfitError as unfit:
        yield {"unfit": str(unfit)}
    except (MemoryError, RecursionError):
        yield {"beyond": True}


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), {name: import_module(name) for name in sys.argv[2:]})
