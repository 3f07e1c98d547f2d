"""The conditions of a list: fields as the filter row draws them, and chips that take one condition away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

BOX = '<label><input class="form-check-input" type="checkbox" name="{}" value="{}"{}> {}</label> '
TICKED = format_html("{}", " checked")


class Choice(NamedTuple):
    """One of several that may be chosen together."""

    value: str
    label: str
    is_chosen: bool


@dataclass
class Condition:
    """A field of the filter row; where several may be chosen together it is a list of boxes under one word."""

    field: BoundField

    @cached_property
    def choices(self) -> list[Choice]:
        return _choices(self.field)

    @property
    def boxes(self) -> SafeString:
        """The choices as boxes to tick, drawn in one piece: forty campaigns are a fifth of a template's page."""
        name = self.field.html_name
        return format_html_join(
            "", BOX, ((name, c.value, TICKED if c.is_chosen else "", c.label) for c in self.choices)
        )

    @property
    def chosen(self) -> str:
        labels = [choice.label for choice in self.choices if choice.is_chosen]
        return "不限" if not labels else labels[0] if len(labels) == 1 else f"{len(labels)} 项"


def conditions_of(form: Iterable[BoundField]) -> list[Condition]:
    """Return the fields of a filter's form."""
    return [Condition(field) for field in form]


def _choices(field: BoundField) -> list[Choice]:
    if not getattr(field.field.widget, "allow_multiple_selected", False):
        return []
    chosen = {str(value) for value in field.value() or []}
    offering: Any = field.field  # a field with choices
    return [Choice(str(value), str(label), str(value) in chosen) for value, label in offering.choices]


@dataclass(frozen=True)
class Chip:
    """A condition in force, and the address without it."""

    label: str
    url: str
    params: QueryDict


def chips_of(request: HttpRequest, words: str, filterset: Any) -> list[Chip]:
    """Return every condition in force, as a link that removes it."""
    found = [({"q"}, f"“{words}”")] if words else []
    if filterset is not None:
        form = filterset.form
        for name, bound in form.fields.items():
            if label := _chip_label(form, name, bound):
                found.append(({name, *(f"{name}_{suffix}" for suffix in getattr(bound.widget, "suffixes", ()))}, label))
    chips = []
    for names, label in found:
        params = request.GET.copy()
        for key in names | {"page"}:
            params.pop(key, None)
        chips.append(Chip(label, f"?{params.urlencode()}" if params else request.path, params))
    return chips


def _chip_label(form: Any, name: str, bound: Any) -> str:
    value = form.cleaned_data.get(name)
    if value in (None, "", [], ()) or (isinstance(value, QuerySet) and not value):
        return ""
    words = (
        {str(key): label for key, label in bound.choices}
        if hasattr(bound, "choices") and not hasattr(bound, "queryset")
        else {}
    )
    if isinstance(value, slice):
        ends = (_end(value.start), value.stop and f"至 {_end(value.stop)}")
        return f"{bound.label} {' '.join(part for part in ends if part)}"
    if isinstance(value, list | tuple | QuerySet):
        named = [str(words.get(str(one), one)) for one in value]
        return f"{bound.label}：{'、'.join(named[:3])}{f' 等 {len(named)} 项' if len(named) > 3 else ''}"
    if isinstance(value, bool):
        return str(bound.label) if value else f"{bound.label}：否"
    return f"{bound.label}：{words.get(str(value), _end(value))}"


def _end(value: Any) -> str:
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.isoformat() if isinstance(value, date) else str("" if value is None else value)
