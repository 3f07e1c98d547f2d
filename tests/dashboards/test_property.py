"""Random histories: sealed = live = replay of the trail, for any day and filter; parts add up to the whole; every number opens as many rows.

QY_EXAMPLES=400 runs the long profile.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Q
from hypothesis import HealthCheck, Phase, given, seed, settings

from casework.models import Case
from casework.workflow import engine
from dashboards import periods, seals, selection, sets, sums
from dashboards.board import LONGEST, longest
from dashboards.rows import rows_behind
from dashboards.selection import Selection
from dashboards.sets import SETS
from rectification.enums import State
from tests.dashboards.histories import LAST, TODAY, Trail, World, anything_goes, as_counted, history, soon

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


def check(world: World, acts: list[Any], asked: list[Any], edges: list[Any]) -> None:
    """Play a history and compare the three opinions on every day asked for."""
    world.play(acts)
    trail = Trail(world.cards)
    cards = list(Case.objects.filter(pk__in=world.cards).order_by("pk"))
    for on, filters in [
        *edge_days(cards, edges),
        *asked,
        (LAST.replace(day=1) - timedelta(1), {}),
        (TODAY, {}),
        (TODAY, {"is_lead": True}),
    ]:
        wanted = world.selection(on, filters)
        sealed, live, replayed = (
            as_counted(wanted, use_seals=True),
            as_counted(wanted, use_seals=False),
            trail.counted(wanted),
        )
        assert sealed == live, (on, filters)
        assert sealed == replayed, (on, filters)
        assert sum(sealed["days"].values()) == sealed["states"][State.CLOSED]
        for group in sealed["groups"].values():
            assert sum(sum(states.values()) for states, _ in group.values()) == sum(sealed["states"].values())


def edge_days(cards: list[Case], edges: Any) -> Iterator[tuple[date, dict[str, Any]]]:
    """Days on and beside the edges of the clock: of deadlines that were passed for long, of the last step."""
    late = [c for c in cards if c.closed_on is None or c.closed_on > c.due_on + timedelta(62)]
    for n, column, off in edges:
        among = late if column == "due_on" and late else cards
        day = getattr(among[n % len(among)], column) if among else None
        if day is not None:
            yield min(day + timedelta(off), TODAY), {}


def numbers_open_their_rows(world: World, asked: list[Any]) -> None:
    for on, filters in asked:
        wanted: Selection = world.selection(on, filters)
        whole = sums.read(wanted, soon=soon(on)).whole
        found = {name: rows_behind(name, wanted, soon(on)).count() for name in SETS}
        assert found == {name: one.count(whole) for name, one in SETS.items()}, (on, filters)
        late = rows_behind("overdue", wanted, soon(on)).order_by("due_then", "pk")[:LONGEST]
        assert [(case.pk, days) for case, days in longest(wanted, soon(on))] == [
            (case.pk, (on - case.due_then).days) for case in late
        ], (on, filters)


@RANDOM
@given(history)
def test_sealed_live_and_replayed_agree_on_every_day(told: Any) -> None:
    with anything_goes(), transaction.atomic():
        check(World(), *told)
        transaction.set_rollback(True)


@settings(RANDOM, max_examples=max(EXAMPLES // 3, 5))
@given(history)
def test_every_number_opens_as_many_rows(told: Any) -> None:
    acts, asked, _ = told
    with anything_goes(), transaction.atomic():
        world = World()
        world.play(acts)
        numbers_open_their_rows(world, [*asked, (TODAY, {})])
        transaction.set_rollback(True)


# ---------- the code broken on purpose: each line below must be caught ----------


def _no_unseal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(engine, "INSIDE", [])


def _unseal_forgets_the_year(patch: pytest.MonkeyPatch) -> None:
    plain = seals._clear
    patch.setattr(seals, "_clear", lambda periods: plain([p for p in periods if len(p) == 7]))


def _band_off_by_one(patch: pytest.MonkeyPatch) -> None:
    plain = sums.band_dates
    patch.setattr(sums, "band_dates", lambda first, last, day: plain(first, last - 1 if last == 15 else last, day))


def _late_on_the_day_itself(patch: pytest.MonkeyPatch) -> None:
    plain = sums.band_dates
    patch.setattr(sums, "band_dates", lambda first, last, day: plain(0 if first == 1 else first, last, day))


def _width_off_by_one(patch: pytest.MonkeyPatch) -> None:
    plain = engine.width
    patch.setattr(engine, "width", lambda since, day: max(plain(since, day) - 1, 0))


def _range_of_a_width_too_short(patch: pytest.MonkeyPatch) -> None:
    plain = selection.AnyRange
    patch.setattr(
        selection,
        "AnyRange",
        lambda *names, ranges: plain(
            *names, ranges=[(width, first + timedelta(1), last) for width, first, last in ranges]
        ),
    )


def _held_until_the_day_included(patch: pytest.MonkeyPatch) -> None:
    plain = selection._ended_after
    patch.setattr(selection, "_ended_after", lambda day: plain(day) | Q(width__isnull=False, day=day))


def _label_not_recorded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(engine, "FACTS", ("state", "due_on", "topic_id", "is_lead"))


def _since_not_set(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(engine, "TIMED", ("state",))


def _open_since_the_day_left_out(patch: pytest.MonkeyPatch) -> None:
    def open_still(self: Selection) -> Any:
        rows = self.cards().filter(is_open=True)
        return rows.filter(since__lt=self.on) if self.is_past else rows

    patch.setattr(Selection, "open_still", open_still)


def _this_month_is_sealed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(seals, "cover", lambda day, have, plain=seals.cover: plain(periods.bounds(f"{day:%Y-%m}")[1], have))
    patch.setattr(sums, "cover", seals.cover)


def _lead_filter_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        Selection,
        "closed",
        lambda self: Case.objects.filter(
            counted=True,
            is_open=False,
            closed_on__lte=self.on,
            **{k: v for k, v in self.filters.items() if k != "is_lead"},
        ),
    )


def _closed_on_the_day_left_out(patch: pytest.MonkeyPatch) -> None:
    plain = Selection.closed
    patch.setattr(Selection, "closed", lambda self: plain(self).filter(closed_on__lt=self.on))


def _on_time_means_before_the_deadline(patch: pytest.MonkeyPatch) -> None:
    for module in (seals, sums):
        patch.setattr(module, "in_time", lambda due: Q(state=State.CLOSED, closed_on__lt=F(due)))


def _long_term_has_a_clock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sums, "NO_CLOCK", frozenset({State.SUSPENDED}))


def _a_gap_is_skipped(patch: pytest.MonkeyPatch) -> None:
    plain = seals.cover
    patch.setattr(sums, "cover", lambda day, have: (found := plain(day, have))._replace(gaps=found.gaps[-1:]))


# each broken line, with a seed whose random histories meet it soon; with any other seed it takes longer, and is found too
MUTANTS = {
    _unseal_forgets_the_year: 1,
    _no_unseal: 1,
    _band_off_by_one: 5,
    _late_on_the_day_itself: 5,
    _width_off_by_one: 0,
    _label_not_recorded: 1,
    _since_not_set: 2,
    _open_since_the_day_left_out: 5,
    _this_month_is_sealed: 0,
    _range_of_a_width_too_short: 3,
    _lead_filter_dropped: 5,
    _closed_on_the_day_left_out: 5,
    _long_term_has_a_clock: 2,
    _a_gap_is_skipped: 1,
    _held_until_the_day_included: 3,
    _on_time_means_before_the_deadline: 3,
}


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


@pytest.mark.parametrize("broken", MUTANTS, ids=lambda broken: broken.__name__.strip("_"))
def test_the_property_catches_each_broken_line(
    broken: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    @seed(MUTANTS[broken])
    @settings(RANDOM, max_examples=300, derandomize=False)
    @given(history)
    def run(told: Any) -> None:
        with anything_goes(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
            broken(patch)
            check(World(), *told)
            transaction.set_rollback(True)

    with pytest.raises((AssertionError, KeyError)):
        run()


def test_sets_of_rows_are_broken_visibly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows behind a number are compared too: a band counted right and listed wrong is caught."""
    plain = sets.band_dates
    monkeypatch.setattr(sets, "band_dates", lambda first, last, day: plain(first + 1, last, day))

    @settings(RANDOM, max_examples=100, derandomize=True)
    @given(history)
    def run(told: Any) -> None:
        acts, _, _ = told
        with anything_goes(), transaction.atomic():
            world = World()
            world.play(acts)
            cards = list(Case.objects.filter(pk__in=world.cards).order_by("pk"))
            days = [(c.due_on + timedelta(n), {}) for c in cards for n in (1, 16)]
            numbers_open_their_rows(world, [(on, f) for on, f in days if on <= TODAY])
            transaction.set_rollback(True)

    with pytest.raises(AssertionError):
        run()
