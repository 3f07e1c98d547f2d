"""What templates ask about a case."""

from datetime import date

from django import template
from django.utils.safestring import SafeString

from casework.files.response import SHOWN_IN_PAGE
from casework.models import Attachment
from casework.pages import list_cells
from organizations.access import unit_link
from organizations.actor import Actor
from organizations.models import Unit

register = template.Library()
register.filter("state", list_cells.state)
register.filter("holder", list_cells.holder)
register.filter("unit_for", list_cells.unit)
register.filter("remaining", list_cells.remaining)


@register.filter
def page_for(unit: Unit, actor: Actor) -> SafeString:
    """Name a unit; where the reader may open its page, as a link."""
    return unit_link(unit.pk, unit.short_name, actor)


@register.simple_tag
def page_on(unit: Unit, day: date | None, actor: Actor) -> SafeString:
    """Do the same under the name that the unit bore on a day, the present one where the day is still to come."""
    return unit_link(unit.pk, unit.name_on(day) if day else unit.short_name, actor)


@register.filter
def opens_in_page(attachment: Attachment) -> bool:
    """Tell whether a browser shows the file itself, or can only keep it."""
    return attachment.content_type in SHOWN_IN_PAGE
