"""The rooms that docs/architecture.md draws are those of the contracts.

The contracts themselves are held by lint-imports.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.house.sources import APPS, ROOT

CONTRACTS: list[dict[str, Any]] = [
    contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    if contract["name"].startswith("rooms")
]
WIRING = "qingyang_inspect"  # the floor of settings and commands has no rooms


def test_every_app_has_rooms_and_all_of_them_count() -> None:
    apps = [app for contract in CONTRACTS for app in contract["containers"]]

    assert sorted(apps) == sorted(set(APPS) - {WIRING})
    assert [contract["name"] for contract in CONTRACTS if contract.get("exhaustive") is not True] == []


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["name"])
def test_every_room_of_a_contract_is_drawn(contract: dict[str, Any]) -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    drawn = set(re.findall(r"`(\w+)`", text[text.index("## Rooms") : text.index("## The ideas")]))

    rooms = set(re.findall(r"\w+", " ".join(contract["layers"])))

    assert rooms - drawn == set()
