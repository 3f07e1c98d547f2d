"""The trail's chain and its check. Its locks: `casework.workflow.locks`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.utils import timezone

from casework.models import Case, Event
from casework.querysets import key_pieces
from casework.workflow.locks import TABLE, are_installed, install, lift
from casework.workflow.replaying import folded, straying
from organizations.records import keys
from organizations.records.sealing import Seals, named

__all__ = ["TABLE", "are_installed", "chained", "install", "lift", "link", "verify", "verify_piece"]
CHAIN = "经过"

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
    return chained(head, [event.case_id, event.seq, micros(event.at), *said, event.after, event.note], event.key)


def micros(at: datetime) -> int:
    """Return a moment as whole microseconds since 1970."""
    at = at.astimezone(UTC)
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000 + at.microsecond


def chained(head: str, line: Sequence[Any], key: str) -> str:
    """Return the hash of what an event says (case, seq, micros, SAID, after, note), chained to the one before it."""
    return keys.signed(key, head + _written(line))


def seals(*, trusting: bool = False) -> Seals:
    """Return up to where events under keys that sign no more are lawful."""
    return Seals(CHAIN, Event._meta.label, trusting=trusting)


def verify(cases: Any = None, sealed: Seals | None = None) -> Iterator[tuple[int, int, str]]:
    """Yield (case, seq, what) for every event whose chain does not hold, and for every card that strays.

    A card strays that disagrees with its last event, with what all of them say it became, or has none.

    Args:
        cases: a queryset of cards to look at, or None for all. In key order, a piece at a time.
    """
    sealed = sealed or seals()
    for piece in key_pieces(Case.objects.all() if cases is None else cases):
        yield from verify_piece(piece, sealed)


def verify_piece(cases: Sequence[int], sealed: Seals | None = None) -> Iterator[tuple[int, int, str]]:
    """Do what `verify` does for the cards of these keys, in memory."""
    sealed = sealed or seals()
    rows_of_cards = Case.objects.filter(pk__in=cases).order_by("pk").values()
    cards: dict[int, Mapping[str, Any]] = {card["id"]: card for card in rows_of_cards}
    said = ("at", *SAID, "after", "note", "id", "key", "hash")
    rows = Event.objects.filter(case_id__in=cases).order_by("case_id", "seq").values_list("case_id", "seq", *said)
    for case, events in groupby(rows, key=itemgetter(0)):
        head, last, changes = "", list[Any](), list[Any]()
        for n, (_, seq, at, *what, pk, key, hashed) in enumerate(events, 1):
            if seq != n:
                yield case, seq, f"缺第 {n} 条"
            elif not keys.is_known(key):
                yield case, seq, f"{named(key)}不在这里，链值无从核对"
            elif chained(head, [case, seq, micros(at), *map(_plain, what)], key) != hashed:
                yield case, seq, "内容与链值不符"
            elif not sealed.is_lawful(key, pk):
                yield case, seq, f"{named(key)}的链值不在封存之内"
            head, last = hashed, [seq, what[STATE], what[DUE_ON]]
            changes.append(what[AFTER])
        card = cards.pop(case)
        if last != [card[name] for name in LAST]:
            yield case, last[0], "末条与卡片不符"
        elif strays := straying(card, folded(changes)):
            yield case, last[0], f"卡片与经过不符：{'，'.join(strays)}"
    yield from ((case, 0, "没有经过") for case in cards)


def midnight(day: date) -> datetime:
    """Return the moment a day begins here."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def touched_since(day: date) -> Any:
    """Return the events recorded since the beginning of a day; `key_pieces(…, key="case_id")` gives their cards."""
    return Event.objects.filter(at__gte=midnight(day))
