"""Have a file searched for viruses by ClamAV, through its socket (`CLAMAV_SOCKET`: a path, or host:port).

The protocol is clamd's INSTREAM (man clamd): pieces with their length before them, an empty one at the end. It is asked
before a transaction begins. Where none is configured nothing is searched, and that is said (`Scan.UNSEARCHED`).
"""

from __future__ import annotations

import re
import socket
import struct
from typing import IO, NamedTuple

from django.conf import settings

PIECE, SECONDS, MOST_SAID = 1 << 16, 30, 4_096
FOUND = re.compile(r"stream: (.+) FOUND")


class Scan(NamedTuple):
    """What came of it: searched or not, the name of the virus, or "", and whether the daemon let us wait in vain."""

    is_searched: bool
    virus: str = ""
    is_hung: bool = False


UNSEARCHED, HUNG = Scan(False), Scan(False, is_hung=True)


def search(file: IO[bytes]) -> Scan:
    """Send a file to clamd; leaves it at its start. A daemon that is away, or refuses the file, has not searched it."""
    if not settings.CLAMAV_SOCKET:
        return UNSEARCHED
    file.seek(0)
    try:
        with _connected() as clamd:
            clamd.sendall(b"zINSTREAM\0")
            while piece := file.read(PIECE):
                clamd.sendall(struct.pack(">L", len(piece)) + piece)
            clamd.sendall(struct.pack(">L", 0))
            said = _said(clamd)
    except TimeoutError:
        return HUNG
    except OSError:
        return UNSEARCHED
    finally:
        file.seek(0)
    if found := FOUND.fullmatch(said):
        return Scan(True, found[1])
    return Scan(said == "stream: OK")


def _connected() -> socket.socket:
    host, colon, port = settings.CLAMAV_SOCKET.rpartition(":")
    if colon and port.isdecimal():
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    clamd = socket.socket(socket.AF_UNIX)
    clamd.settimeout(SECONDS)
    try:
        clamd.connect(settings.CLAMAV_SOCKET)
    except OSError:
        clamd.close()
        raise
    return clamd


def _said(clamd: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < MOST_SAID and (piece := clamd.recv(MOST_SAID)):
        said += piece
    return said.rstrip(b"\0").decode(errors="replace")
