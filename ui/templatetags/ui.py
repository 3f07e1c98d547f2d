"""Filters and tags of every template: days, shares, sizes, links that keep the query."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ui import badges, dates, navigation, sending
from ui.addresses import query_with
from ui.counting import NBSP
from ui.forms import clothes
from ui.list_rows import draw_heads, draw_rows

register = template.Library()


for written in (dates.day, dates.monthday, dates.moment):
    register.filter(written.__name__, written)


@register.filter
def sentence(text: object) -> str:
    """Return a text that ends as a sentence does, so that another may follow; what ends so already stays."""
    said = str(text)
    return said if said.endswith(("。", "？", "！")) else said + "。"


@register.filter
def rate(value: float | None) -> str:
    """Write a share as 98.8%; nothing to divide by is a dash (docs/domain/results.md 11: one decimal)."""
    return "—" if value is None else f"{value * 100:.1f}%"


@register.filter
def size(value: int | None) -> str:
    """Write bytes as 1.2 MB."""
    n = float(value or 0)
    for unit in ("B", "KB", "MB"):
        if n < 1024 or unit == "MB":
            return f"{n:.0f} {unit}" if unit == "B" or n >= 100 else f"{n:.1f} {unit}"
        n /= 1024
    return ""


@register.filter
def of(value: Any, measure: str) -> str:
    """Write a number and its measure word with a no-break space: 3 件."""
    return f"{value}{NBSP}{measure}"


@register.simple_tag(takes_context=True)
def heads_of_table(context: dict[str, Any]) -> SafeString:
    """Draw the heads of a list page (ui.lists.list_page)."""
    return draw_heads(context["columns"], context["sorted_by"], context["descending"], context["request"].GET)


@register.simple_tag(takes_context=True)
def rows_of_table(context: dict[str, Any]) -> SafeString:
    """Draw the rows of a list page (ui.lists.list_page)."""
    pick = (context["batch"] or {}).get("pick", "")
    return draw_rows(context["rows"], context["columns"], context["spec"], context["actor"], pick=pick)


@register.simple_tag(takes_context=True)
def once(context: dict[str, Any], about: Any = "") -> SafeString:
    """Draw what makes a form sent once, and its draft kept: the one-time token, whose it is, and of which form.

    Args:
        about: what tells the form from others at the same address.
    """
    actor = context["request"].actor
    return format_html(
        '<input type="hidden" name="{}" value="{}" data-qy-once="{}" data-qy-by="{}">',
        sending.ONCE,
        sending.token_to_show(context["request"]),
        about,
        f"{actor.post.user_id}-{actor.post.pk}",
    )


@register.inclusion_tag("partials/alerts.html", takes_context=True)
def alerts(context: dict[str, Any]) -> dict[str, Any]:
    """Say what the system itself needs of this person (ui.navigation.alerts)."""
    return {"alerts": [sentence for alert in navigation.alerts if (sentence := alert(context["actor"]))]}


@register.filter
def badge(word: Any) -> SafeString:
    """Draw the word of a state."""
    return badges.badge(word)


@register.filter
def dressed(field: BoundField) -> SafeString:
    """Draw a field's widget in Bootstrap's clothes, without label.

    Its help and its error (templates/partials/field.html) are tied to it.
    """
    own, kind = field.field.widget.attrs.get("class", ""), clothes(field.field.widget)
    attrs: dict[str, str | bool] = {
        "class": " ".join(filter(None, (kind, own.replace(kind, ""), "is-invalid" if field.errors else "")))
    }
    told = [f"{field.auto_id}_helptext"] * bool(field.help_text) + [f"{field.auto_id}-error"] * bool(field.errors)
    if told and not field.is_hidden:
        attrs["aria-describedby"] = " ".join(told)
    return field.as_widget(attrs=attrs)


@register.filter
def call(obj: Any, argument: Any) -> Any:
    """Call a column's value with a row, or look a key up in a mapping."""
    return obj(argument) if callable(obj) else obj.get(argument, "")


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """Return the present query string with some parameters changed; None removes one."""
    request: HttpRequest = context["request"]
    return query_with(request.GET, **changes) or request.path


FIELD_ICONS = {
    "pdf": "file-earmark-pdf",
    "doc": "file-earmark-word",
    "docx": "file-earmark-word",
    "xls": "file-earmark-excel",
    "xlsx": "file-earmark-excel",
    "jpg": "file-earmark-image",
    "jpeg": "file-earmark-image",
    "png": "file-earmark-image",
    "zip": "file-earmark-zip",
}


@register.filter
def file_icon(name: str) -> str:
    """Return the icon of a file by its extension."""
    return FIELD_ICONS.get(name.rpartition(".")[2].lower(), "file-earmark-text")
