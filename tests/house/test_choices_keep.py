"""What is retired stays where it is used: every choice of every form keeps the value that stands, and marks it.

Asked of every form of the house: a row that is offered no more is still valid where it is what the form began with,
reads so, and is refused everywhere else.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from casework.models import Topic
from inspections.forms.fields import Named, NameField
from inspections.models import Basis
from organizations.models import Unit, User
from tests.factories import BasisFactory, TopicFactory, UnitFactory, UserFactory
from ui.forms import Keeping

pytestmark = pytest.mark.django_db
APPS = ("casework", "organizations", "inspections", "clues", "rectification", "documents", "results", "dashboards")
CHOICES = (forms.ModelChoiceField, forms.ModelMultipleChoiceField)


def modules() -> Iterator[str]:
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            if "forms" in {path.stem, path.parent.name}:
                yield ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)


def forms_of_the_house() -> list[type[forms.BaseForm]]:
    for name in modules():
        importlib.import_module(name)
    found, waiting = set(), [forms.BaseForm]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            if one.__module__.split(".")[0] in APPS:
                found.add(one)
    return sorted(found, key=lambda one: f"{one.__module__}.{one.__name__}")


FIELDS = [
    pytest.param(field, id=f"{form.__module__}.{form.__name__}.{name}")
    for form in forms_of_the_house()
    for name, field in form.base_fields.items()  # type: ignore[attr-defined]
    if isinstance(field, (*CHOICES, NameField))
]


def test_there_are_forms_to_ask() -> None:
    assert {"FindingForm", "TeamForm", "SeatForm", "AmendAccountForm", "ClueForm"} <= {
        form.__name__ for form in forms_of_the_house()
    }
    assert len(FIELDS) >= 15


@pytest.mark.parametrize("field", FIELDS)
def test_every_choice_of_rows_is_one_that_keeps_what_stands(field: forms.Field) -> None:
    assert isinstance(field, (Keeping, NameField))


def retired_topic() -> Topic:
    return TopicFactory(code=f"Z{Topic.objects.count()}", name="已不用的类别", is_in_use=False)


def retired_unit() -> Unit:
    return UnitFactory(opened_on=None, abolished_on=timezone.localdate())


def retired_user() -> User:
    return UserFactory(is_active=False, home_unit=None)


def retired_basis() -> Basis:
    return BasisFactory(code=f"F{Basis.objects.count()}", repealed_on=timezone.localdate() - timedelta(1))


RETIRED = {Topic: (retired_topic, "已停用"), Unit: (retired_unit, "已撤销"), User: (retired_user, "已离任"),
           Basis: (retired_basis, "已废止")}  # fmt: skip


def alone(field: forms.Field, model: type[Model], *, initial: Any, sent: Any) -> forms.Form:
    """Return a form of this field alone, which offers nothing, as it was begun and sent."""
    several = isinstance(field, forms.ModelMultipleChoiceField)

    class Alone(forms.Form):
        it = field

    form = Alone({"it": [sent.pk] if several else sent.pk}, initial={"it": [initial.pk] if several else initial})
    form.fields["it"].queryset = model._default_manager.none()  # type: ignore[attr-defined]
    return form


ASKED = [
    pytest.param(one.values[0], model, id=f"{one.id}-{model.__name__}")
    for one in FIELDS
    if isinstance(one.values[0], CHOICES)
    for model in RETIRED
    if one.values[0].queryset is None or one.values[0].queryset.model is model
]


@pytest.mark.parametrize(("field", "model"), ASKED)
def test_the_retired_row_that_stands_is_kept_and_marked_and_no_other_is_taken(
    field: forms.Field, model: type[Model]
) -> None:
    make, mark = RETIRED[model]
    standing, another = make(), make()

    kept = alone(field, model, initial=standing, sent=standing)
    refused = alone(field, model, initial=standing, sent=another)

    assert kept.is_valid(), kept.errors
    assert mark in str(kept["it"])
    assert not refused.is_valid()


def test_a_person_named_by_his_name_is_kept_and_marked_though_his_account_is_closed() -> None:
    standing, another = retired_user(), retired_user()

    class Seat(forms.Form):
        user = NameField(list_id="people", label="姓名")

    def sent(name: str) -> Seat:
        form = Seat({"user": name}, initial={"user": standing.pk})
        form.fields["user"].named = Named(User.objects.filter(is_active=True), str)  # type: ignore[attr-defined]
        return form

    begun = Seat(initial={"user": standing.pk})
    begun.fields["user"].named = Named(User.objects.filter(is_active=True), str)  # type: ignore[attr-defined]
    form = sent(f"{standing}（已离任）")

    assert f"{standing}（已离任）" in str(begun["user"])
    assert form.is_valid()
    assert form.cleaned_data["user"] == standing
    assert not sent(str(another)).is_valid()
