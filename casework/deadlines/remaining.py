"""What a date says to its reader: how much is left in working days, how long overdue in calendar days
(docs/domain/results.md 11).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils import timezone

from casework.deadlines.limits import URGENT_WORKDAYS
from casework.deadlines.working_days import next_workday, provisional_reason, workdays_between


class Left(NamedTuple):
    """A deadline in words."""

    day: date | None
    words: str
    tone: str  # "late" | "soon" | ""
    provisional: str  # why the date is 暂定, or nothing


STEP, WHOLE = "本步", "整改"  # two clocks, never mixed: the step at hand, and the rectification as a whole


def left(due: date | None, today: date | None = None, *, of: str = STEP, has_clock: bool = True) -> Left:
    """Say what is left until a day: working days before it, calendar days after it; `of` names the clock.

    A day of rest holds until the next working day, as it does for a card (casework.workflow.engine).
    """
    today = today or timezone.localdate()
    if due is None or not has_clock:
        return Left(due, "", "", provisional_reason(due))
    due = next_workday(due)
    if due < today:
        return Left(due, f"{of}逾期 {(today - due).days} 日", "late", "")
    n = workdays_between(today, due)
    words = "今天到期" if due == today else f"剩 {n} 个工作日"
    return Left(due, words, "soon" if n <= URGENT_WORKDAYS else "", provisional_reason(due))


def held_for(since: date | None, today: date | None = None) -> str:
    """Say for how many working days somebody has had a case."""
    if since is None:
        return ""
    n = workdays_between(since, today or timezone.localdate())
    return f"{n} 个工作日" if n else "今天"
