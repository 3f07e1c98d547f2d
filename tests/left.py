"""What the first half of the suite makes by its steps, and leaves to the second as a copy of a database is left.

Each row fits PostgreSQL, and what SQLite wrote is counted and verified there (tests/run_all.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command

NOT_LEFT = ("contenttypes", "auth.permission", "sessions")  # a database makes its own


def left_or_made(name: str, make: Callable[[], object]) -> None:
    """Load what the first half left under this name; else make it, and leave it where a file is named."""
    left = Path(os.environ.get(name, ""))
    if left.is_file():
        call_command("loaddata", left, verbosity=0)
        return
    make()
    if left.suffix:
        call_command("dumpdata", exclude=NOT_LEFT, output=left, verbosity=0)
