"""A correction is told in words, whatever was corrected: no code, no key, no True (docs/look.md)."""

from __future__ import annotations

from typing import Any

import pytest

from casework.kinds import all_kinds
from casework.models import Case
from casework.pages.timeline import trail
from casework.workflow import engine
from casework.workflow.values import in_words
from inspections.enums import FindingState, Method, RectifyType, Source
from inspections.models import Finding
from organizations.enums import Role
from rectification.enums import State
from rectification.services.plans import change_measure
from tests.factories import TopicFactory, UnitFactory, a_finding, an_actor
from tests.rectification.scenes import at, planned

pytestmark = pytest.mark.django_db


def said_of(case: Case, actor: Any, **changes: Any) -> str:
    """Correct one field, and return the line of the trail that tells it."""
    engine.amend(case, actor, changes)
    events = list(case.events.order_by("seq").select_related("post__user", "post__unit", "case"))
    return trail(Case.objects.get(pk=case.pk), events, actor)[0].changes[0]


def test_a_corrected_finding_is_told_in_words() -> None:
    finding = a_finding(FindingState.OFFICE_REVIEW, method=Method.CASE_FILES, source=Source.ON_SITE)
    staff, topic, unit = (
        an_actor(Role.OFFICE_STAFF),
        TopicFactory(code="Z99", name="行政许可"),
        UnitFactory(short_name="市林草局"),
    )

    told = [
        said_of(finding.case, staff, method=Method.FILES),
        said_of(finding.case, staff, source=Source.MEDIA),
        said_of(finding.case, staff, rectify_type=RectifyType.IMMEDIATE),
        said_of(finding.case, staff, topic_id=topic.pk),
        said_of(finding.case, staff, severity=3),
        said_of(finding.case, staff, is_common=True),
        said_of(finding.case, staff, supervisor=unit),
        said_of(finding.case, staff, assisting=type(unit).objects.filter(pk=unit.pk)),
    ]

    after = [line.split(" → ")[1] for line in told]
    assert after == ["查阅资料", "媒体反映", "立行立改", str(topic), "严重", "是", "市林草局", "市林草局"]
    assert [line.split(" → ")[0].split("：")[1] for line in told[:2]] == ["案卷评查", "实地督察"]


def test_every_field_with_choices_that_may_be_corrected_has_its_words() -> None:
    """The kind: whatever a circuit lets anybody correct."""
    asked = 0
    for spec in all_kinds():
        models = [Case, *([Case._meta.get_field(spec.name).related_model] if hasattr(Case, spec.name) else [])]
        fields = {f.name: f for model in models for f in model._meta.get_fields() if getattr(f, "choices", None)}
        names = {name for edit in spec.table.whole.edits for name in edit.fields}
        for name in names & set(fields):
            for value, label in fields[name].flatchoices:
                assert in_words(fields[name], value) == str(label)
                asked += 1
    assert asked > 20
    assert in_words(Finding._meta.get_field("supervisor"), None) == ""


def test_a_changed_measure_says_what_stood_there_and_what_stands_there_now() -> None:
    scene = planned(at(State.PLAN))

    change_measure(scene.measures[0], scene.who(Role.UNIT_LIAISON), content="由法制机构逐卷复核", owner="法规科")

    told = scene.case.events.latest("seq").note["given"]["note"]
    assert told == "措施：措施1 → 由法制机构逐卷复核"
