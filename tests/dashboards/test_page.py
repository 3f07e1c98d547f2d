"""The page as its readers see it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from organizations.enums import Role
from rectification.enums import State
from tests.factories import a_post, a_rectification, acting

pytestmark = pytest.mark.django_db


def test_the_title_is_computed_from_the_numbers(signed_in) -> None:
    a_rectification(State.CLOSED)
    a_rectification(State.REMEDYING)

    page = signed_in(acting(a_post(Role.OFFICE_STAFF))).get(reverse("dashboard"))

    assert page.status_code == 200
    assert page.context["sentence"] == ["应整改 2 个问题，", "已销号 1 个，", "没有逾期的"]


def test_a_page_without_findings_says_so(signed_in) -> None:
    page = signed_in(acting(a_post(Role.CITY_LEADER))).get(reverse("dashboard"))

    assert page.context["sentence"] == ["还没有反馈的问题"]
