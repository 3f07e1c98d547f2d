"""Pages asked in one process, each in turn with the bare view: what else runs on the machine slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

REPEAT = 15
BARE = "/bare/"
SIMILAR = {"statement": "抽查执法案卷 20 份，其中 3 份未经法制审核即作出处罚决定，5 份未见全过程音像记录。"}


class Page(NamedTuple):
    """A page to measure.

    `aim` is the most it may cost, in times the bare view (0: none is set), `grows` says that it is as long as its rows.
    """

    name: str
    path: str
    aim: float = 0
    data: dict[str, str] | None = None
    is_sheet: bool = False


class Measured(NamedTuple):
    """What a page cost: medians in milliseconds, times the bare view, questions, kB."""

    name: str
    cpu: float
    wall: float
    cpu_ratio: float
    wall_ratio: float
    queries: int
    kb: float
    aim: float
    is_sheet: bool


def pages() -> list[Page]:
    """Return what is measured."""
    from django.utils import timezone

    from casework.models import Case
    from qingyang_inspect.benchmark import laws

    case = Case.objects.filter(kind="rectification", is_open=True).order_by("-pk")[0]
    past = timezone.localdate() - timedelta(200)
    return [
        Page("裸视图（参照）", BARE),
        Page("整改台账", "/rectifications/", 2),
        Page("台账，筛选逾期", "/rectifications/?due=late", 2),
        Page("台账，第 40 页", "/rectifications/?page=40", 2),
        Page("台账，查常见词“补充耕地”", "/rectifications/?q=补充耕地", 3),
        Page("台账，查一个编号", f"/rectifications/?q={case.number}", 3),
        Page("一件整改", f"/rectifications/{case.pk}/", 3),
        Page("首页", "/", 3),
        Page("看板，今天", "/figures/", 3),
        Page("看板，过去一天", f"/figures/?on={past}"),
        Page("相似问题", "/findings/similar/", 3, SIMILAR),
        *(Page(name, path, 2) for name, path in laws.pages()),  # at the smallest size, where the bare view is fastest
        # of a few rows: a long sheet belongs to the background worker, and the page refuses it (ui.lists.AT_ONCE)
        Page("导出一个编号", f"/rectifications/?q={case.number}&export=xlsx", is_sheet=True),
    ]


def signed_in(post: Any) -> Any:
    """Return a client in the hands of this post's person."""
    from django.test import Client

    client = Client(raise_request_exception=True)
    client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def measure(post: Any) -> list[Measured]:
    """Ask every page some times and return what it cost."""
    client = signed_in(post)
    bare = partial(client.get, BARE)
    body_of(bare())
    return [_measured(page, bare, _asking(client, page)) for page in pages()]


def _asking(client: Any, page: Page) -> Callable[[], Any]:
    return partial(client.post, page.path, page.data) if page.data else partial(client.get, page.path)


def _measured(page: Page, bare: Callable[[], Any], ask: Callable[[], Any]) -> Measured:
    body_of(ask())
    asked, kb = questions(ask)
    pairs = [(took(bare), took(ask)) for _ in range(3 if page.is_sheet else REPEAT)]
    bare_cpu, bare_wall = (statistics.median(beside[n] for beside, _ in pairs) for n in (0, 1))
    cpu, wall = (statistics.median(own[n] for _, own in pairs) for n in (0, 1))
    return Measured(page.name, cpu, wall, cpu / bare_cpu, wall / bare_wall, len(asked), kb, page.aim, page.is_sheet)


def questions(ask: Callable[[], Any]) -> tuple[list[str], float]:
    """Return what a request asks the database, without the beginning of a snapshot, and how many kB it answers."""
    from django.db import connections

    asked: list[str] = []

    def note(run: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            asked.append(sql)
        return run(sql, *rest)

    with ExitStack() as counting:
        for alias in ("default", "reading"):
            counting.enter_context(connections[alias].execute_wrapper(note))
        kb = len(body_of(ask())) / 1024
    return asked, kb


def took(ask: Callable[[], Any]) -> tuple[float, float]:
    """Return CPU and wall milliseconds of one request."""
    cpu, wall = time.process_time(), time.perf_counter()
    body_of(ask())
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def body_of(response: Any) -> bytes:
    """Return what was answered.

    Raises:
        SystemExit: it is no 200.
    """
    if response.status_code != 200:
        raise SystemExit(f"{response.request['PATH_INFO']} 答 {response.status_code}")
    return b"".join(response.streaming_content) if response.streaming else response.content
