"""Measure the search and the likenesses by themselves.

Run `python -m qingyang_inspect.benchmark.searching DATABASE_URL 100000`. It builds findings and their words where
there are none, then asks each question several times and prints the median of the wall time. On PostgreSQL the same
questions are asked as they were before the stored column: of an index on an expression.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

REPEAT = 9
LIKE = "抽查执法案卷 20 份，其中 3 份未经法制审核即作出处罚决定，5 份未见全过程音像记录。"
FREQUENT, RARE = "补充耕地", "坐标偏移"
EXPRESSION = "array_to_tsvector(string_to_array(tokens, ' '))"


def main(url: str, size: int) -> None:
    """Build, ask, print."""
    from qingyang_inspect.benchmark.stores import settings_for

    os.environ |= settings_for(url)
    import django

    django.setup()
    from django.db import connection

    _print("现在", _build(size))
    if connection.vendor == "postgresql":
        from casework.models import Words
        from casework.search import similar_cases, token_index

        table = Words._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"create index words_before on {table} using gin ({EXPRESSION})")
            cursor.execute(f"analyze {table}")
        similar_cases.ONE_TOKEN["postgresql"] = similar_cases.ONE_TOKEN["postgresql"].replace(
            "vector @@", f"{EXPRESSION} @@"
        )
        similar_cases.ONE_TOKEN["postgresql"] = similar_cases.ONE_TOKEN["postgresql"].replace("case_id + 0", "case_id")
        plain = token_index.Holds.as_postgresql

        def before(self: Any, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:
            sql, params = plain(self, compiler, connection, **more)
            column = sql.partition(" @@")[0].replace('"vector"', '"tokens"')
            return f"array_to_tsvector(string_to_array({column}, ' ')) @@ %s::tsquery", params

        token_index.Holds.as_postgresql = before  # type: ignore[method-assign]  # the former way, to be measured
        _print("以前（表达式索引）", Bench())
        with connection.cursor() as cursor:
            cursor.execute("drop index words_before")


class Bench:
    """The questions."""

    def __init__(self) -> None:
        from django.utils import timezone

        from casework.models import Case, Words
        from casework.search.search import search_cards, search_of
        from casework.search.similar_cases import similar
        from inspections.enums import Kind
        from organizations.actor import Actor
        from organizations.models import Post

        actor = Actor(Post.objects.select_related("user", "unit").get(user__username="bench"), timezone.localdate())
        number = str(Case.objects.of_kind(Kind.FINDING).order_by("-pk")[0].number)
        search = search_of(Kind.FINDING)

        def page(typed: str) -> Callable[[], object]:
            rows = Case.objects.visible_to(actor).of_kind(Kind.FINDING).order_by("-pk")
            return lambda: (search(rows, typed, actor).count(), list(search(rows, typed, actor)[:25]))

        everything = Case.objects.visible_to(actor).order_by("-pk")
        self.n = Words.objects.count()
        self.questions: dict[str, Callable[[], object]] = {
            f"常见词 {FREQUENT}：数一遍并取 25 行": page(FREQUENT),
            f"少见词 {RARE}": page(RARE),
            f"编号 {number}": page(number),
            "首页查找，常见词": lambda: list(search_cards(everything, FREQUENT, actor)[:25]),
            "相似问题": lambda: similar(LIKE, actor, Kind.FINDING),
        }


def _build(size: int) -> Bench:
    from django.core.management import call_command

    from casework.search import index
    from inspections.models import Finding
    from organizations.models import Post
    from qingyang_inspect.benchmark.bulk import Bulk
    from qingyang_inspect.benchmark.stores import QUIET, analyze, people

    call_command("migrate", **QUIET)
    if not Post.objects.filter(user__username="bench").exists():
        Bulk(people()).load(size, lambda _: None)
        rare = Finding.objects.order_by("-pk")[size // 2]
        Finding.objects.filter(pk=rare.pk).update(statement=f"{rare.statement}图斑{RARE}。")
        index.rebuild()
        analyze()
    return Bench()


def _print(when: str, bench: Bench) -> None:
    from django.db import connection

    print(f"\n{connection.vendor}，{bench.n} 件有检索文字，{when}\n\n| 问 | 毫秒 |\n|---|---|")
    for name, ask in bench.questions.items():
        ask()
        took = []
        for _ in range(REPEAT):
            began = time.perf_counter()
            ask()
            took.append((time.perf_counter() - began) * 1000)
        print(f"| {name} | {statistics.median(took):.1f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
