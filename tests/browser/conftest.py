"""A real browser for the tests that need one: Debian's Chromium through Playwright."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from qingyang_inspect.shots import CHROMIUM_FLAGS
from tests.conftest import CHROMIUM

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright's sync API runs a loop of its own beside Django's


@pytest.fixture(scope="session")
def play(django_db_setup: None) -> Iterator[Any]:
    """Start Playwright, and let what runs beside its loop keep the connections there were before.

    Django's connections belong to the running loop where there is one: without this every test after the first of a
    browser asks through a second connection, and the first, which nobody closes, keeps the test database from going.
    The browser also goes before the database: a page left open keeps a thread of the server, with its connection.
    """
    from playwright.sync_api import sync_playwright

    before = {alias: connections[alias] for alias in connections}
    with sync_playwright() as started:
        for alias, connection in before.items():
            connections[alias] = connection
        yield started


@pytest.fixture(scope="session")
def chromium(play: Any) -> Iterator[Any]:
    started = play.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_FLAGS))
    yield started
    started.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """The one browser; the windows that a test opened are closed after it, or they work on beside all the others."""
    yield chromium
    for window in chromium.contexts:
        window.close()
