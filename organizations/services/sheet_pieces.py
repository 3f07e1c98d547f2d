"""A sheet in pieces: rows that depend on one another together, and no more at once than others can wait for.

SQLite has one writer: what is tried or brought in in one go keeps everybody else from saving meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from organizations.enums import ImportKind

PIECE = 25  # rows: about half a second
# Between two pieces. SQLite's waiting writers are no queue: each looks again after up to a tenth of a second, and finds
# the lock taken by whoever never pauses.
BREATH = 0.12
Row = dict[str, Any]


def pieces(kind: ImportKind, rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Give the rows in pieces, those of one piece in the order of the sheet.

    Units hang together by the superior that the sheet itself brings; people by their account, and by the unit where
    somebody leaves it: the last holder of a duty may not.
    """
    piece: list[Row] = []
    for group in _groups(rows, _ties(kind, rows)):
        if piece and len(piece) + len(group) > PIECE:
            yield sorted(piece, key=lambda row: int(row["_row"]))
            if connection.vendor == "sqlite":
                time.sleep(BREATH)
            piece = []
        piece += group
    if piece:
        yield sorted(piece, key=lambda row: int(row["_row"]))


def _ties(kind: ImportKind, rows: Sequence[Row]) -> Iterator[set[str]]:
    """Give for each row the words by which it hangs together with others."""
    if kind != ImportKind.UNITS:
        yield from ({row["username"], *([f"离任 {row['unit']}"] if row["to_on"] else [])} for row in rows)
        return
    own = [{row["code"], row["name"], row["short_name"]} for row in rows]
    brought: set[str] = set().union(*own)
    yield from (words | ({row["parent"]} & brought) for row, words in zip(rows, own, strict=True))


def _groups(rows: Sequence[Row], ties: Iterable[set[str]]) -> list[list[Row]]:
    """Return the rows in groups that share no word."""
    leader = list(range(len(rows)))

    def led(n: int) -> int:
        while leader[n] != n:
            leader[n] = n = leader[leader[n]]
        return n

    first: dict[str, int] = {}
    for n, words in enumerate(ties):
        for word in words:
            leader[led(n)] = led(first.setdefault(word, n))
    groups: dict[int, list[Row]] = {}
    for n, row in enumerate(rows):
        groups.setdefault(led(n), []).append(row)
    return list(groups.values())
