"""How forms are drawn: as Django does, but for selects. A list of 84 units is on most pages, and Django renders a template for each option."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SELECT = "django/forms/widgets/select.html"


class Renderer(DjangoTemplates):
    """The form renderer of the settings."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        return draw_select(context["widget"]) if template_name == SELECT else super().render(template_name, context, request)


def draw_select(widget: dict[str, Any]) -> SafeString:
    """Return what Django's select.html gives for the context of a widget."""
    groups = [
        format_html('<optgroup label="{}">{}</optgroup>', name, _options(options)) if name else _options(options)
        for name, options, _ in widget["optgroups"]
    ]  # fmt: skip
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attrs(widget["attrs"]), format_html_join("", "{}", ((group,) for group in groups)))


def _options(options: list[dict[str, Any]]) -> SafeString:
    return format_html_join("", '<option value="{}"{}>{}</option>', ((str(o["value"]), _attrs(o["attrs"]), o["label"]) for o in options))


def _attrs(attrs: dict[str, Any]) -> SafeString:
    """Write attributes as Django does: True stands alone, False and None not at all."""
    return format_html_join("", "{}", ((format_html(' {}="{}"', n, str(v)) if v is not True else format_html(" {}", n),) for n, v in attrs.items() if v is not False))
