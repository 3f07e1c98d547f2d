"""When the queue asks for a step: only from a day on, or only while something waits for an answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import DateField, F, Q, Value
from django.db.models.lookups import LessThanOrEqual

from casework.deadlines.sql_days import Days
from casework.workflow.asking import NotYet, Together
from rectification.enums import NO_CLOCK, FeedbackState
from rectification.workflow.publicity import ends

if TYPE_CHECKING:
    from casework.models import Case


def is_extension_asked(case: Case) -> bool:
    return case.content.asked_due_on is not None


def is_no_extension_asked(case: Case) -> bool:
    return case.content.asked_due_on is None


def is_unpublished(case: Case) -> bool:
    return case.content.published_on is None


def _publicity_is_over(case: Case) -> date | None:
    """Return the first day after the publicity; nothing before it has begun: then it is to be published at once."""
    last = ends(case)
    return last and last + timedelta(1)


def _review_on(case: Case) -> date | None:
    day: date | None = case.content.next_review_on if case.state in NO_CLOCK else None
    return day


# 长期坚持 and 中止 are asked about on the day of their review (docs/domain/process.md 2.3, 2.4)
UNTIL_REVIEW = NotYet(
    _review_on, lambda today: Q(rectification__next_review_on__gt=today), frozenset(map(str, NO_CLOCK))
)
_DAYS = F("rectification__finding__case__within__campaign__publicity_days")
_BEGUN = "rectification__published_on"
UNTIL_PUBLISHED = NotYet(
    _publicity_is_over,
    lambda today: (
        Q(**{f"{_BEGUN}__isnull": False}) & Q(LessThanOrEqual(Days(Value(today, DateField()), _BEGUN), _DAYS))
    ),
)


def _unsigned(case: Case) -> Case | None:
    issue: Case | None = case.content.feedback
    return issue if issue is not None and issue.state == FeedbackState.SENT else None


# 一个单位一次反馈签收一次 (docs/domain/process.md 1.4, P09): its rectifications are not asked for beside it
WITH_FEEDBACK = Together(_unsigned, Q(rectification__feedback__state=FeedbackState.SENT))
