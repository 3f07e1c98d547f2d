"""What the everyday pages ask of the database: a literal number, the same for three rows as for one."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from casework.models import Case
from inspections.enums import FindingState
from organizations.enums import Role
from rectification.enums import State
from tests.factories import a_campaign, a_finding, a_rectification, acting, an_actor

pytestmark = pytest.mark.django_db
FRAMING = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
# the case: who was told, the rounds, the finding's own history; for a unit, where its steps lead
OFFICE = {"/rectifications/": 11, "/rectifications/?due=late": 10, "/": 11, "/figures/": 12, "case": 15}
TEAM_LEADER = 10
UNIT = {"/rectifications/": 12, "/": 13, "case": 16}


def questions(client: Any, path: str) -> int:
    client.get(path)  # the calendar is read once a process

    with CaptureQueriesContext(connections["default"]) as told:
        answer = client.get(path)

    assert answer.status_code == 200
    return len([query for query in told if not query["sql"].startswith(FRAMING)])


def asked_on(client: Any, paths: Iterable[str], case: Case) -> dict[str, int]:
    return {path: questions(client, case.get_absolute_url() if path == "case" else path) for path in paths}


@pytest.mark.parametrize("n", [1, 3])
def test_the_office_asks_as_much_for_three_as_for_one(signed_in: Any, n: int) -> None:
    case = next(iter([a_rectification(State.REMEDYING) for _ in range(n)]))
    client = signed_in(an_actor(Role.OFFICE_STAFF))

    assert asked_on(client, OFFICE, case) == OFFICE


@pytest.mark.parametrize("n", [1, 3])
def test_a_unit_asks_as_much_for_three_as_for_one(signed_in: Any, n: int) -> None:
    first = a_rectification(State.REMEDYING)
    for _ in range(n - 1):
        a_rectification(State.REMEDYING, unit=first.unit)
    client = signed_in(an_actor(Role.UNIT_LIAISON, first.unit))

    assert asked_on(client, UNIT, first) == UNIT


@pytest.mark.parametrize("n", [1, 3])
def test_who_acts_by_grants_has_them_read_at_once(signed_in: Any, n: int) -> None:
    campaign = a_campaign()
    for _ in range(n):
        finding = a_finding(FindingState.TEAM_REVIEW, campaign=campaign)
    client = signed_in(acting(finding.team.members.get(duty="leader").post))

    assert questions(client, "/") == TEAM_LEADER
