"""What templates ask about a rectification."""

from __future__ import annotations

from typing import Any

from django import template

from rectification.enums import NO_CLOCK

register = template.Library()


@register.filter
def has_clock(case: Any) -> bool:
    """长期坚持 and 中止 have no clock; neither has what has ended."""
    return case.is_open and case.state not in NO_CLOCK
