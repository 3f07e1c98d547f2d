"""By when a step is due: the configurable limit of its state (docs/domain/process.md 1.4, 1.5)."""

from __future__ import annotations

from datetime import date

from casework.deadlines.working_days import Term, deadline
from casework.models import StepLimit


def step_deadline(kind: str, state: str, day: date, due_on: date | None) -> date | None:
    """Return the day by which a case that came into this state on `day` is to leave it: its limit, else the deadline of
    the whole.
    """
    limit = StepLimit.objects.filter(kind=kind, state=state).first()
    return deadline(day, Term(limit.n, limit.unit)).day if limit else due_on
