"""Where the data of a measurement lie: an SQLite file, or a database of a PostgreSQL cluster.

There is one for each size, built once and kept where asked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

QUIET: dict[str, Any] = {"verbosity": 0}


def settings_for(url: str) -> dict[str, str]:
    """Return the environment of a process that measures on this database."""
    return {
        "DATABASE_URL": url,
        "SECRET_KEY": "bench-only-" + "x" * 50,
        "SECURE_TLS": "0",
        "OTP_FOR_ADMINISTRATORS": "0",
        "DEBUG": "1",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "qingyang_inspect.benchmark.settings",
    }


def ready(size: int, *, with_laws: bool = False) -> Any:
    """Bring the schema up to date, build `size` findings, and the library of laws, where there are none; return the
    post that asks.
    """
    from django.core.management import call_command

    from organizations.models import Post
    from qingyang_inspect.benchmark import laws

    call_command("migrate", **QUIET)
    post = Post.objects.filter(user__username="bench").select_related("user", "unit").first()
    if post is None:
        post = people()
        build(post, size)
    else:
        analyze()  # what SQLite knew of a table goes when a migration writes it anew
    if with_laws and laws.missing():
        _timed("条文库", laws.load)
        _timed("收集统计信息", analyze)
    return colleague(post)


def people() -> Any:
    """Make the office and the person who asks."""
    from organizations.enums import Role
    from organizations.models import Post, Unit, User
    from qingyang_inspect.reference.load import load_reference

    load_reference()
    user = User.objects.create(username="bench", name="测量", must_change_password=False)
    office = Unit.objects.get(short_name="市委依法治市办")
    return Post.objects.create(user=user, unit=office, role=Role.OFFICE_STAFF, from_on="2010-01-01")


def colleague(post: Any) -> Any:
    """Return the one who asks: another of the same role, who has taken no step.

    The maker has taken every step of every case, and may take none of the next: nobody's queue is like his.
    """
    from organizations.models import Post, User

    user, _ = User.objects.get_or_create(
        username="bench-asks", defaults={"name": "同事", "must_change_password": False}
    )
    asks, _ = Post.objects.select_related("user", "unit").get_or_create(
        user=user, unit=post.unit, role=post.role, defaults={"from_on": "2010-01-01"}
    )
    return asks


def build(post: Any, size: int) -> None:
    """Make the data and say how long each part took.

    The trail and the figures are verified where that takes minutes, not hours.
    """
    from django.core.management import call_command
    from tqdm import tqdm

    from casework.search import index
    from qingyang_inspect.benchmark.bulk import Bulk
    from qingyang_inspect.benchmark.loading import alone

    with alone(), tqdm(total=size, desc="生成", unit="个问题", disable=None) as bar:
        _timed("生成", lambda: Bulk(post).load(size, bar.update))
    _timed("检索文字", index.rebuild)
    with open(os.devnull, "w") as nowhere:
        _timed("封存统计", lambda: call_command("rebuild_figures", stdout=nowhere, **QUIET))
        _timed("核对办理经过", lambda: call_command("verify_trail", stdout=nowhere))
        _timed("核对统计（抽 1000 件）", lambda: call_command("check_figures", stdout=nowhere, **QUIET))
    _timed("收集统计信息", analyze)


def analyze() -> None:
    """Tell the database what it holds.

    PostgreSQL also learns which pages all may see, so that it answers out of indexes alone.
    """
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze" if connection.vendor == "postgresql" else "analyze")


def _timed(name: str, do: Callable[[], object]) -> None:
    began = time.perf_counter()
    do()
    print(f"{connection.vendor} {name}：{time.perf_counter() - began:.0f} 秒", flush=True)
