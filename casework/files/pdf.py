"""The words of a PDF, as pypdf reads them.

Runs in the child process only: a few kilobytes can ask for minutes and gigabytes.

A mark stands at the head of a document: the first pages are read as text; then, as far as the time goes, every stream
as bytes.
"""

from __future__ import annotations

import contextlib
import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO

from pypdf import PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NumberObject, StreamObject, read_object

from casework.files import classification
from casework.files.compound import BEGINS_PROGRAM

FIRST_PAGES, ALWAYS_READ = 20, 3
# of the processor; a dense document is not refused for its twentieth page
SECONDS_FOR_PACKED, SECONDS_FOR_PAGES, SECONDS_FOR_STREAMS = 0.6, 0.8, 1.0
PIECE, LONGEST_NAME, DEEPEST = 1 << 20, 64, 20
UNREAD = "未能读出文字，没有检查密级标志"
PARTLY = "内容过于复杂，没有检查完密级标志"
NOT_UNPACKED = "有的内容未能读出，没有检查完密级标志"
RUNS = {b"JavaScript": "脚本", b"Launch": "启动程序的动作"}  # names that stand in an action which runs something
PROGRAM = "程序"
Key = tuple[int, int]  # the number of an object, and its generation


def _spelled(name: bytes) -> bytes:
    """Return a pattern of a name, each of whose letters may be written as its number: /J#61vaScript."""
    return b"".join(b"(?:%c|#%x%s)" % (c, c >> 4, _digit(c & 15)) for c in name)


def _digit(n: int) -> bytes:
    return b"[%x%X]" % (n, n)


RUNNING = re.compile(
    b"/(?:" + b"|".join(b"(%s)" % _spelled(name) for name in RUNS) + rb")(?=[\x00\t\n\f\r ()<>\[\]{}/%]|$)"
)
ATTACHING = re.compile(b"/" + _spelled(b"EF"))
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds odd in a file is told by what it returns


class LockedError(Exception):
    """It opens only with a password."""


class _ProgramError(Exception):
    """A program lies in it."""


class _TooMuchError(Exception):
    """Its pages ask for more time than they have."""


class _NotUnpackedError(Exception):
    """All has been looked through, but what could not be unpacked."""


@dataclass(frozen=True)
class Reading:
    """What a PDF says.

    `program`: what would run when it is opened, or "". `unread`: why it was not searched for marks, or "". `attached`:
    the files that are attached to it.
    """

    is_marked: bool = False
    program: str = ""
    unread: str = ""
    attached: list[bytes] = field(default_factory=list)


