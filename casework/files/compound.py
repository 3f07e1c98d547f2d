"""Old Office files (compound files), by their directory as olefile reads it. Runs in the child process only.

The rules are those of oletools (olevba, oleobj): macros of Word and Excel by their storages, macro sheets of Excel 4 by
the list of sheets, what was packed in as a file by its name and its beginning.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import IO

import olefile

from ui.hostile.old_books import records

STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}  # what such a file must hold
INSTALLER = "000C108"  # how the class of an installer (.msi, .msp) begins
MACROS = frozenset({"vba", "_vba_project", "_vba_project_cur", "macros", "_vba_project_str"})
RUNS = frozenset(
    "exe dll scr com bat cmd pif cpl msi msp ps1 vbs vbe js jse wsf wsh hta lnk jar reg chm iso img".split(" ")  # noqa: SIM905  one line
)  # extensions of what Windows runs
BEGINS_PROGRAM = (b"MZ", b"\x7fELF", b"L\x00\x00\x00\x01\x14\x02\x00")  # the last is a shortcut of Windows
PACKED_IN = "\x01ole10native"
_NAMED_PROGRAM = re.compile(rb"\.(?:%s)\x00" % b"|".join(sorted(ext.encode() for ext in RUNS)), re.IGNORECASE)
MOST_READ = 1 << 16
BOF, END, SHEET, LOCKED_BOOK = 0x0809, 0x000A, 0x0085, 0x002F  # records of a workbook (MS-XLS 2.4)
MACRO_SHEETS = (1, 6)  # Excel 4 macros, Visual Basic
WORD, LOCKED_DOCUMENT = 0xA5EC, 0x0100  # how a Word document begins, and its flag (MS-DOC 2.5.2)


@dataclass(frozen=True)
class Compound:
    """What a compound file is. `program`: what would run in it, in a word, or ""."""

    names: frozenset[str]
    root: str
    program: str
    is_locked: bool

    @property
    def is_installer(self) -> bool:
        return self.root.startswith(INSTALLER) or "MsiDigitalSignature" in self.names

    def fits(self, ext: str) -> bool:
        """Say whether it is what a file of this extension holds; those of WPS Office have no stream they must hold."""
        return not self.is_installer and (ext not in STREAMS or any(name in self.names for name in STREAMS[ext]))


def kind_of(file: IO[bytes]) -> Compound:
    """Read the directory, and the beginnings of what could run.

    Raises:
        OSError: it cannot be read.
    """
    file.seek(0)
    try:
        with olefile.OleFileIO(file, raise_defects=olefile.DEFECT_FATAL) as opened:
            paths = opened.listdir(streams=True, storages=True)
            names = frozenset(name for path in paths for name in path)
            root = str(getattr(opened.root, "clsid", ""))
            sheets, is_locked_book = _sheets(opened)
            has_macros = any(name.lower() in MACROS for name in names) or bool(sheets & {*MACRO_SHEETS})
            packs = any(_packs_program(opened, path) for path in paths if path[-1].lower() == PACKED_IN)
            program = "宏" if has_macros else "程序" if packs or root.startswith(INSTALLER) else ""
            is_locked = "EncryptedPackage" in names or is_locked_book or _is_locked_document(opened)
            return Compound(names, root, program, is_locked)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, struct.error) as broken:
        raise OSError("not a compound file") from broken


def _beginning(opened: olefile.OleFileIO, path: list[str] | str) -> bytes:
    return bytes(opened.openstream(path).read(MOST_READ)) if opened.exists(path) else b""


def _sheets(opened: olefile.OleFileIO) -> tuple[set[int], bool]:
    """Return the kinds of the sheets of a workbook, and whether it opens only with a password.

    The whole stream is walked, however many records are put before the list of sheets.
    """
    name = next((name for name in ("Workbook", "Book") if opened.exists(name)), "")
    found: set[int] = set()
    for at, kind, record in records(opened.openstream(name).read()) if name else ():
        if (at == 0 and kind != BOF) or kind == END:
            break
        if kind == LOCKED_BOOK:
            return found, True
        if kind == SHEET and len(record) >= 6:
            found.add(record[5])
    return found, False


def _is_locked_document(opened: olefile.OleFileIO) -> bool:
    said = _beginning(opened, "WordDocument")
    if len(said) < 12:
        return False
    begins, flags = struct.unpack_from("<H8xH", said)
    return begins == WORD and bool(flags & LOCKED_DOCUMENT)


def _packs_program(opened: olefile.OleFileIO, path: list[str]) -> bool:
    """Say whether a file that was packed in (插入—对象—由文件创建) is a program, by its names or by how it begins."""
    said = _beginning(opened, path)
    return bool(_NAMED_PROGRAM.search(said[:2_048])) or _payload(said).startswith(BEGINS_PROGRAM)


def _payload(said: bytes) -> bytes:
    """Return the bytes of the file: behind its size, two bytes, label, path, eight bytes, the path again, its size."""
    _, _, rest = said[6:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    if len(rest) < 8:
        return b""
    (length,) = struct.unpack_from("<I", rest, 4)
    return rest[8 + length + 4 :]
