"""What templates ask about a case."""

from django import template

from casework.files.response import SHOWN_IN_PAGE
from casework.models import Attachment
from casework.pages import list_cells

register = template.Library()
register.filter("state", list_cells.state)
register.filter("holder", list_cells.holder)
register.filter("remaining", list_cells.remaining)


@register.filter
def opens_in_page(attachment: Attachment) -> bool:
    """Tell whether a browser shows the file itself, or can only keep it."""
    return attachment.content_type in SHOWN_IN_PAGE
