"""A finding's topic or severity corrected after feedback is the same on its rectifications.

The figures count it there, those of past months too (docs/data.md A: a label holds for the past, as known now).
"""

from datetime import date

import pytest
import time_machine

from casework.enums import Severity
from casework.models import Case
from casework.workflow import engine
from dashboards.cube import seals
from dashboards.models import Seal, SealedCell
from organizations.enums import Role
from rectification.enums import State
from tests.factories import Cast, TopicFactory, UnitFactory, a_post, a_rectification, acting, walk
from tests.rectification.scenes import at, relapsed, the_parts_of

pytestmark = pytest.mark.django_db
L, D = Role.UNIT_LIAISON, Role.OFFICE_DIRECTOR


def corrected(finding: Case, **labels: object) -> None:
    engine.amend(finding, acting(a_post(Role.OFFICE_STAFF)), labels)


def ended(case: Case, state: State) -> Case:
    """Bring a rectification to an end: along the main way, or by a dispute."""
    people = Cast(case)
    if state == State.CLOSED:
        walk(case, state, people.way())
    else:
        engine.perform(case, "sign", people(L))
        engine.perform(case, "dispute", people(L), reason="不属本单位职责")
        by = ("uphold_dispute", {}) if state == State.VOID else (
            "reassign", {"new_unit": UnitFactory(), "new_due_on": date(2026, 9, 30)}
        )  # fmt: skip
        engine.perform(case, by[0], people(D), reason="经核实", **by[1])
    return Case.objects.get(pk=case.pk, state=state, is_open=False)


def test_a_correction_reaches_the_open_rectifications_with_an_event_of_their_own():
    case = a_rectification(State.REMEDYING)
    topic = TopicFactory(code="A09")

    corrected(case.content.finding.case, topic_id=topic.pk, severity=Severity.GRAVE)

    case = Case.objects.get(pk=case.pk)
    assert (case.topic, case.severity) == (topic, Severity.GRAVE)
    assert case.events.order_by("-seq")[0].note["changed"] == {"topic_id": topic.pk, "severity": Severity.GRAVE}


@pytest.mark.parametrize("state", [State.CLOSED, State.VOID, State.REASSIGNED])
def test_a_correction_reaches_those_that_have_ended_and_their_sealed_month(state):
    topic = TopicFactory(code="A09")
    with time_machine.travel("2026-03-10 09:00:00+08:00", tick=False):
        lead, part = the_parts_of()
        part = ended(part, state)
    with time_machine.travel("2026-05-04 09:00:00+08:00", tick=False):
        seals.seal("2026-03")

        corrected(lead.content.finding.case, topic_id=topic.pk, severity=Severity.GRAVE)

        part = Case.objects.get(pk=part.pk)
        assert (part.topic, part.severity, part.state) == (topic, Severity.GRAVE, state)
        assert part.closed_on == date(2026, 3, 10)
        assert Seal.objects.filter(valid=True).count() == 0
        seals.seal("2026-03")
        by_topic = SealedCell.objects.filter(axis="topic", state=state).values_list("key", "severity", "n")
        assert list(by_topic) == [(topic.pk, Severity.GRAVE, 1)]


def test_a_closed_finding_is_corrected_for_the_second_round_that_is_open():
    scene = at(State.CLOSED)
    second = relapsed(scene)
    finding = Case.objects.get(pk=second.content.finding_id)
    topic = TopicFactory(code="A09")

    corrected(finding, topic_id=topic.pk, severity=Severity.GRAVE)

    assert (finding.state, second.is_open) == ("closed", True)
    found = [Case.objects.get(pk=pk) for pk in (finding.pk, scene.pk, second.pk)]
    assert [(one.topic, one.severity) for one in found] == [(topic, Severity.GRAVE)] * 3


def test_what_concerns_the_finding_alone_stays_there():
    case = a_rectification(State.REMEDYING)
    seen = case.last_seq

    corrected(case.content.finding.case, is_common=True)

    assert Case.objects.get(pk=case.pk).last_seq == seen
