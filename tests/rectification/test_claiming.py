"""对标认领: what becomes of each answer, who is told, from which day the limits run, and how a split finding counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from casework.deadlines.working_days import add_workdays
from casework.models import Case, Notice, StepLimit
from casework.workflow import engine
from inspections.enums import FindingState
from organizations.actor import Actor
from organizations.enums import Role
from rectification import facts
from rectification.enums import LookBackVerdict, State
from tests.factories import UnitFactory, a_finding, a_look_back, a_post, a_rectification, acting
from tests.rectification.scenes import WHY, D, L, Scene, at, in_days, the_parts_of, today, workday_in
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
OURS, THEIRS = "3 份案卷未经法制审核", "音像记录保存不足"
PARTLY: dict[str, Any] = {"claimed_part": OURS, "rest": THEIRS, **WHY}


@pytest.fixture(scope="module")
def parted(made_once: Any) -> tuple[Scene, Case]:
    """A finding that was split, and the card of the other unit's part."""
    return made_once(lambda: (scene := at(State.CLAIM), split(scene)))  # type: ignore[no-any-return]


def split(scene: Scene) -> Case:
    """The unit claims a part, the office agrees; return the card of the other unit's part."""
    unit = UnitFactory(short_name="镇原县")
    a_post(L, unit)
    scene.take("claim_part", L, **PARTLY, suggested_unit=unit)
    decided = {"part_kept": OURS, "part_moved": THEIRS, "new_unit": unit, "new_due_on": in_days(60), **WHY}
    scene.take("split", D, **decided)
    return Case.objects.get(rectification__finding=scene.case.content.finding_id, unit=unit)


def test_a_finding_is_split_into_parts_with_their_own_texts_under_one_number(parted: tuple[Scene, Case]) -> None:
    scene, other = parted

    kept = scene.case
    assert (kept.state, kept.is_lead, facts.statement(kept)) == (State.PLAN, True, OURS)
    assert (other.state, other.is_lead, facts.statement(other)) == (State.SIGN, False, THEIRS)
    number = kept.content.finding.case.number
    assert (kept.number, other.number) == (number, f"{number}-C01")
    assert other.due_on == workday_in(60)
    assert kept.content.finding.statement not in {OURS, THEIRS}  # what was fed back stays as it was fed back


def test_both_units_are_told_of_the_split_and_the_lead_sees_the_other_part(parted: tuple[Scene, Case]) -> None:
    scene, other = parted

    told = set(Notice.objects.filter(text__contains="拆分").values_list("post__unit__short_name", "case__number"))
    assert told == {(scene.case.unit.short_name, scene.case.number), ("镇原县", other.number)}
    assert Case.objects.visible_to(scene.who(L)).filter(pk=other.pk).exists()
    assert not Case.objects.visible_to(acting(a_post(L, other.unit))).filter(pk=scene.pk).exists()
    assert not Case.objects.visible_to(acting(a_post(L))).filter(pk=other.pk).exists()


def test_the_decision_begins_with_what_the_unit_wrote(signed_in: Any) -> None:
    scene, unit = at(State.CLAIM), UnitFactory()
    scene.take("claim_part", L, **PARTLY, suggested_unit=unit)

    form = signed_in(scene.who(D)).get(f"/cases/{scene.pk}/steps/split/").context["form"]

    assert [form[name].initial for name in ("part_kept", "part_moved", "new_unit")] == [OURS, THEIRS, unit.pk]


def test_each_part_of_a_citywide_problem_takes_its_required_measures() -> None:
    finding = a_finding(FindingState.FED_BACK, required_measures="逐项核实\n建章立制")
    card = a_rectification(State.CLAIM, finding=finding)
    scene = Scene(card.pk, at(State.CLAIM, unit=card.unit).people)
    other = split(scene)
    liaison = acting(a_post(L, other.unit))
    for name in ("sign", "claim"):
        other = engine.perform(other, name, liaison)

    for case in (scene.case, other):
        assert list(case.measures.order_by("n").values_list("content", flat=True)) == ["逐项核实", "建章立制"]


def test_the_next_round_of_a_part_is_of_that_part() -> None:
    scene = at(State.CLOSED)
    type(scene.case.content).objects.filter(pk=scene.pk).update(part=OURS)

    again = a_look_back(scene.case, LookBackVerdict.RELAPSED, relapse_due_on=in_days(30)).content.next_round

    assert facts.statement(again) == OURS


def test_what_is_not_the_units_duty_goes_to_another_who_is_told() -> None:
    scene, unit = at(State.CLAIM), UnitFactory()
    liaison = a_post(L, unit)
    scene.take("decline", L, **WHY, suggested_unit=unit)
    scene.take("reassign", D, **WHY, new_unit=unit, new_due_on=in_days(60))

    opened = Case.objects.get(rectification__finding=scene.case.content.finding_id, unit=unit)
    assert (scene.case.state, opened.state, opened.is_lead) == (State.REASSIGNED, State.SIGN, True)
    assert Notice.objects.filter(post=liaison, case=opened).exists()


