"""The rules as rows, and the facts they are applied to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.models import Case
from organizations.enums import Role
from rectification.enums import State
from results.facts import overdue_facts
from results.models import ScoreRule, ScoreScheme
from results.services import load_scheme
from tests.factories import a_finding, a_post, a_rectification, acting

pytestmark = pytest.mark.django_db


def overdue_by(days: int, unit: Any = None) -> Case:
    """A rectification whose deadline was so many days ago; fed back with a deadline of today, read on a later day."""
    from inspections.enums import FindingState

    finding = a_finding(FindingState.FED_BACK, unit=unit, rectify_by=timezone.localdate() + timedelta(90 - days))
    return a_rectification(State.REMEDYING, finding=finding)


def later() -> Any:
    return timezone.localdate() + timedelta(90)


def rules() -> list[ScoreRule]:
    return list(ScoreRule.objects.filter(code="K02").order_by("tier"))


def office() -> Any:
    return acting(a_post(Role.OFFICE_STAFF))


def test_the_scheme_is_loaded_once() -> None:
    assert (load_scheme(), load_scheme()) == (13, 0)
    assert sorted(set(ScoreRule.objects.values_list("code", flat=True))) == [
        "J01",
        "K01",
        "K02",
        "K03",
        "K04",
        "K05",
        "K06",
        "K07",
    ]


@pytest.mark.parametrize(
    ("days", "counts", "points"),
    [
        (1, (1, 0, 0), "0.2"),
        (15, (1, 0, 0), "0.2"),
        (16, (0, 1, 0), "0.5"),
        (30, (0, 1, 0), "0.5"),
        (31, (0, 0, 1), "1.0"),
    ],
)
def test_a_case_falls_into_the_band_of_its_days(days: int, counts: tuple[int, ...], points: str) -> None:
    load_scheme()
    case = overdue_by(days)

    (facts,) = overdue_facts(office(), rules(), later())

    assert (facts.unit, tuple(n for _, n in facts.counts), facts.deducted) == (case.unit, counts, Decimal(points))


def test_a_case_due_on_the_day_itself_is_not_overdue() -> None:
    load_scheme()
    overdue_by(0)

    assert overdue_facts(office(), rules(), later()) == []


def test_the_cap_holds() -> None:
    load_scheme()
    ScoreRule.objects.update(cap=Decimal("0.1"))
    overdue_by(40)

    assert [f.deducted for f in overdue_facts(office(), rules(), later())] == [Decimal("0.1")]


def test_a_unit_sees_its_own_facts_only() -> None:
    load_scheme()
    mine, _other = overdue_by(5), overdue_by(5)

    facts = overdue_facts(acting(a_post(Role.UNIT_HEAD, mine.unit)), rules(), later())

    assert [f.unit for f in facts] == [mine.unit]


@pytest.mark.parametrize("role", list(Role))
def test_who_reads_the_page(role: Role, signed_in: Any) -> None:
    load_scheme()
    readers = {Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF, Role.CITY_LEADER, Role.UNIT_HEAD, Role.UNIT_LIAISON}

    page = signed_in(acting(a_post(role))).get(reverse("results"))

    assert page.status_code == (200 if role in readers else 404)


def test_without_a_scheme_the_page_says_what_to_do(signed_in: Any) -> None:
    page = signed_in(office()).get(reverse("results"))

    assert "还没有计分方案" in page.content.decode()


def test_a_scheme_in_force_cannot_be_changed_in_the_admin(signed_in: Any) -> None:
    load_scheme()
    scheme = ScoreScheme.objects.get()
    rule = rules()[0]
    client = signed_in(office())

    client.post(reverse("admin:results_scorerule_change", args=[rule.pk]), {"points": "9"})

    assert ScoreRule.objects.get(pk=rule.pk).points == Decimal("0.2")
    assert client.get(reverse("admin:results_scorescheme_change", args=[scheme.pk])).status_code == 200
