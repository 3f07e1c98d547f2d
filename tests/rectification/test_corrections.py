"""A finding's topic or severity corrected after feedback is the same on its rectifications.

The figures count it there.
"""

import pytest

from casework.enums import Severity
from casework.models import Case
from casework.workflow import engine
from organizations.enums import Role
from rectification.enums import State
from tests.factories import TopicFactory, a_post, a_rectification, acting

pytestmark = pytest.mark.django_db


def test_a_correction_reaches_the_open_rectifications_with_an_event_of_their_own():
    case = a_rectification(State.REMEDYING)
    topic = TopicFactory(code="A09")

    engine.amend(
        case.content.finding.case, acting(a_post(Role.OFFICE_STAFF)), {"topic_id": topic.pk, "severity": Severity.GRAVE}
    )

    case = Case.objects.get(pk=case.pk)
    assert (case.topic, case.severity) == (topic, Severity.GRAVE)
    assert case.events.order_by("-seq")[0].note["changed"] == {"topic_id": topic.pk, "severity": Severity.GRAVE}


def test_what_concerns_the_finding_alone_stays_there():
    case = a_rectification(State.REMEDYING)
    seen = case.last_seq

    engine.amend(case.content.finding.case, acting(a_post(Role.OFFICE_STAFF)), {"is_common": True})

    assert Case.objects.get(pk=case.pk).last_seq == seen
