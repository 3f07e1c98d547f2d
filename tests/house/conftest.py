"""What the walks over the registry share: the two sides with everybody, made once for a module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.house.world import World, build


@pytest.fixture(scope="module")
def world(made_once: Any) -> World:
    found: World = made_once(build)
    return found


@pytest.fixture(autouse=True)
def _own_media(request: pytest.FixtureRequest, settings: Any, own_folder: Path) -> None:
    """Leave the files where the world put them; what has no world has a folder of its own, as everywhere."""
    if "world" not in request.fixturenames:
        settings.MEDIA_ROOT = str(own_folder / "attachments")
