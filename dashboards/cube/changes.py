"""What changed between two days: sets of rows that are asked about an earlier day as well (`Ask.since`).

Each is counted by its rows, not from sums. Together they lead from the numbers of the one day to those of the other:
反馈 + newly_fed, 逾期 + newly_overdue − no_longer_overdue, what stands apart + put_aside − taken_back.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from casework.models import Event
from dashboards.cube.counts import Ask
from dashboards.cube.row_sets import APART, CLOSED_THEN, OVERDUE, by_its_rows
from dashboards.cube.selection import Selection


def _before(selection: Selection, ask: Ask) -> Selection:
    if ask.since is None:
        raise ValueError("two days are compared, and one is not named")
    return selection.at(ask.since)


def _overdue(selection: Selection) -> QuerySet[Any]:
    return OVERDUE.rows(selection, Ask(selection.on, selection.on)).order_by().values("pk")


def _apart(selection: Selection) -> QuerySet[Any]:
    return selection.as_of().filter(then__in=APART).order_by().values("pk")


def _newly_fed(selection: Selection, ask: Ask) -> QuerySet[Any]:
    return selection.as_of().filter(opened_on__gt=ask.since)


def _newly_closed(selection: Selection, ask: Ask) -> QuerySet[Any]:
    return selection.as_of().filter(CLOSED_THEN, closed_on__gt=ask.since)


def _newly_overdue(selection: Selection, ask: Ask) -> QuerySet[Any]:
    return selection.as_of().filter(pk__in=_overdue(selection)).exclude(pk__in=_overdue(_before(selection, ask)))


def _no_longer_overdue(selection: Selection, ask: Ask) -> QuerySet[Any]:
    return selection.as_of().filter(pk__in=_overdue(_before(selection, ask))).exclude(pk__in=_overdue(selection))


def _extended(selection: Selection, ask: Ask) -> QuerySet[Any]:
    """Those whose approved deadline is later than it was: 批准延期, or days of 中止 given back."""
    last = Event.objects.filter(case=OuterRef("pk"), day__lte=ask.since).order_by("-seq")
    rows = selection.as_of().filter(opened_on__lte=ask.since)
    return rows.annotate(due_before=Subquery(last.values("due_on")[:1])).filter(due_then__gt=F("due_before"))


def _put_aside(selection: Selection, ask: Ask) -> QuerySet[Any]:
    rows = selection.as_of().filter(Q(then__in=APART))
    return rows.exclude(pk__in=_apart(_before(selection, ask)))


def _taken_back(selection: Selection, ask: Ask) -> QuerySet[Any]:
    rows = selection.as_of().exclude(then__in=APART)
    return rows.filter(pk__in=_apart(_before(selection, ask)))


CHANGES = {
    one.name: one
    for one in (
        by_its_rows("newly_fed", "新反馈", _newly_fed),
        by_its_rows("newly_closed", "新销号", _newly_closed),
        by_its_rows("newly_overdue", "新增整改逾期", _newly_overdue, is_late=True, columns="late"),
        by_its_rows("no_longer_overdue", "不再整改逾期", _no_longer_overdue),
        by_its_rows("extended", "时限延后", _extended),
        by_its_rows("put_aside", "转为长期坚持、中止或撤销、改派", _put_aside),
        by_its_rows("taken_back", "恢复整改", _taken_back),
    )
}
