"""When the days of a year become known or change, the deadlines that were counted over them follow, each with a line in
its trail (docs/domain/compliance.md 7.1.7).
"""

from __future__ import annotations

from datetime import date
from importlib.metadata import version

from django.db import transaction
from django.utils import timezone

from casework.deadlines import working_days
from casework.deadlines.working_days import Term, deadline
from casework.models import Case, HolidayYear, StepLimit
from casework.querysets import key_pieces
from casework.workflow import engine


def step_deadlines(year: int) -> int:
    """Count the step deadlines of open cases anew where the year's days may move them; return how many moved.

    The announcement of a year may name days of the December before (2022-12-31). What was agreed on by hand (`due_on`)
    stays.
    """
    limits = {(limit.kind, limit.state): Term(limit.n, limit.unit) for limit in StepLimit.objects.order_by("pk")}
    cards = Case.objects.filter(is_open=True, holder_since__isnull=False, step_due_on__gte=date(year - 1, 12, 1))
    moved = 0
    for keys in key_pieces(cards):
        with transaction.atomic():
            moved += sum(_counted_anew(case, limits, year) for case in cards.filter(pk__in=keys).order_by("pk"))
    return moved


def _counted_anew(case: Case, limits: dict[tuple[str, str], Term], year: int) -> bool:
    """Count one deadline anew; return whether it moved."""
    term = limits.get((case.kind, case.state))
    due_on = deadline(case.holder_since, term).day if term and case.holder_since else case.step_due_on
    if due_on == case.step_due_on:
        return False
    engine.amend(case, None, {"step_due_on": due_on}, reason=f"{year} 年放假安排有变，办理期限随之重算")
    return True


def adopt_announced() -> str:
    """Notice a year that the library has come to know with its new version, and count anew what was provisional until
    then; say what is still to be loaded.

    The year is noted down last: begun again after being killed, the pieces that were done move nothing.
    """
    today, moved = timezone.localdate(), 0
    for year in (today.year, today.year + 1):
        if working_days.is_announced(year) and not HolidayYear.objects.filter(year=year).exists():
            moved += step_deadlines(year)
            HolidayYear.objects.create(year=year, source=f"chinesecalendar {version('chinesecalendar')}")
    to_load = working_days.to_load(today)
    return f"重算办理期限 {moved} 件" + (f"；{to_load}" if to_load else "")
