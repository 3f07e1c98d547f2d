"""A condition that cannot be read is said in Chinese, with the field's own label, in every list and on the board."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import get_resolver
from django_filters import FilterSet

from dashboards.cube.labels import Labels
from dashboards.forms import SelectionForm
from organizations.enums import Role
from tests.factories import a_post, acting

pytestmark = pytest.mark.django_db
LATIN = re.compile(r"[A-Za-z]{2,}")
# Django's own words (tests/words.py), which say nothing to an official
OFF_THE_SHELF = re.compile("有效的选项|这个字段|该字段|合法的|输入一个有效")
NONSENSE = "无此项"


def filtersets() -> list[type[FilterSet]]:
    """Return every filter set of ours: the pages are loaded first, so that none is missing."""
    list(get_resolver().url_patterns)

    def below(kind: type[FilterSet]) -> Iterator[type[FilterSet]]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    found = {one for one in below(FilterSet) if one._meta.model and not one.__module__.startswith(("django", "tests"))}
    return sorted(found, key=lambda one: f"{one.__module__}.{one.__qualname__}")


def said(form: Any) -> list[tuple[str, str]]:
    """Return what a form says of what it could not read: (label, words)."""
    return [(str(form.fields[name].label), str(error)) for name, errors in form.errors.items() for error in errors]


def test_every_condition_of_every_list_is_refused_in_chinese() -> None:
    request: Any = SimpleNamespace(actor=acting(a_post(Role.OFFICE_STAFF)), GET=QueryDict())
    refused = 0

    for kind in filtersets():
        rows = kind._meta.model._default_manager.all()
        asked = QueryDict(mutable=True)
        for name in kind(QueryDict(), queryset=rows, request=request).form.fields:
            asked[name] = NONSENSE
        told = said(kind(asked, queryset=rows, request=request).form)
        refused += len(told)

        assert [(label, words) for label, words in told if LATIN.search(label + words)] == [], kind
        assert [words for _, words in told if OFF_THE_SHELF.search(words)] == [], kind
    assert refused > 30


def test_every_condition_of_the_board_is_refused_in_chinese() -> None:
    labels = Labels(acting(a_post(Role.OFFICE_STAFF)))
    asked = QueryDict(mutable=True)
    for name in SelectionForm(QueryDict(), labels).fields:
        asked[name] = NONSENSE

    told = SelectionForm(asked, labels).unread

    assert len(told) == len(asked)
    assert [pair for pair in told if LATIN.search("".join(pair)) or OFF_THE_SHELF.search(pair[1])] == []
    assert [words for _, words in told if "现已按" not in words] == []