def read(file: IO[bytes]) -> Reading:
    """Read a PDF.

    Raises:
        LockedError: a password is needed.
        MemoryError: it has more in it than can be looked through within its limits.
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
        attached: list[bytes] = []
        is_marked, unread = _searched(lambda: any(map(classification.in_text, _texts(reader))))
        if not is_marked:  # also where its pages could not be read: a program may be attached to them
            is_marked, left = _searched(lambda: _in_streams(reader, attached))
            unread = unread or left
        return Reading(is_marked, unread=unread, attached=attached)
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
    except _NotUnpackedError:
        return False, NOT_UNPACKED
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
        stream = _object_at(reader, (number, 0))
        with contextlib.suppress(_NotUnpackedError):  # then no reader finds objects in it
            if isinstance(stream, StreamObject) and (found := _running_in(_unpacked(stream))):
                yield found


def _in_streams(reader: PdfReader, attached: list[bytes]) -> bool:
    """Say whether a mark stands in a stream that is no picture: in annotations, attachments, earlier versions.

    What is attached is put into `attached` for a look at what it is.

    Raises:
        _ProgramError: a program is attached.
        _NotUnpackedError: no mark was found, but not all could be unpacked.
        MemoryError: not all of them could be read in their time: not looked through within its limits.
    """
    until = time.process_time() + SECONDS_FOR_STREAMS
    is_whole = True
    keys, files = _found_in(reader, until)
    for key in (*sorted(files), *(key for key in keys if key not in files)):  # the attached ones could run: first
        _refuse_after(until)
        stream = _object_at(reader, key)
        if not isinstance(stream, StreamObject) or (key not in files and _is_picture(stream)):
            continue
        try:
            said = _unpacked(stream)
        except _NotUnpackedError:
            is_whole = False
            continue
        if key in files:
            attached.append(said)
        if classification.in_bytes(said):
            return True
    if not is_whole:
        raise _NotUnpackedError
    return False


def _found_in(reader: PdfReader, until: float) -> tuple[list[Key], set[Key]]:
    """Return where each object lies, and which of them are attached files.

    Those are what they are attached as (/EF), whatever they call themselves; most also say so.
    """
    keys = [(number, generation) for generation, entries in reader.xref.items() for number in entries]
    files: set[Key] = set()
    for key in keys:
        _refuse_after(until)
        found = _object_at(reader, key)
        if isinstance(found, StreamObject) and found.get("/Type") == "/EmbeddedFile":
            files.add(key)
        files |= set(_attached_by(reader, found))
        for packed in _packed_in(reader, found):
            _refuse_after(until)
            files |= set(_attached_by(reader, packed))
    return keys, files


def _packed_in(reader: PdfReader, stream: object) -> Iterator[object]:
    """Give the objects that lie packed in a stream of objects, where one of them could attach a file."""
    if not isinstance(stream, StreamObject) or stream.get("/Type") != "/ObjStm":
        return
    with contextlib.suppress(_NotUnpackedError):
        said = _unpacked(stream)
        if not ATTACHING.search(said):
            return
        held = BytesIO(said)
        first = _number(stream, "/First")
        for place in said[:first].split()[1::2]:
            with contextlib.suppress(PdfReadError, ValueError):
                held.seek(first + int(place))
                yield read_object(held, reader)


def _number(stream: StreamObject, name: str) -> int:
    said = stream.get(name)
    return int(said) if isinstance(said, NumberObject) and said >= 0 else 0


def _attached_by(reader: PdfReader, said: object, depth: int = 0) -> Iterator[Key]:
    """Give where the files lie that this object, or one written in it, attaches."""
    if depth > DEEPEST or not isinstance(said, DictionaryObject | ArrayObject):
        return
    by_name = said.get("/EF") if isinstance(said, DictionaryObject) else None
    if isinstance(by_name, IndirectObject):
        by_name = _object_at(reader, (by_name.idnum, by_name.generation))
    for file in by_name.values() if isinstance(by_name, DictionaryObject) else ():
        if isinstance(file, IndirectObject):
            yield file.idnum, file.generation
    for one in said.values() if isinstance(said, DictionaryObject) else said:
        yield from _attached_by(reader, one, depth + 1)


def _refuse_after(until: float) -> None:
    if time.process_time() > until:
        raise MemoryError


def _object_at(reader: PdfReader, key: Key) -> object:
    try:
        return reader.get_object(IndirectObject(*key, reader))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  as in _searched
        return None


def _is_picture(stream: StreamObject) -> bool:
    """Say whether it is a picture by its own word; what is read as objects is none."""
    return stream.get("/Subtype") == "/Image" and stream.get("/Type") != "/ObjStm"


def _unpacked(stream: StreamObject) -> bytes:
    """Return the bytes of a stream.

    Raises:
        _ProgramError: it is a program, whether somebody attached it by the rules or not.
        _NotUnpackedError: it is packed in a way that cannot be read.
    """
    try:
        said = stream.get_data()
    except MemoryError:
        raise
    except Exception as broken:  # as in _searched
        raise _NotUnpackedError from broken
    if stream.get("/Type") != "/ObjStm" and said.startswith(BEGINS_PROGRAM):
        raise _ProgramError
    return said
