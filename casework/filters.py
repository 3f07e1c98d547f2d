"""Conditions that the lists of several kinds share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from casework.models import Case
from casework.workflow.circuits import states_in_words


class StatesField(forms.MultipleChoiceField):
    """States by their words; a state that is read like another stands for it."""

    first: Mapping[str, str] = {}

    def bound_data(self, data: Any, initial: Any) -> Any:
        return [self.first.get(state, state) for state in super().bound_data(data, initial) or []]

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(self.first.get(state, state) for state in super().to_python(value)))


class StatesFilter(django_filters.MultipleChoiceFilter):
    """状态, in the words of the row: what its reader reads alike is one choice, named by the first of these states."""

    field_class = StatesField  # type: ignore[assignment]  # the stubs know one field only
    parent: Any  # the filterset, set by it

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(label="状态", **options)
        self.kind = kind
        self.groups: list[list[str]] = []

    @property
    def field(self) -> Any:
        found = states_in_words(self.kind, self.parent.request.actor)
        self.groups = [states for _, states in found]
        self.extra["choices"] = [(states[0], word) for word, states in found]
        made = super().field
        made.first = {state: states[0] for states in self.groups for state in states}
        return made

    def filter(self, rows: QuerySet[Any], chosen: list[str]) -> QuerySet[Any]:
        if not chosen:
            return rows
        return rows.filter(state__in=[state for states in self.groups if states[0] in chosen for state in states])


def units_of(kind: str) -> QuerySet[Any]:
    """Return the keys of the units that have had a case of this kind: they can be asked for, whatever they are now."""
    return Case.objects.filter(kind=kind).order_by().values("unit_id").distinct()
