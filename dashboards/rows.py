"""The rows behind every number, by the name of their set: a queryset whose count is the number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from casework.models import Case
from clues.enums import ClueState
from dashboards.look_backs import FIRM, RELAPSED, VERDICTS
from dashboards.selection import Selection
from dashboards.sets import SETS, Ask
from dashboards.sums import clues, look_backs
from organizations.actor import Actor
from rectification.enums import State

Month = tuple[date, date]


@dataclass(frozen=True)
class Behind:
    """A set of rows: its words, what kind of row ("card" or "look_back"), and which."""

    label: str
    kind: str
    rows: Callable[[Selection, Ask, Month], QuerySet[Any]]


def _opened(selection: Selection, ask: Ask, month: Month) -> QuerySet[Any]:
    return selection.as_of().filter(opened_on__range=month)


def _closed(selection: Selection, ask: Ask, month: Month) -> QuerySet[Any]:
    return selection.as_of().filter(closed_on__range=month, closed_on__lte=ask.on, then=State.CLOSED)


def _this_month(selection: Selection, ask: Ask, month: Month) -> QuerySet[Any]:
    return _closed(selection, ask, (ask.on.replace(day=1), ask.on))


def _with_verdict(*verdicts: str) -> Callable[[Selection, Ask, Month], QuerySet[Any]]:
    return lambda selection, ask, month: look_backs(selection).filter(verdict__in=verdicts)


def _clues_closed(selection: Selection, ask: Ask, month: Month) -> QuerySet[Any]:
    return clues(selection).filter(state=ClueState.CLOSED, closed_on__lte=ask.on)


def _of_set(name: str) -> Callable[[Selection, Ask, Month], QuerySet[Any]]:
    return lambda selection, ask, month: SETS[name].rows(selection, ask)


BEHIND: dict[str, Behind] = {
    **{name: Behind(one.label, "card", _of_set(name)) for name, one in SETS.items()},
    "opened_in": Behind("当月反馈", "card", _opened),
    "closed_in": Behind("当月销号", "card", _closed),
    "closed_this_month": Behind("本月销号", "card", _this_month),
    "look_backs": Behind("已核查的回头看", "look_back", lambda selection, ask, month: look_backs(selection)),
    "look_back_held": Behind("回头看：巩固", "look_back", _with_verdict(*FIRM)),
    "look_back_relapses": Behind("回头看：反弹", "look_back", _with_verdict(*RELAPSED)),
    **{
        f"look_back_{verdict.value}": Behind(f"回头看：{verdict.label}", "look_back", _with_verdict(verdict))
        for verdict in VERDICTS
    },
    "clues": Behind("线索", "clue", lambda selection, ask, month: clues(selection)),
    "clues_closed": Behind("已销号的线索", "clue", _clues_closed),
}


def rows_behind(name: str, selection: Selection, soon: date, month: Month | None = None) -> QuerySet[Any]:
    """Return the rows of a set. `month` is meant by opened_in and closed_in; without one, the month of the day.

    Raises:
        KeyError: there is no such set.
    """
    ask = Ask(selection.on, soon)
    return BEHIND[name].rows(selection, ask, month or (selection.on.replace(day=1), selection.on))


def in_scope(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Return the rows the actor may see: all of them, because the selection was made in his scope. The last door, should a selection ever be made wrongly."""
    if rows.model is Case:
        return rows.filter(Q(pk__in=Case.objects.visible_to(actor).values("pk")))
    return rows.filter(Q(case_id__in=Case.objects.visible_to(actor).values("pk")))
