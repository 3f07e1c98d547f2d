"""What templates ask about a case."""

from django import template

from casework.pages import list_cells

register = template.Library()
register.filter("state", list_cells.state)
register.filter("holder", list_cells.holder)
register.filter("remaining", list_cells.remaining)
