"""The trail's locks and its check.

Triggers that keep events append-only on both engines, the chain, the head of a day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.utils import timezone

from casework.models import Case, Event
from casework.querysets import key_pieces
from casework.workflow.replaying import folded, straying
from organizations.models import AccountEvent

TABLE = Event._meta.db_table
LOG = AccountEvent._meta.db_table  # the log of accounts and units is append-only in the same way
SQLITE = (
    (
        f"create trigger if not exists trail_no_update before update on {TABLE} "
        "begin select raise(abort, '办理经过不可修改'); end"
    ),
    (
        f"create trigger if not exists trail_no_delete before delete on {TABLE} "
        "begin select raise(abort, '办理经过不可删除'); end"
    ),
    # INSERT OR REPLACE deletes without firing the delete trigger: refuse it by itself (docs/data.md D)
    (
        f"create trigger if not exists trail_no_replace before insert on {TABLE} "
        f"when exists (select 1 from {TABLE} where id = new.id or (case_id = new.case_id and seq = new.seq)) "
        "begin select raise(abort, '办理经过不可覆盖'); end"
    ),
    f"create trigger if not exists log_no_update before update on {LOG} begin select raise(abort, '日志不可修改'); end",
    f"create trigger if not exists log_no_delete before delete on {LOG} begin select raise(abort, '日志不可删除'); end",
    (
        f"create trigger if not exists log_no_replace before insert on {LOG} "
        f"when exists (select 1 from {LOG} where id = new.id) begin select raise(abort, '日志不可覆盖'); end"
    ),
)
POSTGRESQL = (
    (
        "create or replace function trail_refuse() returns trigger language plpgsql as $$ "
        "begin raise exception '办理经过不可修改或删除' using errcode = 'integrity_constraint_violation'; end $$"
    ),
    *(
        f"create trigger {name} before {what} on {table} for each {each} execute function trail_refuse()"
        for table, prefix in ((TABLE, "trail"), (LOG, "log"))
        for name, what, each in (
            (f"{prefix}_rows", "update or delete", "row"),
            (f"{prefix}_truncate", "truncate", "statement"),
        )
    ),
)
INSTALL = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
LIFT = {
    "sqlite": tuple(
        f"drop trigger if exists {name}"
        for name in (
            "trail_no_update",
            "trail_no_delete",
            "trail_no_replace",
            "log_no_update",
            "log_no_delete",
            "log_no_replace",
        )
    ),
    "postgresql": tuple(
        f"drop trigger if exists {prefix}_{name} on {table}"
        for table, prefix in ((TABLE, "trail"), (LOG, "log"))
        for name in ("rows", "truncate")
    ),
}
EXPECTED = {"sqlite": 6, "postgresql": 4}
COUNT = {
    "sqlite": f"select count(*) from sqlite_master where type = 'trigger' and tbl_name in ('{TABLE}', '{LOG}')",
    "postgresql": (
        f"select count(*) from pg_trigger where tgrelid in ('{TABLE}'::regclass, '{LOG}'::regclass) "
        "and not tgisinternal and tgenabled in ('O', 'A')"
    ),
}


def install() -> None:
    """Put the triggers up, in place of whatever bears their names.

    Run after every migrate: SQLite's table rebuild drops them silently (docs/data.md D).
    """
    with connection.cursor() as cursor:
        for statement in (*LIFT[connection.vendor], *INSTALL[connection.vendor]):
            cursor.execute(statement)


def lift() -> None:
    """Take the triggers down. Only the flush of the test settings may call this."""
    with connection.cursor() as cursor:
        for statement in LIFT[connection.vendor]:
            cursor.execute(statement)


def are_installed() -> bool:
    """Say whether every trigger stands and is enabled."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT[connection.vendor])
        return bool(cursor.fetchone()[0] == EXPECTED[connection.vendor])


SAID = (  # every column but the keys of the chain itself: what is shown, and what the figures read
    "day", "post_id", "name", "label", "source", "state", "due_on", "unit_id", "within_id",
    "held_state", "held_due_on", "held_since", "width",
)  # fmt: skip


LAST = ("last_seq", "state", "due_on")  # what a card has from its last event
STATE, DUE_ON, AFTER = SAID.index("state"), SAID.index("due_on"), len(SAID)  # as `verify_piece` reads an event


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode  # made once: `json.dumps` makes one a call


def link(head: str, event: Event) -> str:
    """Return the hash (64 hex digits) of an event chained to the one before it; stable through jsonb and dumpdata."""
    said = [_plain(getattr(event, name)) for name in SAID]
    return chained(head, [event.case_id, event.seq, micros(event.at), *said, event.after, event.note])


def micros(at: datetime) -> int:
    """Return a moment as whole microseconds since 1970."""
    at = at.astimezone(UTC)
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000 + at.microsecond


def chained(head: str, line: Sequence[Any]) -> str:
    """Return the hash of what an event says (case, seq, micros, SAID, after, note), chained to the one before it."""
    return hashlib.sha256((head + _written(line)).encode()).hexdigest()


def verify(cases: Any = None) -> Iterator[tuple[int, int, str]]:
    """Yield (case, seq, what) for every event whose chain does not hold, and for every card that strays.

    A card strays that disagrees with its last event, with what all of them say it became, or has none.

    Args:
        cases: a queryset of cards to look at, or None for all. In key order, a piece at a time.
    """
    for keys in key_pieces(Case.objects.all() if cases is None else cases):
        yield from verify_piece(keys)


def verify_piece(keys: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Do what `verify` does for the cards of these keys, in memory."""
    rows_of_cards = Case.objects.filter(pk__in=keys).order_by("pk").values()
    cards: dict[int, Mapping[str, Any]] = {card["id"]: card for card in rows_of_cards}
    said = ("at", *SAID, "after", "note", "hash")
    rows = Event.objects.filter(case_id__in=keys).order_by("case_id", "seq").values_list("case_id", "seq", *said)
    for case, events in groupby(rows, key=itemgetter(0)):
        head, last, changes = "", list[Any](), list[Any]()
        for n, (_, seq, at, *what, hashed) in enumerate(events, 1):
            if seq != n:
                yield case, seq, f"缺第 {n} 条"
            elif chained(head, [case, seq, micros(at), *map(_plain, what)]) != hashed:
                yield case, seq, "内容与链值不符"
            head, last = hashed, [seq, what[STATE], what[DUE_ON]]
            changes.append(what[AFTER])
        card = cards.pop(case)
        if last != [card[name] for name in LAST]:
            yield case, last[0], "末条与卡片不符"
        elif strays := straying(card, folded(changes)):
            yield case, last[0], f"卡片与经过不符：{'，'.join(strays)}"
    yield from ((case, 0, "没有经过") for case in cards)


def day_head(day: date) -> tuple[str, int]:
    """Return one hash over all events recorded on a day, and their number.

    Kept outside the database, it shows what was removed whole.
    """
    digest, n = hashlib.sha256(), 0
    of_day = Event.objects.filter(at__gte=midnight(day), at__lt=midnight(day + timedelta(1))).order_by("id")
    for row in of_day.values_list("id", "case_id", "seq", "hash").iterator(5000):
        digest.update(repr(row).encode())
        n += 1
    return digest.hexdigest(), n


def midnight(day: date) -> datetime:
    """Return the moment a day begins here."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def touched_since(day: date) -> Any:
    """Return the events recorded since the beginning of a day; `key_pieces(…, key="case_id")` gives their cards."""
    return Event.objects.filter(at__gte=midnight(day))
