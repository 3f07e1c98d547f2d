"""Whose rows are counted, each source with a day column of its own.

The figures' own cards, or other rows that hang on a card or are one.

A source is declared here, or in the file of the figure that needs it; a figure names it, and everything else follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from casework.models import Case
from clues.enums import CLUE, ClueState
from dashboards.cube.selection import Selection
from rectification.enums import LOOK_BACK, LookBackOrigin

LOOKED_AT = "lookback__rectification__"  # from a look-back to the card it looks back at


@dataclass(frozen=True)
class Slice:
    """Some rows of a source, with the column of the word by which they are told apart.

    "" where they have none on that day.
    """

    rows: QuerySet[Any]
    word: str = ""


@dataclass(frozen=True, eq=False)
class Source:
    """Rows to be counted.

    Attributes:
        columns: which columns their lists have (dashboards.columns.COLUMNS).
        card: how a row reaches the card whose labels count, where that is not the row itself.
        slices: the rows of a selection, as they stood at the end of its day; within the actor's scope and every filter.
        lacks: conditions that say nothing of such rows: under one of them none is counted, and the tile says why.
    """

    name: str
    label: str
    columns: str
    card: str = ""
    slices: Callable[[Selection], tuple[Slice, ...]] = lambda selection: ()
    lacks: tuple[str, ...] = ()

    def rows(self, selection: Selection) -> QuerySet[Any]:
        """Return all rows of a selection."""
        first, *others = (one.rows for one in self.slices(selection))
        for other in others:
            first = first | other
        return first

    def with_word(self, selection: Selection, words: frozenset[Any]) -> QuerySet[Any]:
        """Return the rows that had one of these words on the day."""
        found = [one.rows.filter(**{f"{one.word}__in": words}) for one in self.slices(selection) if one.word]
        first, *others = found
        for other in others:
            first = first | other
        return first


def _look_backs(selection: Selection) -> tuple[Slice, ...]:
    """Those judged by the day of the selected cards; one that was cancelled has no verdict.

    A closure that was withdrawn without a look-back having been booked was not chosen to be looked at: it would tell
    the share of relapses wrong (反弹率 = 判反弹/抽查数, docs/domain/results.md 11).
    """
    rows = Case.objects.filter(
        selection.where(LOOKED_AT),
        kind=LOOK_BACK,
        subkind=LookBackOrigin.BOOKED,
        closed_on__lte=selection.on,
        lookback__verdict__gt="",
        **{f"{LOOKED_AT}counted": True},
    )
    return (Slice(rows, "lookback__verdict"),)


def _clues(selection: Selection) -> tuple[Slice, ...]:
    """Those of campaigns taken in by the day that the actor may see, without those not taken up (不予受理)."""
    rows = Case.objects.filter(
        selection.others, selection.where(), kind=CLUE, within__isnull=False, opened_on__lte=selection.on
    )
    has_ended = Q(closed_on__lte=selection.on)
    return (Slice(rows.filter(has_ended).exclude(state=ClueState.DROPPED), "state"), Slice(rows.exclude(has_ended)))


CARDS = Source("cards", "整改", "card")
LOOK_BACKS = Source("look_backs", "回头看", "look_back", LOOKED_AT, _look_backs)
CLUES = Source("clues", "线索", "clue", slices=_clues, lacks=("type", "lead"))