@pytest.mark.parametrize(
    ("answer", "given", "refusal"),
    [("claim_part", PARTLY, "refuse_part"), ("decline", WHY, "refuse_handover"), ("dispute", WHY, "dismiss_dispute")],
)
def test_what_was_refused_comes_back_to_be_claimed_and_is_not_said_again(
    answer: str, given: dict[str, Any], refusal: str
) -> None:
    scene = at(State.CLAIM)
    said = given if answer == "dispute" else given | {"suggested_unit": UnitFactory()}
    scene.take(answer, L, **said)
    scene.take(refusal, D, **WHY)

    with pytest.raises(DomainError, match="理由完全相同"):
        scene.take(answer, L, **said)
    assert scene.take("claim", L).state == State.PLAN


# ---------- from which day the limits run ----------


def limits() -> None:
    for state, n, unit in ((State.SIGN, 3, "workday"), (State.CLAIM, 5, "workday"), (State.PLAN, 30, "day")):
        StepLimit.objects.update_or_create(kind="rectification", state=state, defaults={"n": n, "unit": unit})


def on(day: date) -> Any:
    return patch("django.utils.timezone.localdate", lambda *_: day)


@pytest.mark.parametrize("late", [False, True])
def test_claim_and_plan_run_from_the_signing_or_the_third_working_day(late: bool) -> None:
    limits()
    scene = at(State.SIGN)
    third = add_workdays(today(), 3)
    signed_on = third + timedelta(4) if late else third - timedelta(1)
    received = third if late else signed_on

    with on(signed_on):
        signed = scene.take("sign", L)
    assert (signed.holder_since, signed.step_due_on) == (received, add_workdays(received, 5))
    with on(signed_on + timedelta(2)):
        claimed = scene.take("claim", L)

    assert claimed.holder_since == received
    assert received + timedelta(30) <= claimed.step_due_on <= received + timedelta(40)  # rolled over days of rest


def test_days_before_the_judges_do_not_count_against_the_plan() -> None:
    limits()
    scene = at(State.CLAIM)
    with on(in_days(1)):
        scene.take("dispute", L, **WHY)
    with on(in_days(9)):
        scene.take("dismiss_dispute", D, **WHY)
    with on(in_days(10)):
        claimed = scene.take("claim", L)

    assert claimed.holder_since == in_days(9)


# ---------- lead and assisting units ----------


def test_the_lead_is_told_what_an_assisting_unit_reports_and_sees_it(signed_in: Any) -> None:
    lead, part = the_parts_of()
    chief, helper = acting(a_post(L, lead.unit)), acting(a_post(L, part.unit))
    for name in ("sign", "claim"):
        part = engine.perform(part, name, helper)
    Case.objects.filter(pk=part.pk).update(state=State.REMEDYING)
    engine.perform(Case.objects.get(pk=part.pk), "report_progress", helper, note_progress="案卷已补审", percent=60)

    page = signed_in(chief).get(lead.get_absolute_url())

    assert Notice.objects.filter(case=part, post=chief.post).exists()
    assert [(one.case, one.report.text) for one in page.context["parts"]] == [(part, "案卷已补审")]
    assert "案卷已补审" in page.content.decode()
    assert signed_in(helper).get(lead.get_absolute_url()).status_code == 404
    assert signed_in(acting(a_post(Role.UNIT_HEAD, lead.unit))).get(part.get_absolute_url()).status_code == 200


def test_what_the_lead_sees_is_not_its_to_do(signed_in: Any) -> None:
    lead, part = the_parts_of()
    chief = acting(a_post(L, lead.unit))

    assert signed_in(chief).get(part.get_absolute_url()).context["offers"] == []
    with pytest.raises(Exception, match="签收"):
        engine.perform(part, "sign", chief)


def test_when_the_lead_changes_the_new_one_sees_the_parts_and_the_former_no_more() -> None:
    lead, part = the_parts_of()
    former, unit = acting(a_post(L, lead.unit)), UnitFactory()
    director = acting(a_post(Role.OFFICE_DIRECTOR))
    lead = engine.perform(lead, "sign", former)
    lead = engine.perform(lead, "decline", former, **WHY, suggested_unit=unit)
    engine.perform(lead, "reassign", director, **WHY, new_unit=unit, new_due_on=in_days(60))

    cards = Case.objects.filter(pk=part.pk)
    assert cards.visible_to(acting(a_post(L, unit))).exists()
    assert not cards.visible_to(Actor(former.post, in_days(1))).exists()
