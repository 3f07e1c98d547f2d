"""How forms are drawn: as Django does, but for selects.

A list of 84 units is on most pages, and Django renders a template for each option.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SELECT = "django/forms/widgets/select.html"


class Renderer(DjangoTemplates):
    """The form renderer of the settings."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        return (
            draw_select(context["widget"])
            if template_name == SELECT
            else super().render(template_name, context, request)
        )


def draw_select(widget: dict[str, Any]) -> SafeString:
    """Return what Django's select.html gives for the context of a widget."""
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
