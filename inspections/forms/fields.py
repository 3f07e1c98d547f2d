"""Fields that several forms of the inspection share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from ui.forms import Boxes, Choice, Choices, ComboSelect, keys_of, marked


class UnitChoice(Choice):
    """One unit out of those given."""

    widget = ComboSelect


class UnitChoices(Choices):
    """Several units out of those given, as boxes."""

    widget = Boxes


class Named:
    """Rows that are named rather than chosen: read once, offered to every row of a formset by one datalist."""

    def __init__(self, rows: Iterable[Any], words: Callable[[Any], str]) -> None:
        self.model, self.words = getattr(rows, "model", None), words
        self.by_label: dict[str, Any] = {}
        self.by_name: dict[str, list[Any]] = {}
        for row in rows:
            label = words(row)
            self.by_label[label if label not in self.by_label else f"{label} {getattr(row, 'username', row.pk)}"] = row
            self.by_name.setdefault(str(row), []).append(row)
        self.labels = {row.pk: label for label, row in self.by_label.items()}

    def find(self, typed: str) -> Any:
        """Return the row of a label, or of a name that only one bears.

        Raises:
            ValidationError: nobody, or several.
        """
        if typed in self.by_label:
            return self.by_label[typed]
        rows = self.by_name.get(typed, [])
        if len(rows) == 1:
            return rows[0]
        said = f"有 {len(rows)} 个“{typed}”，请从列表中选" if rows else f"没有找到“{typed}”，请从列表中选"
        raise forms.ValidationError(said)


class NameField(forms.CharField):
    """One of `named`, by its label; the template draws the datalist once."""

    def __init__(self, *, list_id: str, **options: Any) -> None:
        super().__init__(
            required=False,
            max_length=80,
            widget=forms.TextInput(attrs={"list": list_id, "autocomplete": "off", "data-qy-typed": ""}),
            **options,
        )
        self.named = Named((), str)
        self.kept: tuple[str, Any] = ("", None)  # the label and the row of what stands, if it is offered no more

    def get_bound_field(self, form: Any, name: str) -> Any:
        """Keep what stands, as every choice does (ui.forms.Keeping)."""
        for key in keys_of(form.get_initial_for_field(self, name)):
            if key not in self.named.labels and self.named.model is not None:
                row = self.named.model._default_manager.get(pk=key)
                self.kept = (marked(self.named.words(row), row), row)
        return super().get_bound_field(form, name)

    def prepare_value(self, value: Any) -> Any:
        label, row = self.kept
        return label if row is not None and value == row.pk else self.named.labels.get(value, value)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        label, row = self.kept
        if row is not None and typed == label:
            return row
        return self.named.find(typed) if typed else None


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
