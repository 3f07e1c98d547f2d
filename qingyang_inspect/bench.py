"""Measure pages at stated sizes beside a bare view in the same process, on both databases (`make bench`, `make bench SIZES=10000`).

For each page: CPU and wall milliseconds (medians of several requests), queries, kB, and the ratio of CPU to the bare view's, asked in turn with it: what else
runs on the machine slows both.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SIZES = tuple(int(size) for size in os.environ.get("SIZES", "10000 100000").split())
REPEAT = 15


def measure(url: str) -> None:
    """Measure one database in this process; prints one table a size."""
    os.environ |= {
        "DATABASE_URL": url,
        "SECRET_KEY": "bench-only-" + "x" * 50,
        "SECURE_TLS": "0",
        "OTP_FOR_ADMINISTRATORS": "0",
        "DEBUG": "1",
        "LOG_LEVEL": "ERROR",
    }
    os.environ["DJANGO_SETTINGS_MODULE"] = "qingyang_inspect.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG, settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = (
        False,
        "qingyang_inspect.benchmark.bare",
        ["testserver"],
    )
    call_command("migrate", verbosity=0)
    post = _people()
    made = 0
    for size in SIZES:
        _grow(post, size - made)
        made = size
        _table(post, size)


def _people() -> Any:
    from organizations.enums import Role
    from organizations.models import Post, Unit, User
    from qingyang_inspect.reference.load import load_reference

    load_reference()
    user = User.objects.create(username="bench", name="测量", must_change_password=False)
    return Post.objects.create(
        user=user, unit=Unit.objects.get(short_name="市委依法治市办"), role=Role.OFFICE_STAFF, from_on="2010-01-01"
    )


def _grow(post: Any, n: int) -> None:
    from django.core.management import call_command
    from tqdm import tqdm

    from casework.search import index
    from qingyang_inspect.benchmark.bulk import Bulk

    with tqdm(total=n, desc="生成", unit="个问题", disable=None) as bar:
        Bulk(post).load(n, bar.update)
    index.rebuild()
    call_command("rebuild_figures", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    call_command("verify_trail", stdout=open(os.devnull, "w"))  # noqa: SIM115
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("analyze")


def _pages() -> list[tuple[str, str, Any]]:
    from django.utils import timezone

    from casework.models import Case

    case = Case.objects.filter(kind="rectification", is_open=True).order_by("-pk")[0]
    past = timezone.localdate() - timedelta(200)
    similar = {"statement": "抽查执法案卷 20 份，其中 3 份未经法制审核即作出处罚决定，5 份未见全过程音像记录。"}
    return [
        ("裸视图（参照）", "/bare/", None), ("整改台账", "/rectifications/", None), ("台账，筛选逾期", "/rectifications/?due=late", None), ("台账，查“补充耕地”", "/rectifications/?q=补充耕地", None),
        ("一件整改", f"/rectifications/{case.pk}/", None), ("首页", "/", None), ("看板，今天", "/figures/", None), ("看板，过去一天", f"/figures/?on={past}", None),
        ("相似问题", "/findings/similar/", similar), ("导出逾期", "/rectifications/?due=late&export=xlsx", None),
    ]  # fmt: skip


def _table(post: Any, size: int) -> None:
    from django.db import connection, connections
    from django.test import Client

    client = Client()
    client.force_login(post.user, backend="django.contrib.auth.backends.ModelBackend")
    print(
        f"\n{connection.vendor}，{size} 个问题\n\n| 页面 | CPU ms | 耗时 ms | 倍数 | 查询 | kB |\n|---|---|---|---|---|---|",
        flush=True,
    )
    bare = partial(client.get, "/bare/")
    for name, path, data in _pages():
        ask = partial(client.post, path, data) if data else partial(client.get, path)
        _body(ask())
        asked: list[str] = []
        with ExitStack() as counting:
            for alias in ("default", "reading"):
                counting.enter_context(connections[alias].execute_wrapper(_counter(asked)))
            kb = len(_body(ask())) / 1024
        pairs = [(_took(bare), _took(ask)) for _ in range(REPEAT)]
        beside, cpu, wall = (statistics.median(times) for times in zip(*((b[0], *a) for b, a in pairs), strict=True))
        row = (cpu, wall, cpu / beside, len(asked), kb)
        print(f"| {name} | {row[0]:.0f} | {row[1]:.0f} | {row[2]:.1f} | {row[3]} | {row[4]:.0f} |", flush=True)


def _took(ask: Any) -> tuple[float, float]:
    """Return CPU and wall milliseconds of one request."""
    cpu, wall = time.process_time(), time.perf_counter()
    _body(ask())
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def _counter(asked: list[str]) -> Any:
    """Return an execute wrapper that remembers each question; the beginning of a snapshot is none."""

    def count(run: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith("BEGIN"):
            asked.append(sql)
        return run(sql, *rest)

    return count


def _body(response: Any) -> bytes:
    if response.status_code != 200:
        raise SystemExit(f"{response.request['PATH_INFO']} 答 {response.status_code}")
    return b"".join(response.streaming_content) if response.streaming else response.content


def main() -> None:
    """Measure on SQLite, then on PostgreSQL where its programs are."""
    sys.path.insert(0, str(ROOT))
    if len(sys.argv) > 1:
        measure(sys.argv[1])
        return
    import subprocess

    from tests.run_all import binaries, cluster

    found = binaries()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", "qingyang_inspect.bench", f"sqlite:///{folder}/bench.sqlite3"], check=True, cwd=ROOT
        )
    with cluster(found) if found else nullcontext(os.environ.get("DATABASE_URL", "")) as url:
        if url:
            subprocess.run([sys.executable, "-m", "qingyang_inspect.bench", url], check=True, cwd=ROOT)  # noqa: S603
        else:
            print("跳过 PostgreSQL：没有找到 initdb，也没有设置 DATABASE_URL", flush=True)


if __name__ == "__main__":
    main()
