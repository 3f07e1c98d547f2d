"""The third opinion: nothing but the trail, replayed in plain Python.

It knows no card, held column, seal, and none of the product's words:
states, bands, keys and measures are written here a second time, from the definitions (docs/domain/results.md 11).
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from statistics import median
from typing import Any

from casework.models import Event
from dashboards.cube.selection import Selection
from organizations.models import Unit

CLOSED, GONE, RESTING = "closed", {"reassigned", "void"}, {"long_term", "suspended"}
SAID_DONE = {"supervision", "publicity", "final_review"}
ENDED = {CLOSED, *GONE}
MONTHS = 12
Cards = list[dict[str, Any]]


def month(day: date) -> int:
    return day.year * 12 + day.month - 1


def root(pk: int) -> Unit:
    """The unit into which a unit was merged, and so on."""
    unit = Unit.objects.get(pk=pk)
    return root(unit.successor_id) if unit.successor_id else unit


# by each dimension: the key of a card on the day; nothing where it has none
KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "unit": lambda card: root(card["unit_id"]).pk,
    "category": lambda card: root(card["unit_id"]).category,
    "group": lambda card: "counties" if root(card["unit_id"]).category == "county" else "departments",
    "topic": lambda card: card["topic_id"] or 0,
    "within": lambda card: card["within_id"] or 0,
    "severity": lambda card: card["severity"],
    "lead": lambda card: 1 if card["is_lead"] else 0,
    "type": lambda card: card["subkind"],
    "cause": lambda card: 0,  # the cards of the histories have no plan; test_scene has some
    "article": lambda card: 0,  # nor do they cite the library; test_by_article has some
    "opened": lambda card: month(card["opened"]),
    "ended": lambda card: month(card["shut"]) if card["shut"] else None,
    "days": lambda card: (card["shut"] - card["opened"]).days if card["state"] == CLOSED else None,
}
# what a filter is asked of: the card's own unit, not the one it was merged into
OWN = KEYS | {"unit": lambda card: card["unit_id"]}


def closed(cards: Cards) -> Cards:
    return [card for card in cards if card["state"] == CLOSED]


def base(cards: Cards) -> Cards:
    return [card for card in cards if card["state"] not in RESTING | GONE]


def running(cards: Cards) -> Cards:
    return [card for card in cards if card["state"] not in RESTING | ENDED]


def late(cards: Cards, first: int = 1, last: int = 10**6, clock: str = "due") -> int:
    return sum(first <= (card["on"] - card[clock]).days <= last for card in running(cards))


def in_time(cards: Cards, clock: str = "due") -> int:
    return sum(card["shut"] <= card[clock] for card in closed(cards))


def used(cards: Cards) -> list[int]:
    return [(card["shut"] - card["opened"]).days for card in closed(cards)]


def stand(cards: Cards, *states: str) -> int:
    return sum(card["state"] in states for card in cards)


# every measure, of a list of cards as they stood on the day
SAID: dict[str, Callable[[Cards], Any]] = {
    "total": len,
    "base": lambda cards: len(base(cards)),
    "closed": lambda cards: len(closed(cards)),
    "unclosed": lambda cards: len(running(cards)),
    "completed": lambda cards: stand(cards, CLOSED, *SAID_DONE),
    "reported": lambda cards: stand(cards, *SAID_DONE),
    "long_term": lambda cards: stand(cards, "long_term"),
    "suspended": lambda cards: stand(cards, "suspended"),
    "outside": lambda cards: stand(cards, *GONE),
    "overdue": late,
    "late_15": lambda cards: late(cards, 1, 15),
    "late_30": lambda cards: late(cards, 16, 30),
    "late_60": lambda cards: late(cards, 31, 60),
    "late_more": lambda cards: late(cards, 61),
    "overdue_original": lambda cards: late(cards, clock="original"),
    "soon": lambda cards: sum(card["on"] <= card["due"] <= card["on"] + timedelta(21) for card in running(cards)),
    "on_time": in_time,
    "on_time_original": lambda cards: in_time(cards, "original"),
    "closed_this_month": lambda cards: sum(month(card["shut"]) == month(card["on"]) for card in closed(cards)),
    "settled": lambda cards: len(closed(cards)) + late(cards),
    "settled_original": lambda cards: len(closed(cards)) + late(cards, clock="original"),
    "closure": lambda cards: (len(closed(cards)), len(base(cards))),
    "completion": lambda cards: (stand(cards, CLOSED, *SAID_DONE), len(base(cards))),
    "on_time_rate": lambda cards: (in_time(cards), len(closed(cards)) + late(cards)),
    "on_time_rate_original": lambda cards: (
        in_time(cards, "original"),
        len(closed(cards)) + late(cards, clock="original"),
    ),
    "mean_days": lambda cards: sum(used(cards)) / len(used(cards)) if used(cards) else None,
    "mean_of_days": lambda cards: sum(used(cards)) / len(used(cards)) if used(cards) else None,
    "median_days": lambda cards: median(used(cards)) if used(cards) else None,
    "shortest": lambda cards: min(used(cards), default=None),
    "longest": lambda cards: max(used(cards), default=None),
}


def replayed(events: list[Event]) -> tuple[list[tuple[date, dict[str, Any]]], dict[str, Any]]:
    """Fold a trail: from which day which state and deadline held, and what is known of the card now."""
    stretches: list[tuple[date, dict[str, Any]]] = []
    now: dict[str, Any] = {}
    for event in events:
        now.update(event.after)
        stretches = [stretch for stretch in stretches if stretch[0] != event.day]
        stretches.append((event.day, {"state": now["state"], "due_on": now["due_on"]}))
    return stretches, now


class Trail:
    """The trails of some cards."""

    def __init__(self, cards: list[int]) -> None:
        events: dict[int, list[Event]] = {pk: [] for pk in cards}
        for event in Event.objects.filter(case_id__in=cards).order_by("case_id", "seq"):
            events[event.case_id].append(event)
        self.histories = {pk: replayed(found) for pk, found in events.items()}

    def on(self, selection: Selection, on: date) -> Iterator[dict[str, Any]]:
        """Yield each selected card as it stood at the end of a day."""
        for stretches, now in self.histories.values():
            known = [(n, facts) for n, (begun, facts) in enumerate(stretches) if begun <= on]
            if not known:
                continue
            n, facts = known[-1]
            shut = None
            if facts["state"] in ENDED:
                while n and stretches[n - 1][1]["state"] in ENDED:
                    n -= 1
                shut = stretches[n][0]
            days = {"opened": now["opened_on"], "original": now["original_due_on"], "due": facts["due_on"]}
            card = (
                now | facts | {"on": on, "shut": shut} | {name: date.fromisoformat(day) for name, day in days.items()}
            )
            if all(OWN[by.name](card) in keys for by, keys in selection.filters.items()):
                yield card

    def counted(self, selection: Selection, names: list[str]) -> dict[str, Any]:
        """Say every measure by these dimensions, of the whole (""), and the trend."""
        cards = list(self.on(selection, selection.on))
        said = {"": {0: self._measured(cards)} if cards else {}}
        for name in names:
            groups: dict[Any, Cards] = defaultdict(list)
            for card in cards:
                key = KEYS[name](card)
                if key is not None:
                    groups[key].append(card)
            said[name] = {key: self._measured(group) for key, group in groups.items()}
        return said | {"trend": dict(self.months(selection))}

    def _measured(self, cards: Cards) -> dict[str, Any]:
        return {name: say(cards) for name, say in SAID.items()}

    def months(self, selection: Selection) -> Iterator[tuple[int, Any]]:
        """Say of each month what was fed back and closed in it, and the closure rate at its end.

        The first two of the cards selected on the day asked: which they are, facts of ended cards say as of that day.
        """
        last, now = month(selection.on), list(self.on(selection, selection.on))
        for number in range(last - MONTHS + 1, last + 1):
            year, of_year = number // 12, number % 12 + 1
            end = date(year, of_year, monthrange(year, of_year)[1])
            cards = list(self.on(selection, min(end, selection.on)))
            fed = sum(month(card["opened"]) == number for card in now)
            shut = sum(month(card["shut"]) == number for card in closed(now))
            yield number, (fed, shut, (len(closed(cards)), len(base(cards))))
