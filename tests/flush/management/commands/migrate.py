"""The tests' own migrate: on SQLite the empty database that these very migrations once made is copied, not made again.

What follows a migration (post_migrate: triggers, index, content types) is done each time. A part of the migrations, and
PostgreSQL, are migrated as ever.
"""

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections

FOLLOWS = ("casework/search/index.py", "casework/workflow/locks.py")  # what post_migrate puts up, and leaves standing


def kept() -> Path:
    """Where the empty database of these migrations is kept, or will be."""
    digest = hashlib.sha256(django.__version__.encode())
    migrations = (path for app in apps.get_app_configs() for path in sorted(Path(app.path, "migrations").glob("*.py")))
    for path in (*migrations, *(settings.BASE_DIR / name for name in FOLLOWS)):
        digest.update(f"{path.parent.parent.name} {path.name} ".encode() + path.read_bytes())
    return Path(settings.BASE_DIR, "var", "tests", f"{digest.hexdigest()[:16]}.sqlite3")


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        connection, there = connections[options["database"]], kept()
        if connection.vendor != "sqlite" or options.get("app_label"):
            super().handle(*args, **options)
        elif there.exists():
            connection.ensure_connection()
            with closing(sqlite3.connect(there)) as made:
                made.backup(connection.connection)
            emit_post_migrate_signal(options["verbosity"], options["interactive"], connection.alias)
        else:
            super().handle(*args, **options)
            there.parent.mkdir(parents=True, exist_ok=True)
            part = there.with_suffix(f".{os.getpid()}")
            with closing(sqlite3.connect(part)) as copy:
                connection.connection.backup(copy)
            for earlier in there.parent.glob("*.sqlite3"):
                earlier.unlink(missing_ok=True)
            part.replace(there)
