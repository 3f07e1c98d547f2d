"""The bytes of files, under MEDIA_ROOT and never below the web root.

A file lies under its SHA-256, whole and on disk, or not at all.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import IO

from django.conf import settings

from ui.errors import DomainError
from ui.hostile.unfit import DISK_FULL


def stored_at(sha256: str) -> Path:
    """Return where the bytes of a hash lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def keep(file: IO[bytes], sha256: str) -> None:
    """Write under a temporary name, readable by this user alone, then rename.

    So a file under its hash is always whole and on disk.
    """
    path = stored_at(sha256)
    name = ""
    try:
        with contextlib.suppress(FileNotFoundError):
            os.utime(path)  # there already: its day of grace before a sweep begins anew
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        with os.fdopen(handle, "wb") as out:
            file.seek(0)
            while piece := file.read(1 << 20):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path)
    except OSError as full:
        if name:
            Path(name).unlink(missing_ok=True)
        raise DomainError(DISK_FULL) from full


def open_stored(sha256: str) -> IO[bytes]:
    """Open the bytes of a hash.

    Raises:
        DomainError: they are not in the store.
    """
    try:
        return stored_at(sha256).open("rb")
    except FileNotFoundError as lost:
        raise DomainError("文件不在存储中，请告知系统管理员核对备份") from lost
