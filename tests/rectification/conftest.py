"""Scenes that most tests here begin from, made once for a module; what a test does with one is undone after it."""

from __future__ import annotations

from typing import Any

import pytest

from rectification.enums import State
from tests.rectification.scenes import Scene, at


@pytest.fixture(scope="module")
def closed(made_once: Any) -> Scene:
    found: Scene = made_once(lambda: at(State.CLOSED))
    return found


@pytest.fixture(scope="module")
def remedying(made_once: Any) -> Scene:
    found: Scene = made_once(lambda: at(State.REMEDYING))
    return found
