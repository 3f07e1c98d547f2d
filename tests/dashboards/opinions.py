"""Three opinions on the same history: counted with seals, counted live, and replayed from the trail.

And the fourth: the rows behind every number.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dashboards.board.page import LONGEST, longest
from dashboards.cube.counts import Ask
from dashboards.cube.labels import Labels
from dashboards.cube.reading import Wanted, read
from dashboards.cube.row_sets import CARD_SETS, OVERDUE
from dashboards.cube.selection import Selection
from dashboards.cube.sources import CARDS
from dashboards.declared.figure import Counted
from dashboards.declared.registry import dimensions, measures
from dashboards.figures import trend
from tests.dashboards.histories import World
from tests.dashboards.replay import Trail

Asked = tuple[date, dict[str, Any]]  # a day and filters


def as_counted(selection: Selection, labels: Labels, names: list[str], *, use_seals: bool) -> dict[str, Any]:
    """Every measure by these dimensions, of the whole, and the trend."""
    divided = [dimensions()[name] for name in names]
    wanted = [*trend.wants(selection)]
    for by in [(), *((one.counted,) for one in divided)]:
        sums = frozenset(name for one in measures().values() for name in one.sums)
        wanted += [Wanted(CARDS, by, sums), Wanted(CARDS, (*by, dimensions()["days"]))]
    cube = read(
        selection,
        [one for one in wanted if one.by[-2:] != (dimensions()["days"],) * 2],
        soon=soon(selection.on),
        seals=None if use_seals else frozenset(),
    )
    groups = {one.name: cube.by(one, labels) for one in divided} | {"": {0: cube.whole()}}
    said = {
        name: {
            key: {m: one.value(count) for m, one in measures().items()} for key, count in found.items() if count.total
        }
        for name, found in groups.items()
    }
    by_month = trend.closure_by_month(cube, Counted(cube, labels))
    return said | {"trend": {month: (fed, closed, tuple(share)) for month, (fed, closed, share) in by_month.items()}}


def soon(on: date) -> date:
    return on + timedelta(21)


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


def counted(world: World, trail: Trail, asked: Asked, names: list[str]) -> dict[str, Any]:
    """Return what is counted by these dimensions.

    Raises:
        AssertionError: counted live or replayed it is another number, or the parts do not add up to the whole.
    """
    wanted, labels = world.selection(*asked), world.labels
    sealed = as_counted(wanted, labels, names, use_seals=True)
    assert differing(sealed, as_counted(wanted, labels, names, use_seals=False)) == [], asked
    assert differing(sealed, trail.counted(wanted, names)) == [], asked
    whole = sealed[""].get(0, {"total": 0})["total"]
    for name in names:
        parts = sum(group["total"] for group in sealed[name].values())
        assert dimensions()[name].of_ended or parts == whole, (asked, name)
    return sealed


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
