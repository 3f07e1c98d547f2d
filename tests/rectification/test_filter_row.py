"""The drawn filter row is kept under what it shows: nothing kept is ever stale, or another reader's."""

from __future__ import annotations

from typing import Any

import django_filters
import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from casework.models import Case
from clues.enums import ClueSource
from clues.services import register_clue
from inspections.filters import FindingFilter
from organizations.enums import Role
from rectification.enums import State
from rectification.filters import LedgerFilter
from tests.factories import UnitFactory, a_call, a_campaign, a_finding, a_post, a_rectification, acting
from tests.programmes import a_programme, issued
from ui import filter_row

pytestmark = pytest.mark.django_db
LEDGER = "/rectifications/"


@pytest.fixture(autouse=True)
def _nothing_kept() -> Any:
    filter_row.forget()
    yield
    filter_row.forget()


def office() -> Any:
    return acting(a_post(Role.OFFICE_STAFF))


def options(page: Any, name: str) -> list[str]:
    """Return the labels of a select, read from the page."""
    text = page.content.decode()
    select = text[text.index(f'<select name="{name}"') :].partition("</select>")[0]
    return [piece.partition("</option>")[0] for piece in select.split('">')[2:]]


def test_the_row_is_drawn_once_and_again_when_what_may_be_chosen_changes(
    signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = a_rectification(State.PLAN)
    drawn: list[int] = []
    plain = filter_row._render
    monkeypatch.setattr(filter_row, "_render", lambda near, far: (drawn.append(1), plain(near, far))[1])
    browser = signed_in(office())

    first = browser.get(LEDGER)
    browser.get(LEDGER)
    assert len(drawn) == 1

    Case.objects.filter(pk=case.within_id).update(title="改过名的督察")
    second = browser.get(LEDGER)

    assert len(drawn) == 2
    assert not any("改过名的督察" in label for label in options(first, "within"))
    assert any("改过名的督察" in label for label in options(second, "within"))


def test_what_is_chosen_and_what_is_typed_stand_in_the_row(signed_in: Any) -> None:
    topic = a_rectification(State.PLAN).topic
    browser = signed_in(office())
    browser.get(LEDGER)

    page = browser.get(LEDGER, {"topic": topic.pk, "due_from": "2026-01-02"}).content.decode()
    wrong = browser.get(LEDGER, {"due_from": "没有这天"}).content.decode()

    assert f'<option value="{topic.pk}" selected>' in page
    assert 'value="2026-01-02"' in page
    assert "不是日期" in wrong
    assert "不是日期" not in browser.get(LEDGER).content.decode()


def test_a_kept_row_of_the_office_is_never_shown_to_a_unit(signed_in: Any) -> None:
    mine, theirs = a_rectification(State.PLAN), a_rectification(State.PLAN)
    shown = signed_in(office()).get(LEDGER).content.decode()
    assert f'<option value="{theirs.within_id}">' in shown

    page = signed_in(acting(a_post(Role.UNIT_LIAISON, mine.unit))).get(LEDGER)

    assert f'<option value="{mine.within_id}">' in page.content.decode()
    assert f'<option value="{theirs.within_id}">' not in page.content.decode()
    assert mine.unit_id != theirs.unit_id
    assert not any(theirs.unit.short_name in label for label in options(page, "unit"))


def a_clue() -> None:
    unit = UnitFactory()
    about = {"title": "夜间不开灯", "content": "10 月 2 日夜间 3 次路过均未开灯。", "source": ClueSource.HOTLINE}
    register_clue(acting(a_post(Role.OFFICE_STAFF)), campaign=a_campaign(units=[unit]), unit=unit, **about)


def below(kind: Any) -> set[Any]:
    return {kind, *(one for nearer in kind.__subclasses__() for one in below(nearer))}


SELECTS = [
    (filterset, name)
    for filterset in sorted(below(django_filters.FilterSet), key=lambda one: one.__name__)
    if filterset.__module__.split(".")[0] in {"inspections", "clues", "rectification", "documents", "organizations"}
    for name, one in filterset.base_filters.items()
    if isinstance(one, django_filters.ModelChoiceFilter)
]


def test_there_are_selects_to_ask() -> None:
    assert {(LedgerFilter, "within"), (FindingFilter, "team")} <= set(SELECTS)


@pytest.fixture(scope="module")
def _something_to_choose(made_once: Any) -> None:
    made_once(
        lambda: (
            a_finding(campaign=a_campaign()),
            a_rectification(State.PLAN),
            a_clue(),
            a_call(a_rectification(State.REMEDYING)),
            issued(a_programme([UnitFactory()])),
        )
    )


@pytest.mark.usefixtures("_something_to_choose")
@pytest.mark.parametrize(("filterset", "name"), SELECTS, ids=lambda value: getattr(value, "__name__", value))
def test_a_label_is_made_of_nothing_but_the_columns_the_row_is_kept_under(filterset: Any, name: str) -> None:
    request = RequestFactory().get("/")
    request.actor = office()
    field = filterset({}, queryset=filterset._meta.model.objects.all(), request=request).form.fields[name]
    rows = list(field.queryset)
    with CaptureQueriesContext(connection) as asked:
        labels = [field.label_from_instance(row) for row in rows]

    assert (bool(labels), len(asked)) == (True, 0)
    assert len(list(field.queryset.values_list(*filter_row.columns_read(field.queryset)))) == len(rows)
