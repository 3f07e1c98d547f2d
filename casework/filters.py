"""Conditions that the lists of several kinds share."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cache, partial
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from casework.enums import Severity
from casework.kinds import choices
from casework.models import Case
from casework.querysets import reading_of
from casework.workflow.circuits import states_in_words
from organizations.enums import Role
from organizations.models import Unit
from organizations.requests import ActorRequest
from ui import remembered
from ui.forms import ComboSelect, DayField

KEPT = 256  # classes of forms in each process
_made: dict[tuple[type, Hashable], Any] = {}


class SharedFields(dict[str, forms.Field]):
    """The fields of a form class: no form changes them, so none needs a copy."""

    def __deepcopy__(self, memo: Any) -> SharedFields:
        return self


class CaseFilter(django_filters.FilterSet):
    """The conditions of a list of cases; each is a parameter of the URL.

    What may be chosen depends on nothing but the reader, so the class of its form is made once for him, and the
    questions that it asks are written once (ui.remembered).
    """

    class Meta:
        model = Case
        fields = ()

    def get_form_class(self) -> Any:
        key = (type(self), reading_of(self.request.actor))
        made = None if remembered.is_checked else _made.get(key)
        if made is None:
            made = super().get_form_class()
            made.base_fields, made.made_for = SharedFields(made.base_fields), key
            if len(_made) >= KEPT:
                _made.clear()
            _made[key] = made
        for field in made.base_fields.values():
            if isinstance(getattr(field, "queryset", None), QuerySet):
                field.queryset = field.queryset.all()  # asked anew each time
        return made


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

    @property
    def groups(self) -> list[tuple[str, list[str]]]:
        return states_in_words(self.kind, self.parent.request.actor)

    @property
    def field(self) -> Any:
        found = self.groups
        self.extra["choices"] = [(states[0], word) for word, states in found]
        made = super().field
        made.first = {state: states[0] for _, states in found for state in states}
        return made

    def filter(self, rows: QuerySet[Any], chosen: list[str]) -> QuerySet[Any]:
        if not chosen:
            return rows
        return rows.filter(state__in=[state for _, states in self.groups if states[0] in chosen for state in states])


class FamilyFilter(django_filters.ModelChoiceFilter):
    """A unit, with the units below it and those merged into it: what it carries on is its own, as on the board."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=ComboSelect(), **options)

    def filter(self, rows: QuerySet[Any], unit: Unit | None) -> QuerySet[Any]:
        return rows if unit is None else self.of(rows, unit.family_ids())

    def of(self, rows: QuerySet[Any], family: list[int]) -> QuerySet[Any]:
        return rows.filter(unit_id__in=family)


class UnitFilter(FamilyFilter):
    """The unit of a case of this kind, called as the list calls it."""

    def __init__(self, kind: str, label: str, **options: Any) -> None:
        super().__init__(queryset=partial(_units, kind), label=label, **options)


def _units(kind: str, request: ActorRequest) -> QuerySet[Any]:
    """Return the units one may choose among: one's own, or those inspected to this day and those that had a case."""
    rows = Unit.objects.only("short_name", "sought").order_by("place")
    if request.actor.is_inspected:
        return rows.filter(pk__in=request.actor.unit_ids)
    had_one = Case.objects.filter(kind=kind, unit=OuterRef("pk")).order_by()  # by key: a list of all reads every card
    return rows.filter(Q(is_inspected=True) | Exists(had_one))


class DayFilter(django_filters.DateFilter):
    field_class = DayField


class TurnFilter(CaseFilter):
    """轮到谁: what is mine to do now, and what lies with others, as on the first page."""

    turn = django_filters.ChoiceFilter(
        label="轮到谁", choices=(("mine", "轮到我"), ("others", "等别人")), method="by_turn"
    )

    def by_turn(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        actor = self.request.actor
        theirs = Case.objects.awaiting(actor) if value == "mine" else Case.objects.waiting_for_others(actor)
        return rows.filter(pk__in=theirs.order_by().values("pk"))


@cache
def with_turn(conditions: type[django_filters.FilterSet] | None) -> type[django_filters.FilterSet]:
    """Return the conditions of a list with 轮到谁 besides."""
    bases = (TurnFilter,) if conditions is None else (conditions, TurnFilter)
    return type(f"{conditions.__name__ if conditions else 'Cards'}AndTurn", bases, {})


class CardFilter(TurnFilter):
    """Conditions on the cards of all kinds."""

    kind = django_filters.ChoiceFilter(label="类型", choices=choices)
    where = django_filters.ChoiceFilter(
        label="办结没有", choices=(("open", "没有办结"), ("closed", "已办结")), method="by_open"
    )
    holder_role = django_filters.ChoiceFilter(label="在谁手上", choices=Role.choices)
    severity = django_filters.ChoiceFilter(label="性质", choices=Severity.choices)

    def by_open(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(is_open=value == "open")
