"""Conditions of the list of clues."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django_filters import FilterSet

from casework.filters import StatesFilter, units_of
from casework.models import Case
from clues.enums import CLUE, ClueSource
from organizations.models import Unit


def campaigns(request: Any) -> QuerySet[Any]:
    """The campaigns named on clues in the person's scope."""
    within = Case.objects.visible_to(request.actor).filter(kind="clue").order_by().values("within").distinct()
    return Case.objects.filter(pk__in=within).order_by("-pk")


def units(request: Any) -> QuerySet[Any]:
    actor = request.actor
    if actor.is_inspected:
        return Unit.objects.filter(pk__in=actor.unit_ids)
    return Unit.objects.filter(Q(is_inspected=True) | Q(pk__in=units_of(CLUE)))


class ClueFilter(FilterSet):
    """Each condition is a parameter of the URL."""

    unit = django_filters.ModelChoiceFilter(queryset=units, label="承办单位")
    within = django_filters.ModelChoiceFilter(queryset=campaigns, label="督察批次")
    state = StatesFilter(CLUE)
    source = django_filters.ChoiceFilter(field_name="clue__source", choices=ClueSource.choices, label="来源")

    class Meta:
        model = Case
        fields = ()
