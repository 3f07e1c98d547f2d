"""From 签收 to 销号, as five different people."""

from __future__ import annotations

import pytest

from casework.models import Case, Event
from casework.workflow import trail
from inspections.enums import FindingState
from rectification.enums import State
from tests.factories import a_rectification

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "state", [State.SIGN, State.CLAIM, State.PLAN, State.PLAN_REVIEW, State.REMEDYING, State.FINAL_REVIEW, State.CLOSED]
)
def test_each_state_of_the_main_way_is_reached_by_its_steps(state: State) -> None:
    case = a_rectification(state)

    assert case.state == state
    assert list(trail.verify()) == []


def test_the_finding_closes_with_its_last_rectification() -> None:
    case = a_rectification(State.CLOSED)

    finding = Case.objects.get(pk=case.rectification.finding_id)
    assert finding.state == FindingState.CLOSED
    assert finding.closed_on == case.closed_on


def test_the_trail_names_every_step_and_a_different_person_for_request_verification_and_closure() -> None:
    case = a_rectification(State.CLOSED)

    steps = list(Event.objects.filter(case=case).order_by("seq").values_list("name", "post__user"))
    names = [name for name, _ in steps if name != "attach"]
    assert names == ["open", "sign", "claim", "submit_plan", "approve_plan", "request_closure", "verify", "close"]
    people = dict(steps)
    assert len({people[name] for name in ("request_closure", "verify", "close")}) == 3
