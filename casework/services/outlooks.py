"""Which open cases a change of the calendar or of a limit moves, said before it is saved (ui.deeds)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from casework.deadlines import working_days
from casework.models import CalendarDay, Case, StepLimit
from casework.services import recompute_deadlines
from casework.services.recompute_deadlines import Move
from organizations.actor import Actor
from ui.deeds import Outlook

NOTHING_MOVES = "在办的件没有一件的期限变动"


def of_days(days: Mapping[date, bool | None], actor: Actor) -> Outlook:
    """Say what moves when the office puts these days right; None: as the announcement has it."""
    which = Q(pk__in=())
    for year in {day.year for day in days}:
        which |= recompute_deadlines.over_year(year)
    with working_days.supposing(days):
        return _of(recompute_deadlines.moves(which), which, actor)


def of_year(year: int, off: Iterable[date], work: Iterable[date]) -> list[Move]:
    """Return what moves when a year is loaded, in place of an earlier load of it."""
    before = CalendarDay.objects.filter(loaded_with__year=year).values_list("day", flat=True)
    days = dict.fromkeys(before) | dict.fromkeys(off, False) | dict.fromkeys(work, True)
    with working_days.supposing(days, year=year):
        return recompute_deadlines.moves(recompute_deadlines.over_year(year))


def of_limit(limit: StepLimit, actor: Actor) -> Outlook:
    """Say what moves when the limit of a state is this one."""
    which = recompute_deadlines.in_state(limit)
    return _of(recompute_deadlines.moves(which, limit), which, actor)


def _of(moves: list[Move], which: Q, actor: Actor) -> Outlook:
    """Count all; name those that the actor may open, with the days from which and to which they move."""
    if not moves:
        return Outlook([NOTHING_MOVES])
    seen = set(Case.objects.visible_to(actor).filter(which, is_open=True).order_by().values_list("pk", flat=True))
    named = [(in_words(move), move.case.get_absolute_url()) for move in moves if move.case.pk in seen]
    unseen = len(moves) - len(named)
    only_counted = [f"其中 {unseen} 件不在您的职责范围内，只计数，不列出"] if unseen else []
    noted = "每一件都记入办理经过，写明是您现在的岗位改动引起的"
    return Outlook([counted(moves, actor.today), *only_counted, noted], named)


def counted(moves: list[Move], today: date) -> str:
    """Say how many cases move, which of their deadlines, and how many are late by it at once."""
    columns = Counter(name for move in moves for name in move.to)
    said = "、".join(f"{_label(name)} {columns[name]} 件" for name in recompute_deadlines.ROLLED if columns[name])
    late = sum(_is_late_by(move, today) for move in moves)
    return f"在办的件有 {len(moves)} 件的期限变动：{said}" + (f"；其中 {late} 件随即逾期" if late else "")


def in_words(move: Move) -> str:
    """Return a case with each of its deadlines that moves: from which day to which."""
    days = [f"{_label(name)} {getattr(move.case, name) or '没有'} → {day}" for name, day in move.to.items()]
    return f"{move.case}：{'，'.join(days)}"


def _is_late_by(move: Move, today: date) -> bool:
    return any(day and day < today <= (getattr(move.case, name) or today) for name, day in move.to.items())


def _label(name: str) -> str:
    column: Any = Case._meta.get_field(name)
    return str(column.verbose_name)
