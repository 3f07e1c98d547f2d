"""按条文: how often fed-back findings cite each article of the library, the most cited first, with its rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.models import Case
from inspections.enums import FindingState
from inspections.models import Article, Citation
from organizations.enums import Role
from rectification.enums import State
from tests.factories import a_finding, a_post, a_rectification, acting
from tests.inspections.laws import two_versions
from tests.inspections.people import staff

pytestmark = pytest.mark.django_db


def cite(case: Case, *articles: Article) -> None:
    for one in articles:
        finding = case.content.finding if case.kind == "rectification" else case.content
        Citation.objects.create(finding=finding, basis=one.version.basis, article=one.label, cites=one)


@pytest.fixture(scope="module")
def scene(made_once: Any) -> Any:
    """Three rectifications: all cite the third article, one of them the old second one too; a draft counts not."""
    return made_once(_cited)


def _cited() -> Any:
    old, new = two_versions()
    third, second = new.articles.get(number=3), old.articles.get(number=2)
    cases = [a_rectification(State.REMEDYING), a_rectification(State.REMEDYING), a_rectification(State.CLOSED)]
    for case in cases:
        cite(case, third)
    cite(cases[0], second)
    cite(a_finding(FindingState.DRAFT).case, third)
    return cases, third, second


def told(client: Any, **asked: Any) -> dict[str, int]:
    shown = client.get(reverse("figure", args=["by_article"]), asked).context["shown"]
    return {row.line.label: row.numbers[0].value for row in shown.rows}


def test_the_article_cited_most_stands_first_and_opens_its_rows(scene: Any, signed_in: Any) -> None:
    cases, third, _ = scene
    office = signed_in(staff())

    found = told(office)

    assert list(found.items()) == [("《执法公示条例》第三条（2023 版）", 3), ("《执法公示条例》第二条（2018 版）", 1)]
    rows = office.get(reverse("figure_rows", args=["citations"]), {"article": third.pk})
    assert rows.context["count"] == 3
    assert {row.finding_id for row in rows.context["rows"]} == {case.content.finding_id for case in cases}


def test_a_unit_and_a_day_narrow_it(scene: Any, signed_in: Any) -> None:
    cases, *_ = scene
    office = signed_in(staff())

    assert told(office, unit=cases[1].unit_id) == {"《执法公示条例》第三条（2023 版）": 1}
    assert told(office, on=(timezone.localdate() - timedelta(400)).isoformat()) == {}


def test_an_article_narrows_the_rest_of_the_page_to_what_cites_it(scene: Any, signed_in: Any) -> None:
    cases, _, second = scene

    rows = signed_in(staff()).get(reverse("figure_rows", args=["total"]), {"article": second.pk})

    assert [row.pk for row in rows.context["rows"]] == [cases[0].pk]


def test_nobody_but_the_office_has_the_figure_or_its_rows(scene: Any, signed_in: Any) -> None:
    leader = signed_in(acting(a_post(Role.CITY_LEADER)))

    assert leader.get(reverse("figure", args=["by_article"])).status_code == 404
    assert leader.get(reverse("figure_rows", args=["citations"])).status_code == 404
