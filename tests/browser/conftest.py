"""A real browser for the tests that need one: Debian's Chromium through Playwright."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from qingyang_inspect.shots import CHROMIUM_FLAGS
from tests.conftest import CHROMIUM

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright's sync API runs a loop of its own beside Django's


@pytest.fixture(scope="session")
def play() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(play: Any) -> Iterator[Any]:
    started = play.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_FLAGS))
    yield started
    started.close()
