"""Fields that several forms of the inspection share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from casework.errors import RefusedError
from ui.errors import DomainError


class Dressed(forms.Form):
    """A form whose widgets carry Bootstrap's classes and name their help, for templates that draw field by field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            dress(field, self.add_prefix(name))

    def add_fields_of(self, **fields: forms.Field) -> None:
        """Add fields made for one row or unit each."""
        for name, field in fields.items():
            dress(field, self.add_prefix(name))
            self.fields[name] = field


def dress(field: forms.Field, name: str) -> None:
    """Give a field's widget its class, and the id of its help."""
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
        widget.attrs.setdefault("class", "form-check-input")
    elif isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        widget.attrs.setdefault("class", "form-select")
    elif not isinstance(widget, forms.RadioSelect | forms.HiddenInput):
        widget.attrs.setdefault("class", "form-control")
    if field.help_text and not isinstance(widget, forms.HiddenInput):
        widget.attrs.setdefault("aria-describedby", f"id_{name}_helptext")


class InitialsSelect(forms.Select):
    """A select whose options carry pinyin initials, so that hx finds 环县 (app.js, data-qy-combo)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.attrs.setdefault("data-qy-combo", "")

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        initials = getattr(getattr(value, "instance", None), "initials", "")
        if initials:
            option["attrs"]["data-initials"] = initials
        return option


class UnitChoice(forms.ModelChoiceField):
    """One unit out of those given."""

    widget = InitialsSelect

    def label_from_instance(self, unit: Any) -> str:
        return str(unit.short_name)


class UnitChoices(forms.ModelMultipleChoiceField):
    """Several units out of those given, as boxes."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, unit: Any) -> str:
        return str(unit.short_name)


class PersonChoice(forms.ModelChoiceField):
    """A person, with where he is employed."""

    widget = InitialsSelect

    def label_from_instance(self, user: Any) -> str:
        return f"{user.name}（{user.home_unit or user.username}）"


class Choosing:
    """Rows to choose from, read once for all the rows of a formset."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows
        self.choices: list[Any] | None = None

    def offer(self, field: Any) -> None:
        """Let a model choice field choose from them."""
        field.queryset = self.rows
        if self.choices is None:
            self.choices = list(field.choices)
        field.choices = self.choices


def put_beside(form: Any, refused: DomainError) -> None:
    """Say what a rule refused beside the field it is about, on top where it is about none."""
    if isinstance(refused, RefusedError):
        for reason in refused.reasons:
            form.add_error(None, reason)
        return
    known = [name for name in refused.fields if name in form.fields]
    form.add_error(known[0] if known else None, refused.message)
    for name in known[1:]:
        form.add_error(name, refused.fields[name])


def typed(form: Any) -> list[tuple[str, str]]:
    """Return what the person wrote, to be kept before his eyes when nothing was saved."""
    texts = [(str(field.label), str(form.data.get(form.add_prefix(name), ""))) for name, field in form.fields.items() if not isinstance(field.widget, forms.HiddenInput)]
    return [(label, text) for label, text in texts if len(text.strip()) > 1 and not text.isdigit()]
