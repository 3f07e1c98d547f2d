"""Old Office files (compound files), by their directory as olefile reads it. Runs in the child process only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

import olefile

STREAMS = {"doc": ("WordDocument",), "xls": ("Workbook", "Book")}  # what such a file must hold
INSTALLER = "000C108"  # how the class of an installer (.msi, .msp) begins
MACROS = frozenset({"vba", "_vba_project", "_vba_project_cur", "macros"})


@dataclass(frozen=True)
class Compound:
    """What a compound file is."""

    names: frozenset[str]
    root: str

    @property
    def is_locked(self) -> bool:
        return "EncryptedPackage" in self.names

    @property
    def has_macros(self) -> bool:
        return any(name.lower() in MACROS for name in self.names)

    def fits(self, ext: str) -> bool:
        """Say whether it is what a file of this extension holds; those of WPS Office have no stream they must hold."""
        is_installer = self.root.startswith(INSTALLER) or "MsiDigitalSignature" in self.names
        return not is_installer and (ext not in STREAMS or any(name in self.names for name in STREAMS[ext]))


def kind_of(file: IO[bytes]) -> Compound:
    """Read the directory.

    Raises:
        OSError: it cannot be read.
    """
    file.seek(0)
    try:
        with olefile.OleFileIO(file, raise_defects=olefile.DEFECT_FATAL) as opened:
            names = frozenset(name for path in opened.listdir(streams=True, storages=True) for name in path)
            return Compound(names, str(getattr(opened.root, "clsid", "")))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as broken:
        raise OSError("not a compound file") from broken
