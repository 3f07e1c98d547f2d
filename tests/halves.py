"""Which tests run once, and how long the files take: what asks no database has one answer, whatever the database is.

A file runs on one worker (--dist loadfile), so that what a module makes once is made once; the slow files begin.
The suite runs in two halves, SQLite and PostgreSQL (tests/run_all.py). The second leaves out
* what is given no database: pytest-django refuses every question of such a test, so the classification cannot be wrong;
* what says why not: `@pytest.mark.once(reason="…")`.
Both halves write down how many they ran and left out; run_all adds them up and fails where a test is in neither.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from django.test import SimpleTestCase, TransactionTestCase

FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "django_db_setup"}
SECOND_HALF = "QY_SECOND_HALF"  # set by run_all for the half that runs only what asks a database
COUNTS = "QY_COUNTS"  # where to write the counts


def asks_a_database(item: pytest.Item) -> bool:
    """Say whether a test is given a database."""
    case = getattr(item, "cls", None)
    if case is not None and issubclass(case, SimpleTestCase):
        return issubclass(case, TransactionTestCase)
    return item.get_closest_marker("django_db") is not None or bool(FIXTURES & set(getattr(item, "fixturenames", ())))


def runs_once(item: pytest.Item) -> bool:
    """Say whether a test has the same answer on every database."""
    return not asks_a_database(item) or item.get_closest_marker("once") is not None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once(reason): asks the database and yet runs in the first half alone; says why")


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out in the second half what ran in the first, and write the counts down."""
    for item in items:
        mark = item.get_closest_marker("once")
        if mark is not None and len(mark.kwargs.get("reason", "")) < 10:
            raise pytest.UsageError(f"{item.nodeid}: once(reason=…) says why")
    slow = {_file(i) for i in items if i.get_closest_marker("slow") or i.get_closest_marker("browser")}
    items.sort(key=lambda item: _file(item) not in slow)  # a long file that begins last would be waited for by all
    counted = Counter("once" if not asks_a_database(item) else "said" if runs_once(item) else "both" for item in items)
    if os.environ.get(SECOND_HALF):
        left_out = [item for item in items if runs_once(item)]
        items[:] = [item for item in items if not runs_once(item)]
        config.hook.pytest_deselected(items=left_out)
    if os.environ.get(COUNTS) and os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0":
        Path(os.environ[COUNTS]).write_text(json.dumps(counted | Counter(ran=len(items))))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how long the slowest files took, all their tests together."""
    took: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration") and hasattr(report, "nodeid"):
                took[report.nodeid.partition("::")[0]] += report.duration
    if len(took) > 3:
        terminalreporter.section("slowest files")
        for file, seconds in took.most_common(20):
            terminalreporter.write_line(f"{seconds:7.1f}s {file}")
