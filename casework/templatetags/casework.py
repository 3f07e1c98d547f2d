"""What templates ask about a case."""

from django import template

from casework import cells

register = template.Library()
register.filter("state", cells.state)
register.filter("holder", cells.holder)
register.filter("remaining", cells.remaining)
