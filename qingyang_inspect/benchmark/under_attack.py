"""What hostile uploads cost everybody else: pages over HTTP in quiet, and while fifty come in at once.

`python -m qingyang_inspect.benchmark.under_attack [postgresql]`: on SQLite in a folder of its own, or on a PostgreSQL
that is made for it. Issue 9: the p95 of other pages is at most twice what it was.
"""

from __future__ import annotations

import http.client
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from qingyang_inspect.benchmark import served, stores

SIZE, ATTACKERS, AT_ONCE, SECONDS, ROUNDS = 1_000, 10, 50, 12.0, 3
THREADS = 4 * served.WORKERS
PATHS = ("/", "/rectifications/", "/findings/")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="qy-attack-") as folder, _store(folder) as url:
        os.environ |= stores.settings_for(url) | {"MEDIA_ROOT": f"{folder}/media"}
        import django

        django.setup()
        _measure()


@contextmanager
def _store(folder: str) -> Iterator[str]:
    if sys.argv[1:] != ["postgresql"]:
        yield f"sqlite:///{folder}/attacked.sqlite3"
        return
    from qingyang_inspect.bench import SERVER
    from tests.run_all import binaries, cluster

    programs = binaries()
    if programs is None:
        raise SystemExit("没有 PostgreSQL（apt-get install postgresql）")
    with cluster(programs, options=SERVER) as url:
        yield url


def _measure() -> None:
    from django.db import connections

    post = stores.ready(SIZE)
    reader, attackers, case = _cookies(post), _attackers(post), _a_case(post)
    connections.close_all()
    with served.gunicorn("--threads", "4") as (port, _):
        _read(port, reader, people=THREADS)  # each thread has its connection, with what a new one has to learn
        rounds = [_round(port, reader, attackers, case) for _ in range(ROUNDS)]
    print("| 时候 | p50 ms | p95 ms | 请求 |\n|---|---|---|---|")
    for n, (quiet, attacked, _) in enumerate(rounds, 1):
        for name, times in (("平时", quiet), (f"{AT_ONCE} 个恶意文件同时上传", attacked)):
            print(f"| 第 {n} 次，{name} | {statistics.median(times):.0f} | {_p95(times):.0f} | {len(times)} |")
    answers: Counter[int] = sum((said for _, _, said in rounds), Counter())
    said = "、".join(f"{status}：{n}" for status, n in sorted(answers.items()))
    ratios = sorted(_p95(attacked) / _p95(quiet) for quiet, attacked, _ in rounds)
    print(f"\np95 之比 {'、'.join(f'{one:.1f}' for one in ratios)}；上传的答复 {said}")


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _round(port: int, reader: str, attackers: list[str], case: int) -> tuple[list[float], list[float], Counter[int]]:
    """Return how long pages took in quiet, how long under the attack, and what the uploads were answered."""
    quiet = _read(port, reader)
    answers: Counter[int] = Counter()
    ended = threading.Event()
    attack = threading.Thread(target=_attack, args=(port, attackers, case, answers, ended))
    attack.start()
    attacked = _read(port, reader, is_over=ended.is_set)
    attack.join()
    return quiet, attacked, answers


def _read(port: int, cookie: str, *, people: int = 2, is_over: Callable[[], bool] = lambda: False) -> list[float]:
    """Read pages as so many people do, one after the other, until it is over or the time is."""
    begun = time.perf_counter()

    def person(_: int) -> list[float]:
        times: list[float] = []
        while time.perf_counter() - begun < SECONDS and not (times and is_over()):
            times.append(served.ask(port, PATHS[len(times) % len(PATHS)], cookie))
        return times

    with ThreadPoolExecutor(people) as at_once:
        return [one for of_one in at_once.map(person, range(people)) for one in of_one]


def _attack(port: int, cookies: list[str], case: int, answers: Counter[int], ended: threading.Event) -> None:
    """Send the file that cost minutes in the security review, from ten accounts, all at once."""
    papers: Any = import_module("tests.papers")
    hostile: bytes = papers.a_pdf(
        *[b"BT /F1 1 Tf " + b"(A)Tj " * 33_000 + b" ET"] * 9, maps=(b"1 beginbfchar <41> <0041> endbfchar",) * 60
    )
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + b"k" * 32
        + b'\r\n--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nother'
        + b'\r\n--x\r\nContent-Disposition: form-data; name="files"; filename="x.pdf"\r\n'
        + b"Content-Type: application/pdf\r\n\r\n" + hostile + b"\r\n--x--\r\n"
    )  # fmt: skip

    def one(n: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": cookies[n % len(cookies)]}
        connection.request("POST", f"/cases/{case}/attach/", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    with ThreadPoolExecutor(AT_ONCE) as all_at_once:
        answers.update(all_at_once.map(one, range(AT_ONCE)))
    ended.set()


def _cookies(post: Any) -> str:
    from django.conf import settings

    from qingyang_inspect.benchmark import measuring

    session = measuring.signed_in(post).cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={'k' * 32}"


def _attackers(post: Any) -> list[str]:
    """Return the cookies of colleagues of the person who reads, each signed in."""
    from organizations.models import Post, User

    found = []
    for n in range(ATTACKERS):
        user = User.objects.create(username=f"attacker{n}", name="攻击", must_change_password=False)
        colleague = Post.objects.create(user=user, unit=post.unit, role=post.role, from_on="2010-01-01")
        found.append(_cookies(colleague))
    return found


def _a_case(post: Any) -> int:
    """Return an open case to which the office may add files now."""
    from django.utils import timezone

    from casework.models import Case
    from casework.workflow.circuits import circuit_of
    from organizations.actor import Actor

    actor = Actor(post, timezone.localdate())
    rows = Case.objects.filter(is_open=True, holder_unit=post.unit, kind="rectification").order_by("pk")[:50]
    return next(case.pk for case in rows if circuit_of(case).permitted(case, actor))


if __name__ == "__main__":
    main()
