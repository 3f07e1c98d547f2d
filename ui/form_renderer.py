"""How forms are drawn: as Django does, but for selects, and so that a long choice can be typed into.

A list of 84 units is on most pages, and Django renders a template for each option. Every option of a unit or a person
brings along what it is sought by, whichever form or filter draws it (static/choices.js).
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SELECT = "django/forms/widgets/select.html"
FEW = 12  # a shorter choice is read at a glance


class Renderer(DjangoTemplates):
    """The form renderer of the settings. Our own widgets lie with the other templates, and go before those of apps."""

    @cached_property
    def engine(self) -> Any:
        folders = (*settings.TEMPLATES[0]["DIRS"], Path(forms.__file__).parent / "templates")
        return self.backend({"APP_DIRS": True, "DIRS": folders, "NAME": "djangoforms", "OPTIONS": {}})

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if template_name == SELECT:
            return draw_select(context["widget"])
        return super().render(template_name, context, request)


def sought_of(value: Any) -> dict[str, str]:
    """Return what the row of an option is sought by, as an attribute; never with a query for each option."""
    row = getattr(value, "instance", None)
    found = getattr(row, "__dict__", {}).get("sought")
    return {"data-qy-sought": found} if found else {}


def bring_sought(widget: dict[str, Any]) -> int:
    """Give each option what its row is sought by, where the row was read with it; return how many there are."""
    n = 0
    for _, options, _ in widget["optgroups"]:
        n += len(options)
        for option in options:
            option["attrs"] |= sought_of(option["value"])
    return n


def draw_select(widget: dict[str, Any]) -> SafeString:
    """Return what Django's select.html gives for the context of a widget."""
    if bring_sought(widget) >= FEW and not widget["attrs"].get("multiple"):
        widget["attrs"]["data-qy-typed"] = ""
    groups = (
        (format_html('<optgroup label="{}">{}</optgroup>', name, _options(options)) if name else _options(options),)
        for name, options, _ in widget["optgroups"]
    )
    return format_html(
        '<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), format_html_join("", "{}", groups)
    )


def _options(options: list[dict[str, Any]]) -> SafeString:
    return format_html_join(
        "", "{}", ((_option(str(o["value"]), tuple(o["attrs"].items()), str(o["label"])),) for o in options)
    )


NOTHING = {"---------": "请选择"}  # what Django offers where nothing is chosen yet


@lru_cache(maxsize=4096)
def _option(value: str, attrs: tuple[tuple[str, Any], ...], label: str) -> SafeString:
    """Draw an option; the same few hundred are drawn on every page."""
    return format_html('<option value="{}"{}>{}</option>', value, flatatt(dict(attrs)), NOTHING.get(label, label))
