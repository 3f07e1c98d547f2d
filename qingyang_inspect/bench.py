"""Measure pages at stated sizes beside a bare view, on both databases.

Run `make bench` or `make bench SIZES="10000 100000"`. Each size has a database of its own and is measured by a process
of its own: first each page in turn with the bare view, then over HTTP (gunicorn, two workers, eight clients).
`KEEP=folder` leaves the data there and uses them the next time, with the schema brought up to date: a million findings
take long to build.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
SIZES = tuple(int(size) for size in os.environ.get("SIZES", "10000 100000 1000000").split())
SERVER = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c shared_buffers=1GB -c effective_cache_size=4GB -c max_wal_size=8GB"
)
MOST_QUERIES, MOST_KB, MOST_GROWTH = 12, 120, 2


def measure(url: str, size: int, out: Path) -> None:
    """Measure one database in this process; print its tables and write its numbers down."""
    from qingyang_inspect.benchmark import stores

    os.environ |= stores.settings_for(url)
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection, connections

    from qingyang_inspect.benchmark import measuring, served

    post = stores.ready(size, with_laws=size == min(SIZES))
    print(f"\n{connection.vendor}，{size} 个问题\n", flush=True)
    print("| 页面 | CPU ms | 耗时 ms | CPU 倍数 | 耗时倍数 | 查询 | kB |\n|---|---|---|---|---|---|---|", flush=True)
    found = measuring.measure(post)
    for m in found:
        print(
            f"| {m.name} | {m.cpu:.0f} | {m.wall:.0f} | {m.cpu_ratio:.1f} | {m.wall_ratio:.1f} "
            f"| {m.queries} | {m.kb:.0f} |",
            flush=True,
        )
    out.write_text(json.dumps({m.name: m._asdict() for m in found}, ensure_ascii=False))
    if os.environ.get("HTTP", "1") == "1":
        cookie = (
            f"{settings.SESSION_COOKIE_NAME}={measuring.signed_in(post).cookies[settings.SESSION_COOKIE_NAME].value}"
        )
        paths = [
            (page.name, quote(page.path, safe="/?=&")) for page in measuring.pages() if not (page.data or page.is_sheet)
        ]
        connections.close_all()
        print("\n| 页面 | p50 ms | p95 ms | 每秒 | p50 倍数 | 工作进程 MB |\n|---|---|---|---|---|---|", flush=True)
        for s in served.serve(cookie, paths):
            print(
                f"| {s.name} | {s.p50:.0f} | {s.p95:.0f} | {s.rate:.0f} | {s.beside:.1f} | {s.worker_mb:.0f} |",
                flush=True,
            )


def missed(small: dict[str, dict[str, float]], large: dict[str, dict[str, float]], wall: bool) -> Iterator[str]:
    """Yield what does not meet the aims of issue and docs/performance.md, and what grew more than twice."""
    for name, m in large.items():
        ratios = [("CPU", m["cpu_ratio"]), *([("耗时", m["wall_ratio"])] if wall else [])]
        yield from (
            f"{name}：{what} {ratio:.1f} 倍，目标 {m['aim']:.0f}"
            for what, ratio in ratios
            if m["aim"] and ratio > m["aim"] + 0.05
        )
        if m["queries"] > MOST_QUERIES:
            yield f"{name}：{m['queries']:.0f} 次查询"
        if m["kb"] > MOST_KB and not m["is_sheet"]:
            yield f"{name}：{m['kb']:.0f} kB"
        grown = m["wall_ratio"] / small[name]["wall_ratio"]
        if grown > MOST_GROWTH:
            yield f"{name}：比最小规模慢 {grown:.1f} 倍（与裸视图之比）"


def main() -> None:
    """Measure every size on SQLite, then on PostgreSQL where its programs are."""
    sys.path.insert(0, str(ROOT))
    if len(sys.argv) == 4:
        measure(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
        return
    from tests.run_all import binaries

    with _folder() as folder:
        _engine("sqlite", [(size, f"sqlite:///{folder}/sqlite-{size}.sqlite3") for size in SIZES], folder)
        programs = binaries()
        if programs is None:
            print("跳过 PostgreSQL：没有找到 initdb", flush=True)
            return
        with _databases(programs, folder) as urls:
            _engine("postgresql", urls, folder)


def _engine(name: str, urls: list[tuple[int, str]], folder: Path) -> None:
    found = []
    for size, url in urls:
        out = folder / f"{name}-{size}.json"
        subprocess.run([sys.executable, "-m", "qingyang_inspect.bench", url, str(size), str(out)], check=True, cwd=ROOT)  # noqa: S603
        found.append(json.loads(out.read_text()))
    for (size, _), numbers in zip(urls, found, strict=True):
        print(
            f"\n{name}，{size}：" + ("；".join(missed(found[0], numbers, name == "postgresql")) or "目标全部达到"),
            flush=True,
        )


@contextmanager
def _folder() -> Iterator[Path]:
    kept = os.environ.get("KEEP")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept).resolve()
    else:
        with tempfile.TemporaryDirectory(prefix="qy-bench-") as folder:
            Path(folder).chmod(0o755)  # the server is another user
            yield Path(folder)


@contextmanager
def _databases(programs: Path, folder: Path) -> Iterator[list[tuple[int, str]]]:
    """Start a cluster of its own and give a database for each size."""
    from tests.run_all import cluster

    with cluster(programs, folder / "pg", SERVER) as url:
        server = url.rpartition("/")[0]
        import psycopg

        with psycopg.connect(
            host=str(folder / "pg"), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            there = {name for (name,) in connection.execute("select datname from pg_database")}
            for size in SIZES:
                if f"bench_{size}" not in there:
                    connection.execute(f"create database bench_{size:d}")
        yield [(size, f"{server}/bench_{size}") for size in SIZES]


if __name__ == "__main__":
    main()
