"""The ledger of rows: touched rows are signed when their transaction commits, and compared with what stands there.

One unit of work: what the transaction wrote is read once, as the database has it, and its records go in with it. So
no writer can forget it, and a row written past the application has none.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from organizations.records import keys
from organizations.records.facts import Fact, all_facts, plain
from organizations.records.sealing import Seals, named
from ui.readonly import reading

CHAIN, MODEL, PIECE = "存证", "organizations.RowRecord", 500
WAITING = "rows_to_sign"  # kept on the connection: it ends with its transaction


def touch(fact: Fact, pks: Iterable[int], using: str) -> None:
    """Remember that these rows were written or removed, until the commit."""
    connections[using].__dict__.setdefault(WAITING, {}).setdefault(fact.label, set()).update(pks)


def forget(using: str) -> None:
    """Forget what was touched: it was rolled back."""
    connections[using].__dict__.pop(WAITING, None)


def sign(using: str = "default") -> None:
    """Write the records of the rows that this transaction has touched; at its commit (qingyang_inspect/database)."""
    waiting: dict[str, set[int]] = connections[using].__dict__.pop(WAITING, {})
    if waiting:
        record([(fact, waiting[fact.label]) for fact in all_facts() if waiting.get(fact.label)], using)


def record(touched: Collection[tuple[Fact, Collection[int]]], using: str = "default") -> int:
    """Record these rows as they stand in the database now; return how many were not so before.

    The tables are read one by one, their records together: few rows are the rule, many go in pieces.
    """
    made, together = 0, sum(len(pks) for _, pks in touched) <= PIECE
    pieces = [(fact, piece) for fact, pks in touched for piece in _pieces(sorted(pks))]
    for group in [pieces] if together else [[piece] for piece in pieces]:
        before = _last_versions(group, using)
        new = [
            version
            for fact, pks in group
            for now in [fact.read(fact.rows(using).filter(pk__in=pks))]
            for pk in pks
            if (version := _next(fact, pk, now.get(pk), before.get((fact.label, pk))))
        ]
        _records(using).bulk_create(new)
        made += len(new)
    return made


def take_over() -> int | None:
    """Record all rows of a store in which nothing is recorded yet: they were there before records were kept.

    Return how many, or None where records have begun: what has none by then was not written by the application.
    """
    return None if _records("default").exists() else sum(map(record_anew, all_facts()))


def record_anew(fact: Fact) -> int:
    """Record what differs from its record as it stands now; whoever does so says why, and that is kept."""
    pks = set(fact.rows("default").order_by().values_list("pk", flat=True))
    kept = _records("default").filter(model=fact.label).order_by().values_list("row", flat=True)
    return record([(fact, pks | set(kept))])


def seals(*, trusting: bool = False) -> Seals:
    """Return up to where records under keys that sign no more are lawful."""
    return Seals(CHAIN, MODEL, trusting=trusting)


def verify(fact: Fact, rows: Any = None, sealed: Seals | None = None) -> Iterator[str]:
    """Yield a sentence for every row of a model that is not as it was recorded, and for every one that is missing.

    Args:
        rows: a pair of keys, the first and the one behind the last, or None for all.
    """
    after, end = rows or (None, None)
    sealed = sealed or seals()
    while True:
        with reading():  # rows and records as of one moment: what is written between the two would look like tampering
            asked = fact.rows("reading")
            asked = asked if after is None else asked.filter(pk__gte=after)
            now = fact.read((asked if end is None else asked.filter(pk__lt=end))[:PIECE])
            until = max(now) + 1 if len(now) == PIECE else end
            told = list(_verify_piece(fact, now, after, until, sealed))
        yield from told
        if len(now) < PIECE:
            return
        after = until


def _verify_piece(
    fact: Fact, now: dict[int, tuple[str, int | None]], after: int | None, until: int | None, sealed: Seals
) -> Iterator[str]:
    kept = _records("reading").filter(model=fact.label).order_by("row", "n")
    kept = kept if after is None else kept.filter(row__gte=after)
    kept = kept if until is None else kept.filter(row__lt=until)
    unrecorded = dict(now)
    for row, versions in groupby(kept.iterator(5000), key=attrgetter("row")):
        head, kept_of_row = "", list(versions)
        for n, version in enumerate(kept_of_row, 1):
            if wrong := _wrong_link(version, n, head, sealed):
                yield f"{_spoken(fact, row, version.card)}：{wrong}"
            head = version.hash
        last = kept_of_row[-1]
        digest, card = unrecorded.pop(row, ("", None))
        if wrong := _wrong_row(last, digest):
            yield f"{_spoken(fact, row, card or last.card)}：{wrong}"
    yield from (f"{_spoken(fact, row, card)}：没有存证，不是由程序写入的" for row, (_, card) in unrecorded.items())


def _wrong_row(last: Any, digest: str) -> str:
    if digest and last.gone:
        return "已删除的又出现了"
    if not digest and not last.gone:
        return "不见了，没有删除的存证"
    return "" if digest == last.digest else "内容与存证不符"


def _wrong_link(version: Any, n: int, head: str, sealed: Seals) -> str:
    if version.n != n:
        return f"缺第 {n} 版存证"
    if not keys.is_known(version.key):
        return f"{named(version.key)}不在这里，存证无从核对"
    if _link(version, head) != version.hash:
        return f"第 {n} 版存证与链值不符"
    return "" if sealed.is_lawful(version.key, version.pk) else f"{named(version.key)}的存证不在封存之内"


def _spoken(fact: Fact, row: int, card: int | None) -> str:
    return f"{fact.word} {row}{f'（卡片 {card}）' if card else ''}"


def _records(using: str) -> Any:
    return apps.get_model(MODEL)._default_manager.using(using)


def _pieces(pks: list[int]) -> Iterator[list[int]]:
    yield from (pks[n : n + PIECE] for n in range(0, len(pks), PIECE))


def _last_versions(group: Iterable[tuple[Fact, list[int]]], using: str) -> dict[tuple[str, int], Any]:
    kept = _records(using)
    later = kept.filter(model=OuterRef("model"), row=OuterRef("row")).order_by("-n").values("n")[:1]
    asked = Q(*(Q(model=fact.label, row__in=pks) for fact, pks in group), _connector=Q.OR)
    return {(version.model, version.row): version for version in kept.filter(asked, n=Subquery(later)).order_by("pk")}


def _next(fact: Fact, pk: int, now: tuple[str, int | None] | None, before: Any) -> Any:
    """Return the record that this row needs, or None when it is recorded as it stands."""
    if now is None and (before is None or before.gone):
        return None
    if now is not None and before is not None and not before.gone and now[0] == before.digest:
        return None
    digest, card = now or ("", before.card)
    made = timezone.now()
    version = apps.get_model(MODEL)(
        model=fact.label, row=pk, n=before.n + 1 if before else 1, card=card, gone=now is None, digest=digest,
        at=made.replace(microsecond=made.microsecond // 1000 * 1000), key=keys.current(),
    )  # fmt: skip
    version.hash = _link(version, before.hash if before else "")
    return version


def _link(version: Any, head: str) -> str:
    at: datetime = version.at.astimezone(UTC)
    said = [version.model, version.row, version.n, version.card, version.gone, version.digest, plain(at)]
    return keys.signed(version.key, head + json.dumps(said, ensure_ascii=False))
