"""The same pages over HTTP: gunicorn with two workers on loopback, eight clients.

Each page is measured beside the bare view in the same run.
"""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
WORKERS, CLIENTS = 2, 8
REQUESTS, LONGEST = 160, 12.0  # of a page; it ends after so many, or so many seconds


class Served(NamedTuple):
    """What a page is like for eight at once.

    Milliseconds, requests a second, and MB of the larger worker afterwards.
    """

    name: str
    p50: float
    p95: float
    rate: float
    beside: float  # p50 in times the bare view's
    worker_mb: float


def serve(cookie: str, paths: list[tuple[str, str]]) -> list[Served]:
    """Ask these (name, path), the bare view first and again beside each; return what they cost."""
    with gunicorn() as (port, pid):
        for _, path in paths:
            for _ in range(2 * WORKERS):
                ask(port, path, cookie)
        found: list[Served] = []
        for name, path in paths:
            bare, _ = _load(port, paths[0][1], cookie)  # in turn with each page: what else runs slows both
            times, rate = _load(port, path, cookie)
            p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            found.append(Served(name, p50, p95, rate, p50 / statistics.median(bare), _memory(pid)))
        return found


@contextmanager
def gunicorn(*more: str, env: Mapping[str, str] | None = None) -> Iterator[tuple[int, int]]:
    """Serve on a free port of loopback; give the port and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        "-m",
        "gunicorn",
        "qingyang_inspect.wsgi",
        "--workers",
        str(WORKERS),
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
        *more,
    ]
    server = subprocess.Popen([sys.executable, *command], cwd=ROOT, env={**os.environ, **(env or {})})  # noqa: S603
    try:
        _wait_for(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("gunicorn 没有起来")


def ask(port: int, path: str, cookie: str) -> float:
    """Return the milliseconds of one request, on a connection of its own as nginx makes them."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path} 答 {answer.status}")
    return (time.perf_counter() - began) * 1000


def _load(port: int, path: str, cookie: str) -> tuple[list[float], float]:
    began = time.perf_counter()

    def client(_: int) -> list[float]:
        times: list[float] = []
        while len(times) < REQUESTS // CLIENTS and time.perf_counter() - began < LONGEST:
            times.append(ask(port, path, cookie))
        return times

    with ThreadPoolExecutor(CLIENTS) as clients:
        times = [one for of_one in clients.map(client, range(CLIENTS)) for one in of_one]
    return times, len(times) / (time.perf_counter() - began)


def _memory(pid: int) -> float:
    """Return the resident MB of the larger worker (0 where the system does not say)."""
    found = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if facts.get("PPid", "").strip() == str(pid) and "VmRSS" in facts:
            found.append(int(facts["VmRSS"].split()[0]) / 1024)
    return max(found)
