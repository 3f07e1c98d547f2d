"""The text of a question is written once; what it asks for is asked each time; a key that lies is found out."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet

from organizations.models import Unit
from tests.factories import UnitFactory
from ui import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> Any:
    remembered.forget()
    yield
    remembered.forget()


def named(name: str) -> QuerySet[Any]:
    return Unit.objects.filter(short_name=name).order_by("pk")


def test_it_is_written_once_and_asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "is_checked", False)
    made: list[int] = []

    def make() -> QuerySet[Any]:
        made.append(1)
        return named("环县").select_related("parent")

    before = remembered.models_of("units", make)
    unit = UnitFactory(short_name="环县", parent=UnitFactory())

    assert (before, remembered.models_of("units", make), len(made)) == ([], [unit], 1)


def test_rows_come_as_the_orm_makes_them(django_assert_num_queries: Any) -> None:
    wanted, other = UnitFactory(parent=UnitFactory()), UnitFactory()
    UnitFactory()
    keys = [other.pk, wanted.pk]

    with django_assert_num_queries(1):
        found = remembered.models_by_key("units", lambda: Unit.objects.select_related("parent"), keys)
        parent = found[wanted.pk].parent

    assert found == {wanted.pk: wanted, other.pk: other}
    assert parent == wanted.parent
    assert remembered.models_by_key("units", lambda: Unit.objects.all(), []) == {}


def test_values_are_of_the_same_types_as_asked_by_the_orm() -> None:
    UnitFactory(is_inspected=True, opened_on="2020-01-02")
    rows = Unit.objects.order_by("pk").values_list("pk", "is_inspected", "opened_on")

    assert remembered.tuples_of("days", lambda: rows.all()) == list(rows)


def test_what_nothing_can_answer_is_not_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert remembered.models_of("none", lambda: Unit.objects.filter(pk__in=())) == []
        assert remembered.tuples_of("no values", lambda: Unit.objects.filter(pk__in=()).values_list("pk")) == []


@pytest.mark.once(reason="texts are checked in the first half, which runs all tests")
def test_a_key_that_leaves_something_out_is_found_out() -> None:
    assert remembered.is_checked
    remembered.models_of("units", lambda: named("环县"))

    with pytest.raises(AssertionError, match="depends on more"):
        remembered.models_of("units", lambda: named("华池"))
