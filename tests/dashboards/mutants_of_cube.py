"""The cube, its seals and the columns they read, broken on purpose: each line must be caught."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q

from casework.workflow import engine
from dashboards.cube import counts, periods, reading, seals, selection
from dashboards.cube.dimensions import LeadDimension
from dashboards.cube.selection import Selection
from dashboards.declared.registry import dimensions


def swap(patch: pytest.MonkeyPatch, declared: Any, name: str, value: Any) -> None:
    """Replace an attribute of a frozen declaration."""
    patch.setitem(declared.__dict__, name, value)


def _no_unseal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(engine, "INSIDE", [])


def _unseal_forgets_the_year(patch: pytest.MonkeyPatch) -> None:
    plain = seals._clear
    patch.setattr(seals, "_clear", lambda periods: plain([p for p in periods if len(p) == 7]))


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


def _seals_reach_beyond_the_day(patch: pytest.MonkeyPatch) -> None:
    plain = seals.cover
    patch.setattr(reading, "cover", lambda day, have: plain(periods.bounds(f"{day:%Y-%m}")[1] + timedelta(1), have))


def _lead_filter_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(LeadDimension, "holds", lambda self, keys, prefix="": Q())


def _closed_on_the_day_left_out(patch: pytest.MonkeyPatch) -> None:
    plain = seals.cover
    patch.setattr(
        reading,
        "cover",
        lambda day, have: (found := plain(day, have))._replace(
            gaps=(*found.gaps[:-1], found.gaps[-1] & Q(closed_on__lt=day))
        ),
    )


def _a_gap_is_skipped(patch: pytest.MonkeyPatch) -> None:
    plain = seals.cover
    patch.setattr(reading, "cover", lambda day, have: (found := plain(day, have))._replace(gaps=found.gaps[-1:]))


def _long_term_has_a_clock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reading, "NO_CLOCK", frozenset({"suspended"}))


def _long_term_of_a_past_day_has_a_clock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(counts, "NO_CLOCK", frozenset({"suspended"}))


def _seals_are_asked_another_label(patch: pytest.MonkeyPatch) -> None:
    plain = seals.sealed_key
    patch.setattr(
        reading,
        "sealed_key",
        lambda axis, dimension: "severity" if dimension.name == "lead" else plain(axis, dimension),
    )


def _a_merged_unit_stands_apart(patch: pytest.MonkeyPatch) -> None:
    swap(patch, dimensions()["unit"], "fold", None)


def _ended_cards_are_asked_of_open_ones(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Selection, "is_of_ended", property(lambda self: False))


def _narrow_days_read_no_card(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reading, "_take_one_by_one", lambda cube, groups: None)


MUTANTS = (
    _unseal_forgets_the_year,
    _no_unseal,
    _width_off_by_one,
    _label_not_recorded,
    _since_not_set,
    _open_since_the_day_left_out,
    _seals_reach_beyond_the_day,
    _range_of_a_width_too_short,
    _lead_filter_dropped,
    _closed_on_the_day_left_out,
    _long_term_has_a_clock,
    _long_term_of_a_past_day_has_a_clock,
    _a_gap_is_skipped,
    _held_until_the_day_included,
    _seals_are_asked_another_label,
    _a_merged_unit_stands_apart,
    _ended_cards_are_asked_of_open_ones,
    _narrow_days_read_no_card,
)
