"""How a case is drawn in a row of a list."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.deadlines.remaining import Left, held_for, left
from casework.kinds import spec_of
from casework.models import Case
from casework.pages.hands import holder_words
from casework.workflow.circuits import word_for
from organizations.access import unit_link
from organizations.actor import Actor
from ui.badges import badge
from ui.dates import day as written


def title(case: Case, actor: Actor) -> SafeString:
    """Number and title, which leads to the page."""
    return format_html(
        '<span class="qy-cut"><span class="qy-code qy-3">{}</span>&ensp;'
        '<a class="qy-t" href="{}" title="{}">{}</a></span>',
        case.number or "",
        case.get_absolute_url(),
        case.title,
        case.title,
    )


def unit(case: Case, actor: Actor) -> SafeString:
    """The unit under its name of the day, which leads to its page where its reader may open it."""
    return unit_link(case.unit_id, case.unit_name, actor)


def state(case: Case, actor: Actor) -> SafeString:
    """The state in the words of its reader."""
    return badge(word_for(case, actor))


def held_long(case: Case) -> str:
    """For how long it lies in somebody's hands; nothing where nobody is asked: then no time runs."""
    return held_for(case.holder_since) if case.holder_unit_id and case.holder_since else ""


def holder(case: Case, actor: Actor) -> SafeString:
    """In whose hands, and for how long."""
    long = held_long(case)
    return format_html("{}{}", holder_words(case), format_html('<span class="qy-3">，{}</span>', long) if long else "")


@lru_cache(maxsize=1024)
def remaining(found: Left) -> SafeString:
    """What is left until a day, in words; overdue with an icon, 暂定 where the calendar of that year is not out."""
    if found.tone == "late":
        words = format_html(
            '<span class="qy-late"><span class="bi bi-exclamation-circle" aria-hidden="true"></span> {}</span>',
            found.words,
        )
    else:
        words = format_html('<span class="{}">{}</span>', "qy-soon" if found.tone else "qy-2", found.words)
    return (
        format_html('{} <span class="qy-tag warn" title="{}">暂定</span>', words, found.provisional)
        if found.provisional
        else words
    )


def own_deadline(case: Case) -> date | str | None:
    """The deadline of the whole, where its kind has one; past it, for how long in its word: 整改逾期 24 日."""
    spec = spec_of(case.kind)
    if not (spec.late and case.due_on and spec.has_clock(case)):
        return None
    days = (timezone.localdate() - case.due_on).days
    return f"{spec.late} {days} 日" if days > 0 else case.due_on


def own_due(case: Case, actor: Actor) -> SafeString:
    """The deadline of the whole, in the colour of what is late when it is past."""
    found = own_deadline(case)
    if isinstance(found, str):
        return format_html('<span class="qy-late">{}</span>', found)
    return format_html("{}", written(found) if found else "—")


def due(day: date | None) -> SafeString:
    """A deadline and what is left until it."""
    if day is None:
        return format_html("{}", "—")
    return format_html(
        '<span class="qy-due"><time datetime="{}">{}</time> {}</span>',
        day.isoformat(),
        written(day),
        remaining(left(day)),
    )


def step_due(case: Case, actor: Actor) -> SafeString:
    """The deadline of the step under way."""
    return due(case.step_due_on)
