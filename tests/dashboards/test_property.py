"""Random histories: sealed = live = replay of the trail, for any day and filter.

Parts add up to the whole; every number opens as many rows.
QY_EXAMPLES=400 runs the long profile.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

from casework.models import Case
from dashboards.declared.registry import dimensions, measures
from tests.dashboards import replay
from tests.dashboards.histories import LAST, TODAY, World, anything_goes, history
from tests.dashboards.opinions import counted, numbers_open_their_rows
from tests.dashboards.replay import Trail
from tests.dashboards.story import STORY

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("QY_EXAMPLES", "30"))
RANDOM = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize="QY_EXAMPLES" not in os.environ,
    database=None,
)
AT_ONCE = 3  # dimensions compared on one day; in turn, so that a history compares them all


def some_dimensions(turn: int) -> list[str]:
    names = sorted(dimensions())
    return [names[(turn * AT_ONCE + n) % len(names)] for n in range(AT_ONCE)]


def check(world: World, acts: list[Any], asked: list[Any], edges: list[Any]) -> None:
    """Play a history and compare the three opinions on every day asked for.

    Compared is every measure of the whole, and by dimensions in turn.
    """
    world.play(acts)
    trail, cards = Trail(world.cards), list(Case.objects.filter(pk__in=world.cards).order_by("pk"))
    days = [
        *edge_days(cards, edges),
        *asked,
        (LAST.replace(day=1) - timedelta(1), {}),
        (TODAY, {}),
        (TODAY, {"lead": (1,)}),
        (LAST.replace(day=1) - timedelta(1), {"unit": (0, 1, 2)}),  # all cards, each as its last event left it
        (LAST - timedelta(5), {"ended": (replay.month(LAST),)}),  # some of that month were still open
    ]
    for turn, one in enumerate(days, len(acts)):
        counted(world, trail, one, some_dimensions(turn))


def edge_days(cards: list[Case], edges: Any) -> Iterator[tuple[date, dict[str, Any]]]:
    """Days on and beside the edges of the clock: of deadlines that were passed for long, of the last step."""
    late = [c for c in cards if c.closed_on is None or c.closed_on > c.due_on + timedelta(62)]
    for n, column, off in edges:
        among = late if column == "due_on" and late else cards
        day = getattr(among[n % len(among)], column) if among else None
        if day is not None:
            yield min(day + timedelta(off), TODAY), {}


@RANDOM
@given(history)
@pytest.mark.slow
@pytest.mark.accepts(1)
def test_sealed_live_and_replayed_agree_on_every_day(told: Any) -> None:
    with anything_goes(), transaction.atomic():
        check(World(), *told)
        transaction.set_rollback(True)


@pytest.mark.slow
def test_every_declared_measure_is_compared_by_every_declared_dimension() -> None:
    """The replay says each in words of its own: a new measure, and a new dimension, is one line in replay.py."""
    assert set(replay.SAID) == set(measures())
    assert set(replay.KEYS) == set(dimensions())
    compared: Counter[tuple[str, str]] = Counter()  # (dimension, measure): how often there was something to say
    with anything_goes(), transaction.atomic():
        world = World()
        world.play(STORY)
        for on in (LAST, TODAY, date(2025, 3, 10)):
            for by, groups in counted(world, Trail(world.cards), (on, {}), sorted(dimensions())).items():
                for group in groups.values() if by in dimensions() else ():
                    compared.update({(by, measure): bool(value) for measure, value in group.items()})
        transaction.set_rollback(True)
    pairs = {(by, measure) for by in dimensions() for measure in measures()}
    assert set(compared) == pairs
    assert {measure for (_, measure), times in compared.items() if times} == set(measures())
    assert {by for (by, _), times in compared.items() if times} == set(dimensions())


@settings(RANDOM, max_examples=max(EXAMPLES // 3, 5))
@given(history)
@pytest.mark.slow
def test_every_number_opens_as_many_rows(told: Any) -> None:
    acts, asked, _ = told
    with anything_goes(), transaction.atomic():
        world = World()
        world.play(acts)
        numbers_open_their_rows(world, [*asked, (TODAY, {})])
        transaction.set_rollback(True)
