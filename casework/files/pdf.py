"""The words of a PDF, as pypdf reads them.

Runs in the child process only: a few kilobytes can ask for minutes and gigabytes.

A mark stands at the head of a document: the first pages are read as text; then, as far as the time goes, every stream
as bytes.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from pypdf import PdfReader
from pypdf.generic import IndirectObject, StreamObject

from casework.files import classification
from casework.files.compound import BEGINS_PROGRAM

FIRST_PAGES, ALWAYS_READ = 20, 3
# of the processor; a dense document is not refused for its twentieth page
SECONDS_FOR_PACKED, SECONDS_FOR_PAGES, SECONDS_FOR_STREAMS = 0.6, 0.8, 0.4
PIECE, LONGEST_NAME = 1 << 20, 64
UNREAD = "未能读出文字，没有检查密级标志"
PARTLY = "内容过于复杂，没有检查完密级标志"
RUNS = {b"JavaScript": "脚本", b"Launch": "启动程序的动作"}  # names that stand in an action which runs something
PROGRAM = "程序"


def _spelled(name: bytes) -> bytes:
    """Return a pattern of a name, each of whose letters may be written as its number: /J#61vaScript."""
    return b"".join(b"(?:%c|#%x%s)" % (c, c >> 4, _digit(c & 15)) for c in name)


def _digit(n: int) -> bytes:
    return b"[%x%X]" % (n, n)


RUNNING = re.compile(
    b"/(?:" + b"|".join(b"(%s)" % _spelled(name) for name in RUNS) + rb")(?=[\x00\t\n\f\r ()<>\[\]{}/%]|$)"
)
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds odd in a file is told by what it returns


class LockedError(Exception):
    """It opens only with a password."""


class _ProgramError(Exception):
    """A program is attached."""


class _TooMuchError(Exception):
    """What is looked through asks for more time than it has."""


@dataclass(frozen=True)
class Reading:
    """What a PDF says.

    `program`: what would run when it is opened, or "". `unread`: why it was not searched for marks, or "".
    """

    is_marked: bool = False
    program: str = ""
    unread: str = ""


def read(file: IO[bytes]) -> Reading:
    """Read a PDF.

    Raises:
        LockedError: a password is needed.
    """
    program = _running_in_file(file)
    if program:
        return Reading(program=program)
    file.seek(0)
    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise LockedError
        program = next(_programs(reader), "")
        if program:
            return Reading(program=program)
        is_marked, unread = _searched(lambda: any(map(classification.in_text, _texts(reader))))
        if not is_marked:  # also where its pages could not be read: a program may be attached to them
            is_marked, left = _searched(lambda: _in_streams(reader))
            unread = unread or left
        return Reading(is_marked, unread=unread)
    except _ProgramError:
        return Reading(program=PROGRAM)
    except (LockedError, MemoryError):
        raise
    except Exception:  # noqa: BLE001  as in _searched; also what is locked by a cipher that is not at hand
        return Reading(unread=UNREAD)


def _searched(search: Callable[[], bool]) -> tuple[bool, str]:
    """Return whether a mark was found, and why not all was searched, or ""."""
    try:
        return search(), ""
    except _TooMuchError:
        return False, PARTLY
    except (LockedError, MemoryError, _ProgramError):
        raise
    except Exception:  # noqa: BLE001  bytes of any kind make pypdf raise errors of any kind; the file is taken as not read
        return False, UNREAD


def _texts(reader: PdfReader) -> Iterator[str]:
    """Give title and the like, then the text of the first pages.

    Raises:
        _TooMuchError: not all of them could be read in their time.
    """
    yield from (str(value) for value in (reader.metadata or {}).values())
    until = time.process_time() + SECONDS_FOR_PAGES
    for n, page in enumerate(reader.pages[:FIRST_PAGES]):
        if n >= ALWAYS_READ and time.process_time() > until:
            raise _TooMuchError
        yield page.extract_text()


def is_signed(file: IO[bytes]) -> bool:
    """Say whether a seal or a signature holds the bytes of the file."""
    file.seek(0)
    return b"/ByteRange" in file.read()


def _running_in_file(file: IO[bytes]) -> str:
    """Return what would run by an object that lies open in the file, also in a former version of it, or ""."""
    file.seek(0)
    kept = b""
    while piece := file.read(PIECE):
        if found := _running_in(kept + piece):
            return found
        kept = piece[-LONGEST_NAME:]
    return ""


def _running_in(data: bytes) -> str:
    found = RUNNING.search(data)
    return next(word for word, name in zip(RUNS.values(), found.groups(), strict=True) if name) if found else ""


def _programs(reader: PdfReader) -> Iterator[str]:
    """Give what would run by the objects that lie packed in streams; all of them, whatever page they belong to."""
    until = time.process_time() + SECONDS_FOR_PACKED
    for number in {stream for stream, _ in reader.xref_objStm.values()}:
        if time.process_time() > until:
            raise MemoryError  # not looked through within its limits
        if found := _running_in(_bytes_of(reader, IndirectObject(number, 0, reader))):
            yield found


def _in_streams(reader: PdfReader) -> bool:
    """Say whether a mark stands in a stream that is no picture: in annotations, attachments, earlier versions.

    Raises:
        _ProgramError: a program is attached.
        _TooMuchError: not all of them could be read in their time.
    """
    return any(classification.in_bytes(_bytes_of(reader, at)) for at in _objects(reader))


def _objects(reader: PdfReader) -> Iterator[IndirectObject]:
    """Give where each object lies, as long as there is time; the attached files, which could run, come first."""
    until = time.process_time() + SECONDS_FOR_STREAMS
    rest: list[IndirectObject] = []
    for generation, entries in list(reader.xref.items()):
        for number in list(entries):
            _refuse_after(until)
            at = IndirectObject(number, generation, reader)
            if (stream := _stream_at(reader, at)) is not None and stream.get("/Type") == "/EmbeddedFile":
                yield at
            else:
                rest.append(at)
    for at in rest:
        _refuse_after(until)
        yield at


def _refuse_after(until: float) -> None:
    if time.process_time() > until:
        raise _TooMuchError


def _stream_at(reader: PdfReader, at: IndirectObject) -> StreamObject | None:
    try:
        found = reader.get_object(at)
        return found if isinstance(found, StreamObject) else None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  as in _searched
        return None


def _bytes_of(reader: PdfReader, at: IndirectObject) -> bytes:
    """Return the bytes of a stream; nothing for a picture, or for what cannot be unpacked.

    What is read as objects, or is attached, is no picture, whatever it calls itself; what is attached need not say so
    (ISO 32000-1, table 45: Type is optional).
    """
    stream = _stream_at(reader, at)
    try:
        kind = None if stream is None else stream.get("/Type")
        if stream is None or (stream.get("/Subtype") == "/Image" and kind not in {"/ObjStm", "/EmbeddedFile"}):
            return b""
        said = stream.get_data()
        if kind != "/ObjStm" and said.startswith(BEGINS_PROGRAM):
            raise _ProgramError
        return said
    except (MemoryError, _ProgramError):
        raise
    except Exception:  # noqa: BLE001  as in _searched
        return b""
