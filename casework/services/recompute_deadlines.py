"""When the days of a year become known or change, the deadlines that were counted over them follow, each with a line in
its trail (docs/domain/compliance.md 7.1.7).
"""

from __future__ import annotations

from datetime import date
from importlib.metadata import version

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from casework.deadlines import working_days
from casework.deadlines.working_days import Term, deadline, rolled
from casework.models import Case, HolidayYear, StepLimit
from casework.querysets import key_pieces
from casework.workflow import engine

ROLLED = ("due_on", "original_due_on", "step_due_on")


def deadlines(year: int) -> int:
    """Count the deadlines of open cases anew where the year's days may move them; return how many cases moved.

    The announcement of a year may name days of the December before (2022-12-31). A deadline of the whole, which was
    agreed on as a day, is only rolled on when that day has become one of rest; it is never brought forward.
    """
    first, last = date(year - 1, 12, 1), date(year, 12, 31)
    in_hands = Q(holder_since__isnull=False, step_due_on__gte=first)
    whole = Q(due_on__range=(first, last)) | Q(original_due_on__range=(first, last))
    return _each_counted_anew(in_hands | whole, f"{year} 年放假安排有变，办理期限随之重算")


def _each_counted_anew(which: Q, reason: str) -> int:
    limits = {(limit.kind, limit.state): Term(limit.n, limit.unit) for limit in StepLimit.objects.order_by("pk")}
    cards = Case.objects.filter(which, is_open=True)
    moved = 0
    for keys in key_pieces(cards):
        with transaction.atomic():
            moved += sum(_counted_anew(case, limits, reason) for case in cards.filter(pk__in=keys).order_by("pk"))
    return moved


def _counted_anew(case: Case, limits: dict[tuple[str, str], Term], reason: str) -> bool:
    """Count the deadlines of one case anew; return whether one moved."""
    term = limits.get((case.kind, case.state))
    said = {"due_on": rolled(case.due_on), "original_due_on": rolled(case.original_due_on)}
    by_limit = deadline(case.holder_since, term).day if term and case.holder_since and case.step_due_on else None
    said["step_due_on"] = by_limit or rolled(case.step_due_on)
    changes = {name: day for name, day in said.items() if day != getattr(case, name)}
    if changes:
        engine.amend(case, None, changes, reason=reason)
    return bool(changes)


def roll_on() -> int:
    """Roll on what is still kept on a day of rest: deadlines set before the system did so; return how many."""
    cards = Case.objects.filter(is_open=True).order_by()
    kept = {day for name in ROLLED for day in cards.values_list(name, flat=True).distinct() if day}
    resting = [day for day in kept if not working_days.is_workday(day)]
    if not resting:
        return 0
    which = Q(due_on__in=resting) | Q(original_due_on__in=resting) | Q(step_due_on__in=resting)
    return _each_counted_anew(which, "届满日是休息日，顺延到下一个工作日")


def adopt_announced() -> str:
    """Notice a year that the library has come to know with its new version, and count anew what was provisional until
    then; say what is still to be loaded.

    The year is noted down last: begun again after being killed, the pieces that were done move nothing.
    """
    today, moved = timezone.localdate(), 0
    for year in (today.year, today.year + 1):
        if working_days.is_announced(year) and not HolidayYear.objects.filter(year=year).exists():
            moved += deadlines(year)
            HolidayYear.objects.create(year=year, source=f"chinesecalendar {version('chinesecalendar')}")
    moved += roll_on()
    to_load = working_days.to_load(today)
    return f"重算办理期限 {moved} 件" + (f"；{to_load}" if to_load else "")
