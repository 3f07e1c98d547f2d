"""The process that reads hostile bytes, started by `casework.files.reading`.

It is called as `python -m casework.files.reading_process SOCKET`.

It imports the readers once, then forks a child for each file. The child gets hard limits before it opens the file,
answers with one line of JSON and ends; whatever it was brought to do ends with it. It has no settings, no secret, no
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
from typing import Any

from PIL import Image

from casework.files import content

MOST_ASKED, MOST_FILES_OPEN = 64 * 1024, 64


def serve(asked: socket.socket) -> None:
    """Fork a child for each question until the other side goes."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: the end of the pipe says it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes its side
    Image.preinit()
    while True:
        message, (*handles,), *_ = socket.recv_fds(asked, MOST_ASKED, 2)
        if not message:
            return
        if os.fork() == 0:
            try:
                asked.close()
                _answer(json.loads(message), *handles)
            finally:
                os._exit(0)
        for handle in handles:
            os.close(handle)


def _answer(question: dict[str, Any], file: int, answer: int) -> None:
    _limit(question)
    tempfile.tempdir = question["folder"]
    found = _read(question, file)
    os.write(answer, json.dumps(found | {"seconds": time.process_time()}).encode()[: question["most_said"]])


def _limit(question: dict[str, Any]) -> None:
    """Take the limits from the question; the system ends the process that passes one."""
    for what, most in (
        (resource.RLIMIT_CPU, question["seconds"]),
        (resource.RLIMIT_AS, question["memory"]),
        (resource.RLIMIT_FSIZE, content.MOST_UNPACKED),
        (resource.RLIMIT_NOFILE, MOST_FILES_OPEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    signal.alarm(question["seconds"] * 10)  # on a busy machine the clock of the wall runs ahead
    os.nice(10)  # whoever reads pages goes first


def _read(question: dict[str, Any], file: int) -> dict[str, Any]:
    """Return what the file is.

    One of `unfit` (a sentence), `marked`, `beyond` (of its memory), or `unread` and `place`.
    """
    try:
        with open(f"/dev/fd/{file}", "rb") as opened:  # opened anew: its own place in the file, and no writing
            found = content.look_through(opened, question["label"], question["ext"])
    except content.UnfitError as unfit:
        return {"unfit": str(unfit)}
    except content.MarkedError:
        return {"marked": True}
    except (MemoryError, RecursionError):
        return {"beyond": True}
    return {"unread": found.unread, "place": [(at, len(blank), blank[:1].hex()) for at, blank in found.place]}


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
