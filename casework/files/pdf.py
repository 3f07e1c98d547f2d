"""The words of a PDF, as pypdf reads them.

Runs in the child process only: a few kilobytes can ask for minutes and gigabytes.

A mark stands at the head of a document: the first pages are read as text; then, as far as the time goes, every stream
as bytes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from pypdf import PdfReader
from pypdf.errors import DependencyError
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

from casework.files import classification

FIRST_PAGES, ALWAYS_READ = 20, 3
SECONDS_FOR_PAGES, SECONDS_FOR_STREAMS = (
    1.0,
    0.4,
)  # of the processor; a dense document is not refused for its twentieth page
UNREAD = "未能读出文字，没有检查密级标志"
BEGINS_PROGRAM = {"/JavaScript": "脚本", "/Launch": "启动程序的动作"}
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds odd in a file is told by what it returns


class LockedError(Exception):
    """It opens only with a password."""


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
    file.seek(0)
    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise LockedError
        program = next(_programs(reader), "")
        return (
            Reading(program=program)
            if program
            else Reading(any(map(classification.in_text, _texts(reader))) or _in_streams(reader))
        )
    except (LockedError, MemoryError):
        raise
    except DependencyError:  # locked by a cipher that is not at hand
        return Reading(unread=UNREAD)
    except Exception:  # noqa: BLE001  bytes of any kind make pypdf raise errors of any kind; the file is taken as not read
        return Reading(unread=UNREAD)


def _texts(reader: PdfReader) -> Iterator[str]:
    """Give title and the like, then the text of the first pages."""
    yield from (str(value) for value in (reader.metadata or {}).values())
    until = time.process_time() + SECONDS_FOR_PAGES
    for n, page in enumerate(reader.pages[:FIRST_PAGES]):
        if n >= ALWAYS_READ and time.process_time() > until:
            return
        yield page.extract_text()


def _programs(reader: PdfReader) -> Iterator[str]:
    """Give what would run when the document or one of its first pages is opened."""
    root: Any = reader.trailer["/Root"]
    if "/JavaScript" in (root.get("/Names") or {}):
        yield BEGINS_PROGRAM["/JavaScript"]
    yield from _actions(root.get("/OpenAction"))
    for holder in (root, *reader.pages[:FIRST_PAGES]):
        for action in (holder.get("/AA") or {}).values():
            yield from _actions(action)


def _actions(action: Any) -> Iterator[str]:
    found = action.get_object() if action is not None else None
    if isinstance(found, DictionaryObject) and found.get("/S") in BEGINS_PROGRAM:
        yield BEGINS_PROGRAM[str(found["/S"])]


def _in_streams(reader: PdfReader) -> bool:
    """Say whether a mark stands in a stream that is no picture: in annotations, attachments, earlier versions."""
    until = time.process_time() + SECONDS_FOR_STREAMS
    for generation, entries in list(reader.xref.items()):
        for number in list(entries):
            if time.process_time() > until:
                return False
            if classification.in_bytes(_bytes_of(reader, IndirectObject(number, generation, reader))):
                return True
    return False


def _bytes_of(reader: PdfReader, at: IndirectObject) -> bytes:
    """Return the bytes of a stream; nothing for a picture, or for what cannot be unpacked."""
    try:
        found = reader.get_object(at)
        return found.get_data() if isinstance(found, StreamObject) and found.get("/Subtype") != "/Image" else b""
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  as in read()
        return b""
