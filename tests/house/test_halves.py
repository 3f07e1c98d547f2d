"""What runs once is what no database can answer differently; every other test runs on both."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import SimpleTestCase, TestCase

from tests import halves
from tests.halves import asks_a_database, runs_once
from tests.run_all import WORKERS


class Item(SimpleNamespace):
    """As much of a collected test as the classification asks."""

    def get_closest_marker(self, name: str) -> Any:
        return self.marks.get(name)


@pytest.mark.parametrize(
    ("item", "twice"),
    [
        (Item(marks={}, fixturenames=["tmp_path", "client"], cls=None), False),
        (Item(marks={"django_db": True}, fixturenames=[], cls=None), True),
        (Item(marks={}, fixturenames=["db"], cls=None), True),
        (Item(marks={}, fixturenames=["made_once", "django_db_setup"], cls=None), True),
        (Item(marks={}, fixturenames=["live_server", "transactional_db"], cls=None), True),
        (Item(marks={}, fixturenames=[], cls=SimpleTestCase), False),
        (Item(marks={}, fixturenames=[], cls=TestCase), True),
        (Item(marks={"django_db": True, "once": True}, fixturenames=[], cls=None), False),
    ],
)
def test_what_is_given_a_database_runs_on_both(item: Any, twice: bool) -> None:
    assert runs_once(item) is not twice


def test_what_is_given_none_can_ask_none(request: pytest.FixtureRequest) -> None:
    """So the classification cannot be wrong: this very test runs once and is refused."""
    assert not asks_a_database(request.node)
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.cursor()


def test_the_second_half_leaves_out_what_runs_once_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(halves.SECOND_HALF, "1")
    monkeypatch.delenv(halves.COUNTS, raising=False)
    plain = Item(marks={}, fixturenames=[], cls=None, nodeid="plain")
    asking = Item(marks={"django_db": True}, fixturenames=[], cls=None, nodeid="asking")
    left_out: list[Any] = []
    config: Any = SimpleNamespace(hook=SimpleNamespace(pytest_deselected=lambda items: left_out.extend(items)))
    items: list[Any] = [plain, asking]

    halves.pytest_collection_modifyitems(config, items)

    assert ([i.nodeid for i in items], [i.nodeid for i in left_out]) == (["asking"], ["plain"])


@pytest.mark.slow
def test_a_file_runs_on_one_worker(tmp_path: Path) -> None:
    """The mark for groups has no effect under pytest 9.2 with pytest-xdist 3.8, and nothing says so."""
    test = "import os, pathlib, pytest\n@pytest.mark.parametrize('n', range(8))\ndef test_it(n, worker_id):\n"
    for name in ("one", "two", "three"):
        says = f"    with open('{name}.txt', 'a') as file: print(worker_id, file=file)\n"
        (tmp_path / f"test_{name}.py").write_text(test + says)

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "xdist", *WORKERS]
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    subprocess.run(command, cwd=tmp_path, env=alone, check=True, capture_output=True)

    workers = [set((tmp_path / f"{name}.txt").read_text().split()) for name in ("one", "two", "three")]
    assert [len(found) for found in workers] == [1, 1, 1]
    assert len(set.union(*workers)) == 2


def test_the_slow_files_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(halves.SECOND_HALF, raising=False)
    monkeypatch.delenv(halves.COUNTS, raising=False)
    names = ["a.py::one", "b.py::one", "b.py::two", "c.py::one"]
    marks: dict[str, Any] = {"b.py::two": {"slow": True}, "c.py::one": {"browser": True}}
    items: list[Any] = [Item(marks=marks.get(n, {}), fixturenames=[], cls=None, nodeid=n) for n in names]

    halves.pytest_collection_modifyitems(SimpleNamespace(), items)  # type: ignore[arg-type]

    assert [item.nodeid for item in items] == ["b.py::one", "b.py::two", "c.py::one", "a.py::one"]


def test_once_without_a_reason_stops_the_suite() -> None:
    mark = SimpleNamespace(kwargs={})
    item: Any = Item(marks={"django_db": True, "once": mark}, fixturenames=[], cls=None, nodeid="silent")

    with pytest.raises(pytest.UsageError, match="says why"):
        halves.pytest_collection_modifyitems(SimpleNamespace(), [item])  # type: ignore[arg-type]
