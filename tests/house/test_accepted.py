"""Every acceptance test of docs/acceptance.md is in the suite, by its number and at its doors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.sources import ROOT, files, name, tree

DOORS = {"page", "admin", "batch", "forged"}
# number -> the doors at which it is to be refused; none where nothing is refused
DEMANDED: dict[int, set[str]] = {1: set(), 2: DOORS, 3: DOORS, 4: DOORS, 5: DOORS, 6: set(), 7: set(), 8: DOORS}


def claims() -> Iterator[tuple[str, int, set[str]]]:
    """Yield each claim of a test: where it stands, its number, its doors."""
    for path in files(".py"):
        if not name(path).startswith("tests/") or "mark.accepts" not in path.read_text("utf-8"):
            continue
        doors = {node.targets[0].id: ast.literal_eval(node.value) for node in tree(path).body if is_doors(node)}
        for node in ast.walk(tree(path)):
            for mark in getattr(node, "decorator_list", ()):
                if ast.unparse(mark).startswith("pytest.mark.accepts("):
                    number, *said = mark.args
                    named = [doors[one.value.id] if isinstance(one, ast.Starred) else (one.value,) for one in said]
                    yield f"{name(path)}::{node.name}", number.value, {door for some in named for door in some}


def is_doors(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("_DOOR")


def test_every_demand_is_claimed_at_all_its_doors() -> None:
    claimed: dict[int, set[str]] = {}
    for test, number, doors in claims():
        assert doors <= DOORS, test
        claimed[number] = claimed.get(number, set()) | doors

    assert {number: claimed[number] & doors for number, doors in DEMANDED.items()} == DEMANDED
    assert set(claimed) == set(DEMANDED)


def test_the_document_says_the_same() -> None:
    lines = re.findall(r"^\| (\d+) \| .+ \|( yes)? \|$", (ROOT / "docs/acceptance.md").read_text("utf-8"), re.MULTILINE)

    assert {int(number): bool(refused) for number, refused in lines} == {
        number: bool(doors) for number, doors in DEMANDED.items()
    }
