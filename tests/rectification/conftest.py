"""Cases that the tests of a module share: made once, and what a test does to them is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Return a function that makes something before the module's first test, in one transaction around them all; each test has its savepoint in it."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        around.__enter__()

    def make(recipe: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock():
            return recipe()

    try:
        yield make
    finally:
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
