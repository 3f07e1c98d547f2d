"""The code of the cube broken on purpose: the three opinions of the property, on one kept history, must differ.

Every dimension, sum and measure is broken as it is declared, and some lines besides (mutants_of_cube.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F, Q

from casework.models import Case
from dashboards.cube import reading, row_sets
from dashboards.cube.counts import ENDED_SUMS, OPEN_SUMS, Ask, EndedSum, Window
from dashboards.cube.dimensions import Dimension
from dashboards.declared.registry import dimensions, measures
from tests.dashboards.histories import World, anything_goes
from tests.dashboards.mutants_of_cube import MUTANTS, swap
from tests.dashboards.opinions import counted, numbers_open_their_rows
from tests.dashboards.replay import Trail
from tests.dashboards.story import ASKED, STORY

# The faults lie in the code, not in a database: that the property bites is shown once; it is asked on both.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.once(reason="a fault planted in Python; the property that catches it is asked on both databases"),
]
Broken = Callable[[pytest.MonkeyPatch], None]


def nothing(patch: pytest.MonkeyPatch) -> None:
    """Break nothing."""


def play(broken: Broken) -> None:
    """Play the story and compare all opinions, with the code broken from its beginning."""
    reading._statements.cache_clear()
    try:
        with anything_goes(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
            broken(patch)
            world = World()
            world.play(STORY)
            trail = Trail(world.cards)
            for one in ASKED:
                counted(world, trail, one, sorted(dimensions()))
            transaction.set_rollback(True)
    finally:
        reading._statements.cache_clear()


def caught(broken: Broken) -> None:
    with pytest.raises((AssertionError, KeyError)):
        play(broken)


def test_the_story_holds_where_nothing_is_broken() -> None:
    play(nothing)


@pytest.mark.parametrize("broken", MUTANTS, ids=lambda broken: broken.__name__.strip("_"))
def test_each_broken_line_is_caught(broken: Broken) -> None:
    caught(broken)


@pytest.mark.parametrize("name", sorted(dimensions()))
def test_a_dimension_with_the_key_of_another_is_caught(name: str) -> None:
    """Whatever is declared: the database divides by another column than the replay."""
    counted = dimensions()[name].counted
    owner = type(counted) if "key" in vars(type(counted)) else Dimension
    plain = owner.key
    other = dimensions()["severity" if counted.name != "severity" else "lead"]
    if counted.is_text:
        other = replace(counted, column="state")

    def broken(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(
            owner, "key", lambda self, prefix="": other.key(prefix) if self is counted else plain(self, prefix)
        )

    caught(broken)


@pytest.mark.parametrize("name", sorted(OPEN_SUMS))
def test_a_sum_of_deadlines_that_is_a_day_off_is_caught(name: str) -> None:
    window = OPEN_SUMS[name]

    def later(ask: Ask) -> tuple[date | None, date]:
        since, until = window.bounds(ask)
        return since and since + timedelta(1), until + timedelta(0 if since else 1)

    caught(lambda patch: patch.setitem(OPEN_SUMS, name, Window(window.clock, later)))


BEFORE = {
    "on_time": lambda ask: Count("pk", filter=Q(state="closed", closed_on__lt=F("due_on"))),
    "on_time_original": lambda ask: Count("pk", filter=Q(state="closed", closed_on__lt=F("original_due_on"))),
    "days": lambda ask: Count("pk", filter=Q(state="closed")),
    "closed_this_month": lambda ask: Count("pk", filter=Q(state="closed", closed_on__gt=ask.first_of_month)),
}


@pytest.mark.parametrize("name", sorted(ENDED_SUMS))
def test_a_sum_of_closed_cards_that_is_wrong_is_caught(name: str) -> None:
    wrong = EndedSum(BEFORE[name], ENDED_SUMS[name].is_sealed)

    caught(lambda patch: patch.setitem(ENDED_SUMS, name, wrong))


@pytest.mark.parametrize("name", sorted(measures()))
def test_a_measure_that_says_something_else_is_caught(name: str) -> None:
    plain = measures()[name].value

    def broken(patch: pytest.MonkeyPatch) -> None:
        swap(patch, measures()[name], "value", lambda count: _wrong(plain(count)) if count.total else plain(count))

    caught(broken)


def _wrong(value: Any) -> Any:
    return "wrong" if value is None else tuple(value) * 2 if isinstance(value, tuple) else value + 1


def rows(broken: Broken) -> None:
    """Play the story and open the rows behind its numbers, on and beside the edges of a band."""
    with anything_goes(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        broken(patch)
        world = World()
        world.play(STORY)
        due_on = [case.due_on for case in Case.objects.filter(pk__in=world.cards).order_by("pk")[:8]]
        numbers_open_their_rows(world, [(due + timedelta(n), {}) for due in due_on for n in (1, 16)])
        transaction.set_rollback(True)


def test_sets_of_rows_are_broken_visibly() -> None:
    """The rows behind a number are compared too: a band counted right and listed wrong is caught."""
    band = row_sets.LATE_BANDS[0]
    plain = band.rows

    rows(nothing)

    with pytest.raises(AssertionError):
        rows(lambda patch: swap(patch, band, "rows", lambda sel, ask: plain(sel, Ask(ask.on - timedelta(1), ask.soon))))
