"""Every choice of a unit or a person, in whatever form or filter, can be typed into and knows every name."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import django_filters
import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.test import RequestFactory

from organizations.enums import Role
from organizations.models import Unit, User
from tests.factories import UnitFactory, UserFactory, a_campaign, a_finding, an_actor
from ui.form_renderer import FEW
from ui.forms import Boxes, Keeping

OURS = ("organizations", "casework", "inspections", "clues", "rectification", "documents", "results", "dashboards")


def every_module() -> Iterator[Any]:
    for name in OURS:
        for found in pkgutil.walk_packages(apps.get_app_config(name).module.__path__, f"{name}."):
            if {"forms", "filters"} & set(found.name.split(".")):
                yield importlib.import_module(found.name)


def subclasses(kind: type) -> set[type]:
    return {one for module in every_module() for one in vars(module).values() if isinstance(one, type)
            and issubclass(one, kind) and one.__module__.split(".")[0] in OURS}  # fmt: skip


FORMS = sorted(subclasses(forms.BaseForm), key=lambda one: f"{one.__module__}.{one.__name__}")
FILTERS = sorted(
    (one for one in subclasses(django_filters.FilterSet) if one._meta.model),
    key=lambda one: f"{one.__module__}.{one.__name__}",
)
CHOSEN = (Unit, User)


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.__name__)
def test_no_form_has_a_choice_that_cannot_be_typed_into(form: Any) -> None:
    """A select of several at once (Ctrl) is nothing for a phone; radios are for three words."""
    for name, field in form.base_fields.items():
        queryset = getattr(field, "queryset", None)
        if queryset is not None:
            assert isinstance(field.widget, forms.Select | forms.CheckboxSelectMultiple | forms.HiddenInput), name
            assert not isinstance(field.widget, forms.SelectMultiple | forms.RadioSelect) or isinstance(
                field.widget, forms.CheckboxSelectMultiple
            ), name
            if queryset.model in CHOSEN and isinstance(field.widget, forms.CheckboxSelectMultiple):
                assert isinstance(field.widget, Boxes), name
        if isinstance(field.widget, forms.TextInput) and field.widget.attrs.get("list"):
            assert "data-qy-typed" in field.widget.attrs, name


def test_forms_and_filters_are_found() -> None:
    names = {one.__name__ for one in FORMS + FILTERS}

    assert names >= {"AccountForm", "ReplaceForm", "MergeForm", "FindingForm", "SeatForm", "LedgerFilter", "ClueFilter"}


@pytest.mark.django_db
@pytest.mark.parametrize("model", CHOSEN, ids=lambda model: model.__name__)
@pytest.mark.parametrize("kind", [forms.ModelChoiceField, forms.ModelMultipleChoiceField])
def test_any_choice_of_twelve_brings_every_name_whoever_declares_it(kind: Any, model: Any) -> None:
    make = UnitFactory if model is Unit else UserFactory
    rows = [make(name=f"环县{n}") for n in range(FEW)]

    class Plain(forms.Form):
        one = kind(
            model.objects.order_by("pk"),
            **({} if kind is forms.ModelChoiceField else {"widget": Boxes}),
        )

    drawn = str(Plain()["one"])

    assert drawn.count("data-qy-sought") == len(rows)
    assert f'data-qy-sought="{rows[0].sought}"' in drawn
    assert "hx0" in drawn
    assert ("data-qy-typed" in drawn) == (kind is forms.ModelChoiceField)


@pytest.mark.django_db
@pytest.mark.parametrize("filterset", FILTERS, ids=lambda one: one.__name__)
def test_the_choices_of_every_filter_bring_every_name(
    filterset: Any, rf: RequestFactory, django_assert_max_num_queries: Any
) -> None:
    """A row read without the column would be found by its label alone, or cost a query each."""
    a_finding(campaign=a_campaign(units=[UnitFactory(name=f"环县{n}") for n in range(3)]))
    request: Any = rf.get("/")
    request.actor = an_actor(Role.OFFICE_STAFF)
    form = filterset({}, queryset=filterset._meta.model.objects.none(), request=request).form

    for name, field in form.fields.items():
        queryset = getattr(field, "queryset", None)
        if queryset is not None and queryset.model in CHOSEN and queryset.exists():
            with django_assert_max_num_queries(2):
                drawn = str(form[name])
            assert drawn.count("data-qy-sought") == queryset.count(), name


@pytest.mark.parametrize("filterset", FILTERS, ids=lambda one: one.__name__)
@pytest.mark.django_db
def test_a_condition_that_cannot_be_read_is_said_in_chinese_words(filterset: Any, rf: RequestFactory) -> None:
    """`Unit:选择一个有效的选项`: the label is a word of the office, and so is what is wrong."""
    request: Any = rf.get("/")
    request.actor = an_actor(Role.OFFICE_STAFF)
    rows = filterset._meta.model.objects.none()
    junk = dict.fromkeys(filterset({}, queryset=rows, request=request).form.fields, "乱写")

    form = filterset(junk, queryset=rows, request=request).form
    said = [f"{form.fields[name].label}：{error}" for name, errors in form.errors.items() for error in errors]

    assert [text for text in said if re.search(r"[A-Za-z_%]", text.replace("乱写", ""))] == []
    labels = [str(field.label) for field in form.fields.values()]
    assert [label for label in labels if not re.search(r"[\u4e00-\u9fff]", label)] == []


@pytest.mark.django_db
def test_every_choice_of_rows_in_the_admin_is_typed_into_and_keeps_what_stands(rf: Any) -> None:
    """A choice of 84 units in a form of the admin is found by any name, as on the pages, and clears nothing."""
    request: Any = rf.get("/")
    request.actor = an_actor(Role.SYSTEM_ADMIN)
    asked = [
        (field, model_admin.formfield_for_dbfield(field, request))
        for model, model_admin in admin.site._registry.items()
        if getattr(model_admin, "writers", ())
        for field in model._meta.fields
        if field.related_model is not None
        and field.editable
        and field.name not in model_admin.readonly_fields
        and (model_admin.fields is None or field.name in model_admin.fields)
    ]
    plain = [
        str(field) for field, made in asked if not isinstance(made, Keeping) or "data-qy-typed" not in made.widget.attrs
    ]

    assert {field.related_model for field, _ in asked} >= {Unit}
    assert plain == []
