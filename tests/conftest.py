"""The strict harness, under which a test fails on what would otherwise pass unseen.

That is an undefined template variable, an unordered page, a naive date, inline script, a warning.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client

from casework.deadlines import working_days
from tests import words
from ui import pages, remembered
from ui.hostile import asking

pytest_plugins = ["tests.halves"]

# Each begins with what is rare in a page, and looks back from there: a fifth of a page's time went into looking.
INLINE = tuple(
    re.compile(pattern)
    for pattern in (
        rb"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>",
        rb"<style",
        rb"style=[\"'](?<=\sstyle=.)",
        rb"on(?<=\son)[a-z]+=[\"']",
        rb"javascript:",
    )
)
CHROMIUM = shutil.which("chromium")
CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
OURS = {app.split(".")[0] for app in settings.INSTALLED_APPS[: settings.INSTALLED_APPS.index("ui") + 1]}
# What is the same on every database is looked at where all tests run: each page's words, each question's text.
IS_FIRST_HALF = not os.environ.get("QY_SECOND_HALF")  # tests/halves.py
NO_SKIPS = os.environ.get("QY_NO_SKIPS") == "1"
# Nothing of the tests need survive a power cut: neither database waits for the disk (settings.py, run_all.py), and no
# file does: ten milliseconds for each of the thousands that are attached.
os.fsync = lambda handle: None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what this machine cannot run; in CI nothing is skipped."""
    missing = {
        "browser": (CHROMIUM, "没有 Chromium（apt-get install chromium）"),
        "clamav": (CLAMD, "没有 ClamAV（apt-get install clamav-daemon）"),
        "office": (SOFFICE, "没有 LibreOffice（apt-get install libreoffice-writer-nogui libreoffice-calc-nogui）"),
    }
    for item in items:
        for mark, (there, reason) in missing.items():
            if item.get_closest_marker(mark) and not there and not NO_SKIPS:
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish() -> None:
    """Have the collector of garbage look seldom, and never at what was imported: it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Any:
    report = yield
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although QY_NO_SKIPS=1: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    report = yield
    if NO_SKIPS and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped although QY_NO_SKIPS=1: {report.longrepr}"
    return report


def look_through(path: str, body: bytes) -> None:
    """Fail where a page holds inline script or style, or words that an official never reads."""
    plain = body.lower()
    if found := next((one for one in (pattern.search(plain) for pattern in INLINE) if one), None):
        around = body[max(found.start() - 60, 0) : found.end() + 60]
        pytest.fail(f"inline script or style in {path}: {around!r}")
    if wrong := words.faults(body.decode()):
        pytest.fail(f"words out of place in {path}: {wrong[:5]}")


@pytest.fixture(autouse=True)
def _strict_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look through every HTML page a test client receives for inline script and style, and for words out of place."""
    plain = Client.request
    if not IS_FIRST_HALF:
        return

    def looked_through(self: Client, **request: Any) -> HttpResponse:
        response: Any = plain(self, **request)
        if response.headers.get("Content-Type", "").startswith("text/html") and not getattr(response, "streaming", 0):
            look_through(request["PATH_INFO"], response.content)
        return response

    monkeypatch.setattr(Client, "request", looked_through)


@pytest.fixture(autouse=True)
def _ordered_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail when our own code takes a piece of rows that have no order: which ones come is then the database's mood."""
    plain = QuerySet.__getitem__

    def ordered(self: QuerySet[Any], key: Any) -> Any:
        asker = sys._getframe(1).f_globals["__name__"].split(".")[0]
        if isinstance(key, slice) and asker in OURS and not self.ordered and self._result_cache is None:
            pytest.fail(f"a piece of {self.model.__name__} without an order")
        return plain(self, key)

    monkeypatch.setattr(QuerySet, "__getitem__", ordered)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Let reading pages read through the default connection as well, where they still refuse to write.

    A test lives in a transaction that only that connection sees.
    """
    own = connections["reading"]
    connections["reading"] = connections["default"]
    yield
    connections["reading"] = own


@pytest.fixture
def _two_connections(_one_connection: None, transactional_db: None) -> Iterator[None]:
    """The reading connection as it is in service, to the same database (tests else read through the default one)."""
    shared = connections["reading"]
    connections["reading"] = connections.create_connection("reading")
    yield
    connections["reading"].close()
    connections["reading"] = shared


@pytest.fixture(autouse=True, scope="session")
def _no_file_is_opened_while_a_page_writes() -> Iterator[None]:
    """Fail every test in which a page has a file read within its transaction: it would hold all others up."""
    write, asked = pages._write, asking._asked
    writing = threading.local()

    def watched_write(*args: Any, **kwargs: Any) -> Any:
        writing.now = True
        try:
            return write(*args, **kwargs)
        finally:
            writing.now = False

    def watched_asked(*args: Any) -> Any:
        assert not getattr(writing, "now", False), "a file is read within a transaction"
        return asked(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "_write", watched_write)
        patch.setattr(asking, "_asked", watched_asked)
        yield


@pytest.fixture(autouse=True)
def _calendar_forgotten() -> Iterator[None]:
    working_days.forget()
    yield
    working_days.forget()


@pytest.fixture(autouse=True)
def _texts_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write every question anew whose text is kept, and fail where it depends on more than it is kept under.

    In the second half they are kept as in service.
    """
    monkeypatch.setattr(remembered, "is_checked", IS_FIRST_HALF)


_folders = count()


@pytest.fixture
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test's own for what lies outside the database; made by whoever writes the first file."""
    return tmp_path_factory.getbasetemp() / f"own-{next(_folders)}"


@pytest.fixture(autouse=True)
def _own_media(settings: Any, own_folder: Path) -> None:
    settings.MEDIA_ROOT = str(own_folder / "attachments")


@pytest.fixture(autouse=True)
def _own_records(settings: Any, own_folder: Path) -> None:
    """Also where a module shares its attachments: what a night or a rebuilding writes is never the machine's."""
    settings.DAY_HEADS, settings.OVERWRITTEN = str(own_folder / "day_heads.jsonl"), str(own_folder / "overwritten")


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Return a function that makes something before the module's first test, for all its tests to share.

    One transaction goes around them all; each test has its savepoint in it.
    """
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


@pytest.fixture
def signed_in(client: Client) -> Any:
    """Return a function that signs an actor's person in, in that very post, and returns the client."""

    def enter(actor: Any) -> Client:
        client.force_login(actor.post.user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["post"] = actor.post.pk
        session.save()
        return client

    return enter
