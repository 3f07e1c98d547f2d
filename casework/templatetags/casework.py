"""What templates ask about a case."""

from __future__ import annotations

from typing import Any

from django import template

from casework import days
from casework.circuits import StateWord, word_for
from casework.models import Case
from casework.pages import holder_words

register = template.Library()


@register.simple_tag
def word(case: Case, actor: Any = None) -> StateWord:
    """Return the state of a case in the words of its reader."""
    return word_for(case, actor)


@register.simple_tag
def left(due: Any, has_clock: bool = True) -> days.Left:
    """Return what is left until a day."""
    return days.left(due, has_clock=has_clock)


@register.filter
def holder(case: Case) -> str:
    """Say in whose hands a case is."""
    return holder_words(case)


@register.filter
def held(case: Case) -> str:
    """Say for how long."""
    return days.held_for(case.holder_since)
