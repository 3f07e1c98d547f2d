"""The database chose a transaction to give way to another (deadlock): nothing of it is kept, it may be tried anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError

DEADLOCK = "40P01"  # SQLSTATE
Result = TypeVar("Result")


def once_more(transact: Callable[[], Result]) -> Result:
    """Run what is a transaction of its own, and once more when the database chose it to give way."""
    try:
        return transact()
    except OperationalError as lost:
        if getattr(lost.__cause__, "sqlstate", "") != DEADLOCK:
            raise
    return transact()
