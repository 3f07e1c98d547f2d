"""Do the cards say what the trail says, and the seals what the cards say?

Asked every night of a sample (docs/data.md A).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Max, Min, QuerySet

from casework.kinds import spec_of
from casework.models import Case, Event
from casework.workflow import engine
from casework.workflow.replaying import folded, straying
from dashboards.cube import seals
from dashboards.models import Seal, SealedCell

# what a figure counts by is asked of every trail, whether it says it or not; trails begun before `subkind` never do
UNSAID = dict.fromkeys(("state", "due_on", "topic_id", "severity", "is_lead")) | {"subkind": ""}


def counted() -> QuerySet[Any]:
    """Return the cards that the figures count."""
    return Case.objects.filter(counted=True)


def sample_of_cards(most: int, seed: int | None = None) -> list[int]:
    """Return the keys of at most so many counted cards, drawn at random, without reading the keys of the others."""
    cards, drawing, found = counted(), random.Random(seed), set[int]()  # noqa: S311 (a sample, no secret)
    if cards.order_by("pk")[: most + 1].count() <= most:
        return list(cards.order_by("pk").values_list("pk", flat=True))
    ends = cards.aggregate(first=Min("pk"), last=Max("pk"))
    while len(found) < most:  # what is no counted card's key falls out, so each card is as likely as any other
        drawn = {drawing.randint(ends["first"], ends["last"]) for _ in range(4 * most)}
        hit = set(cards.filter(pk__in=drawn).order_by("pk").values_list("pk", flat=True)) - found
        found |= set(drawing.sample(sorted(hit), min(len(hit), most - len(found))))
    return sorted(found)


def wrong_cards(keys: list[int]) -> Iterator[str]:
    """Yield a sentence for every card that differs from the replay of its trail."""
    cards = {case["id"]: case for case in Case.objects.filter(pk__in=keys).order_by("pk").values()}
    rows = Event.objects.filter(case_id__in=keys).order_by("case_id", "seq")
    for key, found in groupby(rows.iterator(2000), key=lambda event: event.case_id):
        card, events = cards[key], list(found)
        said = UNSAID | folded(event.after for event in events)
        said["closed_on"] = engine.plain(_closed_on(card["kind"], engine.replay(events)[0]))
        if strays := straying(card, said):
            yield f"卡片 {key}（{card['number'] or '未编号'}）与经过不符：{'，'.join(strays)}"


def _closed_on(kind: str, stretches: list[tuple[date, dict[str, Any]]]) -> date | None:
    """The day a card ended according to its trail: when the last run of ended states began."""
    ended, found = spec_of(kind).table.whole.terminal, None
    for day, facts in reversed(stretches):
        if facts["state"] not in ended:
            break
        found = day
    return found


def wrong_seals(periods: list[str]) -> Iterator[str]:
    """Yield a sentence for every sealed period whose cells differ from a live count."""
    fields = [f.attname for f in SealedCell._meta.concrete_fields if f.name not in {"id", "period"}]
    for period in periods:
        kept = SealedCell.objects.filter(period=period).order_by().values(*fields)
        sealed, live = (
            sorted(tuple(str(row[name]) for name in fields) for row in rows)
            for rows in (kept, seals.live_cells(period))
        )
        if sealed != live:
            yield f"期间 {period} 的封存数与卡片不符：封存 {len(sealed)} 组、现数 {len(live)} 组"


def sealed_periods() -> list[str]:
    return list(Seal.objects.filter(valid=True).order_by("pk").values_list("pk", flat=True))
