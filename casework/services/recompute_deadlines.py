"""When the days of a year become known or change, or a limit does, the deadlines that were counted by them follow, each
with a line in its trail (docs/domain/compliance.md 7.1.7); which ones is known beforehand (`moves`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from casework.deadlines import working_days
from casework.deadlines.working_days import Term, deadline, rolled
from casework.kinds import spec_of
from casework.models import Case, HolidayYear, StepLimit
from casework.querysets import PIECE, key_pieces
from casework.workflow import engine, trail
from casework.workflow.circuits import circuit_of
from organizations.models import Post

log = logging.getLogger(__name__)
ROLLED = ("due_on", "original_due_on", "step_due_on")


class Move(NamedTuple):
    """A case whose deadlines fall on other days: its columns, and the day of each."""

    case: Case
    to: dict[str, date | None]


class Recount(NamedTuple):
    """How many cases moved, and a sentence for each that was left alone because its trail does not hold."""

    moved: int = 0
    left: tuple[str, ...] = ()

    def with_also(self, more: Recount) -> Recount:
        return Recount(self.moved + more.moved, tuple(dict.fromkeys((*self.left, *more.left))))


def deadlines(year: int, by: Post | None = None) -> Recount:
    """Count the deadlines of open cases anew where the year's days may move them; in the name of who changed the days.

    The announcement of a year may name days of the December before (2022-12-31). A deadline of the whole, which was
    agreed on as a day, is only rolled on when that day has become one of rest; it is never brought forward.
    """
    return _each_counted_anew(over_year(year), f"{year} 年放假安排有变，办理期限随之重算", by)


def over_year(year: int) -> Q:
    """Return which cards may move when days of a year change."""
    first, last = date(year - 1, 12, 1), date(year, 12, 31)
    in_hands = Q(holder_since__isnull=False, step_due_on__gte=first)
    return in_hands | Q(due_on__range=(first, last)) | Q(original_due_on__range=(first, last))


def of_limit(limit: StepLimit, by: Post | None = None) -> Recount:
    """Count the step anew of every case that is in the state of a limit which was set or changed."""
    return _each_counted_anew(in_state(limit), f"“{limit.state_word}”的办理期限改为 {limit.term}，随之重算", by)


def in_state(limit: StepLimit) -> Q:
    return Q(kind=limit.kind, state=limit.state)


def moves(which: Q, limit: StepLimit | None = None) -> list[Move]:
    """Return which open cases would move now, and nothing is written; as if a limit were this one, where it is given.

    What the days would be is supposed around it (`working_days.supposing`).
    """
    limits = _limits()
    if limit is not None:
        limits[limit.kind, limit.state] = Term(limit.n, limit.unit)
    cards = Case.objects.filter(which, is_open=True).order_by("pk")
    return [Move(case, to) for case in cards.iterator(PIECE) if (to := _moves(case, limits))]


def _limits() -> dict[tuple[str, str], Term]:
    return {(limit.kind, limit.state): Term(limit.n, limit.unit) for limit in StepLimit.objects.order_by("pk")}


def _each_counted_anew(which: Q, reason: str, by: Post | None = None) -> Recount:
    """Count anew and write it into the trail; a card that differs from its trail is left as it was found.

    A line of ours on a deadline that somebody forged would make it true.
    """
    limits = _limits()
    cards, done = Case.objects.filter(which, is_open=True), Recount()
    for keys in key_pieces(cards):
        with transaction.atomic():
            done = done.with_also(_piece_counted_anew(cards.filter(pk__in=keys).order_by("pk"), limits, reason, by))
    for sentence in done.left:
        log.warning("%s", sentence)
    return done


def _piece_counted_anew(
    cards: Iterable[Case], limits: dict[tuple[str, str], Term], reason: str, by: Post | None
) -> Recount:
    moving = {case: moves for case in cards if (moves := _moves(case, limits))}
    forged = {key for key, _, _ in trail.verify_piece([case.pk for case in moving])}
    for case in moving:
        if case.pk not in forged:
            engine.amend(case, None, moving[case], reason=reason, by=by)
    left = tuple(
        f"卡片 {case.pk}（{case.number or '未编号'}）与办理经过不符，期限没有重算"
        for case in moving
        if case.pk in forged
    )
    return Recount(len(moving) - len(left), left)


def _moves(case: Case, limits: dict[tuple[str, str], Term]) -> dict[str, date | None]:
    """Return the deadlines of a case that fall on another day, each with that day.

    While the deadline of the whole does not run, the step itself has said by when (the next review): no limit counts.
    Nor does it where the case itself says by when (what is to be supplied by a day).
    """
    term = None if case.state in spec_of(case.kind).no_clock else limits.get((case.kind, case.state))
    said = {"due_on": rolled(case.due_on), "original_due_on": rolled(case.original_due_on)}
    by_limit = deadline(case.holder_since, term).day if term and case.holder_since else None
    said["step_due_on"] = rolled(circuit_of(case).said_by(case)) or by_limit or rolled(case.step_due_on)
    return {name: day for name, day in said.items() if day != getattr(case, name)}


def roll_on() -> Recount:
    """Roll on what is still kept on a day of rest: deadlines set before the system did so."""
    cards = Case.objects.filter(is_open=True).order_by()
    kept = {day for name in ROLLED for day in cards.values_list(name, flat=True).distinct() if day}
    resting = [day for day in kept if not working_days.is_workday(day)]
    if not resting:
        return Recount()
    which = Q(due_on__in=resting) | Q(original_due_on__in=resting) | Q(step_due_on__in=resting)
    return _each_counted_anew(which, "届满日是休息日，顺延到下一个工作日")


def adopt_announced() -> tuple[str, tuple[str, ...]]:
    """Notice a year that the library has come to know with its new version, and count anew what was provisional until
    then; say what was done and what is still to be loaded, and which cards were left alone.

    The year is noted down last: begun again after being killed, the pieces that were done move nothing.
    """
    today, done = timezone.localdate(), Recount()
    for year in (today.year, today.year + 1):
        if working_days.is_announced(year) and not HolidayYear.objects.filter(year=year).exists():
            done = done.with_also(deadlines(year))
            HolidayYear.objects.create(year=year, source=f"chinesecalendar {version('chinesecalendar')}")
    done = done.with_also(roll_on())
    said = (f"重算办理期限 {done.moved} 件", working_days.to_load(today))
    return "；".join(filter(None, said)), done.left
