"""The file a collector of logs reads: lines of JSON, for nobody else to read."""

from __future__ import annotations

import io
import os
from logging.handlers import WatchedFileHandler


class PrivateFile(WatchedFileHandler):
    """Adds to a file that is its owner's alone, and begins it anew when it was moved away."""

    def _open(self) -> io.TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        return super()._open()
