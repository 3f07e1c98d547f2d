"""Random histories: sealed = live = replay of the trail, for any day and filter.

Parts add up to the whole; every number opens as many rows.
QY_EXAMPLES=400 runs the long profile.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F, Q
from hypothesis import HealthCheck, Phase, given, seed, settings

from casework.models import Case
from dashboards.board.page import LONGEST, longest
from dashboards.cube import reading, row_sets
from dashboards.cube.counts import ENDED_SUMS, OPEN_SUMS, Ask, EndedSum, Window
from dashboards.cube.dimensions import Dimension
from dashboards.cube.reading import Wanted, read
from dashboards.cube.row_sets import CARD_SETS, OVERDUE
from dashboards.cube.sources import CARDS
from dashboards.declared.registry import dimensions, measures
from rectification.enums import State
from tests.dashboards import replay
from tests.dashboards.histories import FIRST, LAST, TODAY, World, anything_goes, as_counted, history, soon
from tests.dashboards.mutants_of_cube import MUTANTS, swap
from tests.dashboards.replay import Trail

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("QY_EXAMPLES", "20"))
RANDOM = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize="QY_EXAMPLES" not in os.environ,
    database=None,
)


AT_ONCE = 3  # dimensions compared on one day; in turn, so that a history compares them all
compared: Counter[tuple[str, str]] = Counter()  # (dimension, measure) compared: how often there was something to say


def some_dimensions(turn: int, always: tuple[str, ...]) -> list[str]:
    names = sorted(dimensions())
    return [*always, *(names[(turn * AT_ONCE + n) % len(names)] for n in range(AT_ONCE))]


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[Any]:
    """Return where two opinions differ: the dimension, the key, the measure, and what each says."""
    found = []
    for name in one.keys() | other.keys():
        for key in one[name].keys() | other[name].keys():
            a, b = (said[name].get(key, {}) for said in (one, other))
            if name == "trend" or not (a and b):
                found += [(name, key, a, b)] if a != b else []
            else:
                found += [(name, key, m, a[m], b[m]) for m in a if a[m] != b[m]]
    return found


def check(world: World, acts: list[Any], asked: list[Any], edges: list[Any], always: tuple[str, ...] = ()) -> None:
    """Play a history and compare the three opinions on every day asked for.

    Compared is every measure of the whole, and by dimensions in turn.
    """
    world.play(acts)
    trail, labels = Trail(world.cards), world.labels
    cards = list(Case.objects.filter(pk__in=world.cards).order_by("pk"))
    for turn, (on, filters) in enumerate([
        *edge_days(cards, edges),
        *asked,
        (LAST.replace(day=1) - timedelta(1), {}),
        (TODAY, {}),
        (TODAY, {"lead": (1,)}),
            (LAST.replace(day=1) - timedelta(1), {"unit": (0, 1, 2)}),  # all cards, each as its last event left it
            (LAST - timedelta(5), {"ended": (replay.month(LAST),)}),  # some of that month were still open
    ], len(acts)):  # fmt: skip
        wanted, names = world.selection(on, filters), some_dimensions(turn, always)
        sealed = as_counted(wanted, labels, names, use_seals=True)
        live = as_counted(wanted, labels, names, use_seals=False)
        assert differing(sealed, live) == [], (on, filters)
        replayed = trail.counted(wanted, names)
        assert differing(sealed, replayed) == [], (on, filters)
        for name in set(names):
            parts = [group["total"] for group in sealed[name].values()]
            whole = sealed[""].get(0, {"total": 0, "closed": 0})
            if not dimensions()[name].of_ended:
                assert sum(parts) == whole["total"], (on, filters, name)
            for group in sealed[name].values():
                for measure, value in group.items():
                    compared[name, measure] += bool(value)


def edge_days(cards: list[Case], edges: Any) -> Iterator[tuple[date, dict[str, Any]]]:
    """Days on and beside the edges of the clock: of deadlines that were passed for long, of the last step."""
    late = [c for c in cards if c.closed_on is None or c.closed_on > c.due_on + timedelta(62)]
    for n, column, off in edges:
        among = late if column == "due_on" and late else cards
        day = getattr(among[n % len(among)], column) if among else None
        if day is not None:
            yield min(day + timedelta(off), TODAY), {}


def numbers_open_their_rows(world: World, asked: list[Any]) -> None:
    """Every set has as many rows as it counts; narrowed by a key, it is what stood at that key."""
    every = frozenset(name for one in CARD_SETS for name in one.sums)
    for turn, (on, filters) in enumerate(asked):
        wanted, ask, labels = world.selection(on, filters), Ask(on, soon(on)), world.labels
        by = dimensions()[sorted(dimensions())[turn % len(dimensions())]]
        cube = read(wanted, [Wanted(CARDS, (), every), Wanted(CARDS, (by.counted,), every)], soon=ask.soon)
        whole = cube.whole()
        found = {one.name: one.rows(wanted, ask).count() for one in CARD_SETS}
        assert found == {one.name: one.count(whole) for one in CARD_SETS}, (on, filters)
        for key, count in cube.by(by, labels).items():
            meant = set(by.keys_of(labels, key))
            if by.name == "days":
                continue  # nobody narrows by it
            both = tuple(meant & set(wanted.filters.get(by.counted, meant)))
            narrowed = replace(wanted, filters={**wanted.filters, by.counted: both})
            again = read(narrowed, [Wanted(CARDS, (), every)], soon=ask.soon).whole()
            said = {one.name: one.count(count) for one in CARD_SETS}
            assert said == {one.name: one.count(again) for one in CARD_SETS}, (on, filters, by.name, key)
        late = OVERDUE.rows(wanted, ask).order_by("due_then", "pk")[:LONGEST]
        assert [(case.pk, days) for case, days in longest(wanted, soon(on))] == [
            (case.pk, (on - case.due_then).days) for case in late
        ], (on, filters)


@RANDOM
@given(history)
def test_sealed_live_and_replayed_agree_on_every_day(told: Any) -> None:
    with anything_goes(), transaction.atomic():
        check(World(), *told)
        transaction.set_rollback(True)


ONE_IN_EACH_STATE = [
    *(("open", FIRST + timedelta(7 * n), n % 3, n % 3, n % 3 + 1, n % 2 == 0, n % 3) for n in range(len(State))),
    *(("move", n, 30, str(state)) for n, state in enumerate(State)),
    *(("open", TODAY - timedelta(50), n, n, n + 1, True, n) for n in range(3)),
    ("open", TODAY - timedelta(70), 0, 0, 1, True, 0),
    ("move", len(State) + 3, 60, str(State.CLOSED)),
    ("seal_all",),
]


def test_every_declared_measure_is_compared_by_every_declared_dimension() -> None:
    """The replay says each in words of its own: a new measure, and a new dimension, is one line in replay.py."""
    assert set(replay.SAID) == set(measures())
    assert set(replay.KEYS) == set(dimensions())
    compared.clear()
    with anything_goes(), transaction.atomic():
        check(
            World(),
            ONE_IN_EACH_STATE,
            [*[(TODAY, {})] * len(dimensions()), (LAST, {})],
            ((3, "due_on", 20), (6, "due_on", 40), (9, "due_on", 70)),
        )
        transaction.set_rollback(True)
    pairs = {(by, measure) for by in dimensions() for measure in measures()}
    assert set(compared) == pairs
    assert {measure for (_, measure), times in compared.items() if times} == set(measures())
    assert {by for (by, _), times in compared.items() if times} == set(dimensions())


@settings(RANDOM, max_examples=max(EXAMPLES // 3, 5))
@given(history)
def test_every_number_opens_as_many_rows(told: Any) -> None:
    acts, asked, _ = told
    with anything_goes(), transaction.atomic():
        world = World()
        world.play(acts)
        numbers_open_their_rows(world, [*asked, (TODAY, {})])
        transaction.set_rollback(True)


# ---------- the code broken on purpose: each line of the mutants must be caught ----------


# The faults lie in the code, not in a database: that the property bites is shown once; it is asked on both.
BITES = pytest.mark.once(reason="a fault planted in Python; the property that catches it is asked on both databases")


def caught(of: int, broken: Callable[[pytest.MonkeyPatch], None], always: tuple[str, ...] = ()) -> None:
    """Assert that the property does not hold of the broken code."""

    @seed(of)
    @settings(RANDOM, max_examples=300, derandomize=False)
    @given(history)
    def run(told: Any) -> None:
        with anything_goes(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
            reading._statements.cache_clear()
            broken(patch)
            check(World(), *told, always)
            transaction.set_rollback(True)

    try:
        with pytest.raises((AssertionError, KeyError)):
            run()
    finally:
        reading._statements.cache_clear()


@pytest.mark.parametrize("of", sorted(set(MUTANTS.values())))
def test_the_same_histories_hold_where_nothing_is_broken(of: int) -> None:
    @seed(of)
    @settings(RANDOM, max_examples=10, derandomize=False)
    @given(history)
    def run(told: Any) -> None:
        with anything_goes(), transaction.atomic():
            check(World(), *told)
            transaction.set_rollback(True)

    run()


@BITES
@pytest.mark.parametrize("broken", MUTANTS, ids=lambda broken: broken.__name__.strip("_"))
def test_the_property_catches_each_broken_line(broken: Callable[[pytest.MonkeyPatch], None]) -> None:
    caught(MUTANTS[broken], broken)


@BITES
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

    caught(1, broken, (name,))


@BITES
@pytest.mark.parametrize("name", sorted(OPEN_SUMS))
def test_a_sum_of_deadlines_that_is_a_day_off_is_caught(name: str) -> None:
    window = OPEN_SUMS[name]

    def later(ask: Ask) -> tuple[date | None, date]:
        since, until = window.bounds(ask)
        return since and since + timedelta(1), until + timedelta(0 if since else 1)

    caught(5, lambda patch: patch.setitem(OPEN_SUMS, name, Window(window.clock, later)))


BEFORE = {
    "on_time": lambda ask: Count("pk", filter=Q(state="closed", closed_on__lt=F("due_on"))),
    "on_time_original": lambda ask: Count("pk", filter=Q(state="closed", closed_on__lt=F("original_due_on"))),
    "days": lambda ask: Count("pk", filter=Q(state="closed")),
    "closed_this_month": lambda ask: Count("pk", filter=Q(state="closed", closed_on__gt=ask.first_of_month)),
}


@BITES
@pytest.mark.parametrize("name", sorted(ENDED_SUMS))
def test_a_sum_of_closed_cards_that_is_wrong_is_caught(name: str) -> None:
    wrong = EndedSum(BEFORE[name], ENDED_SUMS[name].is_sealed)

    caught(3, lambda patch: patch.setitem(ENDED_SUMS, name, wrong))


@BITES
@pytest.mark.parametrize("name", sorted(measures()))
def test_a_measure_that_says_something_else_is_caught(name: str) -> None:
    plain = measures()[name].value

    def broken(patch: pytest.MonkeyPatch) -> None:
        swap(patch, measures()[name], "value", lambda count: _wrong(plain(count)) if count.total else plain(count))

    caught(1, broken)


def _wrong(value: Any) -> Any:
    return "wrong" if value is None else tuple(value) * 2 if isinstance(value, tuple) else value + 1


@BITES
def test_sets_of_rows_are_broken_visibly() -> None:
    """The rows behind a number are compared too: a band counted right and listed wrong is caught."""
    band = row_sets.LATE_BANDS[0]
    plain = band.rows

    @settings(RANDOM, max_examples=100, derandomize=True)
    @given(history)
    def run(told: Any) -> None:
        acts, _, _ = told
        with anything_goes(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
            swap(patch, band, "rows", lambda sel, ask: plain(sel, Ask(ask.on - timedelta(1), ask.soon)))
            world = World()
            world.play(acts)
            cards = list(Case.objects.filter(pk__in=world.cards).order_by("pk"))
            days = [(c.due_on + timedelta(n), {}) for c in cards for n in (1, 16)]
            numbers_open_their_rows(world, [(on, f) for on, f in days if on <= TODAY])
            transaction.set_rollback(True)

    with pytest.raises(AssertionError):
        run()
