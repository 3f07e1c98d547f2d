from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base, operations

from qingyang_inspect.database import Signing


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "qingyang_inspect.database.sqlite3.compiler"


class DatabaseWrapper(Signing, base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; a file that is made now is its owner's alone, and what SQLite lays beside it follows."""
        name = str(conn_params["database"])
        if os.path.isabs(name) and not Path(name).exists():
            os.close(os.open(name, os.O_CREAT | os.O_RDWR, 0o600))
        return super().get_new_connection(conn_params)
