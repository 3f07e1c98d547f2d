"""What hangs on a state cannot be stored apart from it: the database refuses, the engine undoes, the night finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from casework.models import Case, Event
from casework.workflow import circuits, engine, ties
from casework.workflow.circuits import all_circuits
from clues.enums import ClueState
from clues.services import register_clue
from inspections.enums import CampaignState, FindingState, PlanState
from inspections.models import Finding
from inspections.services import draft_plan
from organizations.enums import Role
from rectification.enums import State
from rectification.models import Aspect, LookBack, Measure, Rectification
from tests.closures import SIGNED
from tests.factories import (
    Cast,
    UnitFactory,
    a_campaign,
    a_finding,
    a_look_back,
    a_need,
    a_post,
    a_rectification,
    acting,
    an_actor,
    prepare,
    walk,
)
from tests.house.sources import ROOT
from tests.inspections.test_plans_and_campaigns import an_item
from tests.programmes import a_programme, issued
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
L, H, S, D = Role.UNIT_LIAISON, Role.UNIT_HEAD, Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR
TODAY = timezone.localdate
CONSTRAINTS = (
    "case_open_xor_closed", "case_closed_has_no_holder", "case_holder_whole", "case_closed_after_opened",
    "measure_done_has_result", "rectification_stage_whole", "rectification_extensions_at_most", "look_back_judged",
)  # fmt: skip


def rectification(state: State) -> Case:
    return a_rectification(state)


def clue_handled() -> Case:
    campaign, staff = a_campaign(), a_post(S)
    unit = campaign.units.get().unit
    row = register_clue(acting(staff), campaign=campaign, unit=unit, title="占道", content="占道施工", source="hotline")
    way: list[Any] = [
        ("transfer", lambda: acting(staff), {}),
        ("report", lambda: acting(a_post(L, unit)), {"handling": "已查"}),
    ]
    walk(row.case, ClueState.HANDLED, way)
    return Case.objects.get(pk=row.pk)


def plan_approved() -> Case:
    staff, director = a_post(S), a_post(D)
    plan = draft_plan(acting(staff), TODAY().year, items=[an_item()])
    way: list[Any] = [("submit", lambda: acting(staff), {}), ("approve", lambda: acting(director), {})]
    walk(plan.case, PlanState.APPROVED, way)
    return Case.objects.get(pk=plan.pk)


def need_answered() -> Case:
    need = a_need(rectification(State.REMEDYING))
    return engine.perform(need, "answer_need", an_actor(S), answer="已商市财政局")


def row(**fields: Any) -> Callable[[Case], object]:
    return lambda case: type(case.content).objects.filter(pk=case.pk).update(**fields)


def card(**fields: Any) -> Callable[[Case], object]:
    return lambda case: Case.objects.filter(pk=case.pk).update(**fields)


def undone(case: Case) -> None:
    Measure.objects.filter(case=case, n=1).update(done_on=None)


def without_aspects(case: Case) -> None:
    """Its problems hang on another programme: each has a card of its own."""
    other = a_programme([UnitFactory()])
    Aspect.objects.filter(programme=case.pk).update(programme=other, n=F("n") + 90)


# tie: (a card that is whole, what makes it nonsense past the engine)
SPOILT: dict[str, tuple[Callable[[], Case], Callable[[Case], object]]] = {
    "plan_has_its_head": (lambda: rectification(State.PLAN_REVIEW), row(goal="")),
    "extension_asked_while_remedying": (lambda: rectification(State.PLAN), row(asked_due_on=TODAY())),
    "long_term_has_stage": (lambda: rectification(State.REMEDYING), card(state=State.LONG_TERM)),
    "suspended_has_review": (lambda: rectification(State.REMEDYING), card(state=State.SUSPENDED)),
    "reported_done_is_done": (lambda: rectification(State.FINAL_REVIEW), undone),
    "with_director_when_verified": (lambda: rectification(State.FINAL_REVIEW), card(holder_role=D)),
    "handled_has_result": (clue_handled, row(result="")),
    "judged_has_verdict": (lambda: a_look_back(rectification(State.CLOSED)), row(verdict="firm")),
    "answered_has_answer": (need_answered, row(answer="")),
    "confirmed_has_topic": (lambda: a_finding(FindingState.CONFIRMED).case, card(topic=None)),
    "confirmed_has_basis": (
        lambda: a_finding(FindingState.FED_BACK).case, lambda case: case.content.citations.all().delete(),
    ),
    "fieldwork_has_units": (
        lambda: a_campaign(CampaignState.FIELDWORK).case, lambda case: case.content.units.all().delete(),
    ),
    "approved_has_items": (plan_approved, lambda case: case.content.items.all().delete()),
    "issued_has_aspects": (lambda: issued(a_programme([UnitFactory()])).case, without_aspects),
    "open_until_terminal": (lambda: rectification(State.SIGN), card(state=State.CLOSED)),
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(made_once: Any) -> dict[str, Case]:
    """Make the card of each tie, once for all tests here."""
    found: dict[str, Case] = made_once(lambda: {name: make() for name, (make, _) in SPOILT.items()})
    return found


def declared() -> set[str]:
    return {tie.name for circuit in all_circuits() for tie in circuit.ties}


def test_every_tie_is_spoilt_below_and_listed_in_the_architecture() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert set(SPOILT) == declared() | {"open_until_terminal"}
    assert [name for name in (*SPOILT, *CONSTRAINTS) if f"`{name}`" not in told] == []


@pytest.mark.parametrize("name", SPOILT)
def test_the_night_finds_what_came_past_the_engine_and_nothing_else(name: str, whole: dict[str, Case]) -> None:
    spoil, case = SPOILT[name][1], whole[name]
    everything = [*Case.objects.order_by("pk").values_list("pk", flat=True)]
    assert list(ties.nonsense(everything)) == []

    spoil(Case.objects.get(pk=case.pk))

    found = list(ties.nonsense(everything))
    assert [sentence.startswith(f"卡片 {case.pk}（") for sentence in found] == [True]


@pytest.mark.parametrize("name", sorted(set(SPOILT) - {"open_until_terminal"}))
def test_the_engine_writes_nothing_more_on_a_card_that_is_nonsense(name: str, whole: dict[str, Case]) -> None:
    """Every write ends with the look: whatever is done on such a card is undone, and says why."""
    spoil, case = SPOILT[name][1], whole[name]
    engine.note(case, None, "seen", "看过")
    spoil(Case.objects.get(pk=case.pk))
    before = Event.objects.count()
    sentence = next(t.sentence for c in all_circuits() for t in c.ties if t.name == name)

    with pytest.raises(DomainError) as refused:
        engine.note(case, None, "seen", "看过")

    assert refused.value.message == f"没有保存：{sentence}"
    assert Event.objects.count() == before


# ---------- the wrong paths themselves ----------


def test_a_table_that_forgets_the_stage_cannot_store_long_term(monkeypatch: pytest.MonkeyPatch) -> None:
    case = a_rectification(State.REMEDYING)
    circuit = circuits.circuit_of(case)
    monkeypatch.setitem(circuit.by_name, "make_long_term", replace(circuit.by_name["make_long_term"], writes=None))
    soon = TODAY() + timedelta(30)

    with pytest.raises(DomainError, match="长期坚持须有阶段目标"):
        engine.perform(
            case,
            "make_long_term",
            Cast(case)(D),
            stage_goal="三分之一",
            next_review_on=soon,
            expected_on=soon,
            reason="须长期",
        )
    assert Case.objects.get(pk=case.pk).state == State.REMEDYING


def test_a_table_that_forgets_a_guard_cannot_leave_an_extension_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    case = a_rectification(State.REMEDYING)
    people = Cast(case)
    engine.perform(case, "ask_extension", people(L), asked_due_on=TODAY() + timedelta(100), reason="汛期停工")
    prepare(Case.objects.get(pk=case.pk), "request_closure", people(L))
    circuit = circuits.circuit_of(case)
    monkeypatch.setitem(circuit.by_name, "request_closure", replace(circuit.by_name["request_closure"], guards=()))

    with pytest.raises(DomainError, match="有待批的延期申请，须先批复"):
        engine.perform(case, "request_closure", people(H), **SIGNED)
    assert Case.objects.get(pk=case.pk).state == State.REMEDYING


def test_a_correction_cannot_take_the_topic_of_a_finding_that_is_fed_back() -> None:
    finding = a_finding(FindingState.FED_BACK)

    with pytest.raises(DomainError, match="须有问题类别"):
        engine.amend(finding.case, acting(a_post(S)), {"topic_id": None})
    assert Finding.objects.get(pk=finding.pk).case.topic_id == finding.case.topic_id


# ---------- what one table can say, the database refuses ----------


def of(model: type[models.Model], **fields: Any) -> Callable[[Case], object]:
    key = {Case: "pk", Rectification: "pk"}.get(model, "case_id")
    return lambda case: model._default_manager.filter(**{key: case.pk}).update(**fields)


def of_look_back(**fields: Any) -> Callable[[Case], object]:
    return lambda case: LookBack.objects.filter(rectification=case).update(**fields)


# the tie whose card above is in the state
AT = {
    State.SIGN: "open_until_terminal",
    State.REMEDYING: "long_term_has_stage",
    State.FINAL_REVIEW: "reported_done_is_done",
}


@pytest.mark.parametrize(
    ("constraint", "state", "write"),
    [
        ("case_open_xor_closed", State.SIGN, of(Case, closed_on=TODAY())),
        ("case_closed_has_no_holder", State.CLOSED, of(Case, holder_role=S)),
        ("case_closed_has_no_holder", State.CLOSED, of(Case, holder_since=TODAY())),
        ("case_closed_has_no_holder", State.CLOSED, of(Case, step_due_on=TODAY())),
        ("case_holder_whole", State.SIGN, of(Case, holder_role="")),
        ("case_holder_whole", State.SIGN, of(Case, holder_since=None)),
        ("case_closed_after_opened", State.CLOSED, of(Case, opened_on=TODAY() + timedelta(1))),
        ("measure_done_has_result", State.FINAL_REVIEW, of(Measure, result="")),
        ("rectification_stage_whole", State.REMEDYING, of(Rectification, stage_goal="三分之一")),
        ("rectification_stage_whole", State.REMEDYING, of(Rectification, expected_on=TODAY())),
        ("rectification_extensions_at_most", State.REMEDYING, of(Rectification, extensions=3)),
        ("look_back_judged", State.CLOSED, of_look_back(found="现场看过")),
        ("look_back_judged", State.CLOSED, of_look_back(next_round_id=F("rectification_id"))),
    ],
)
def test_a_wrong_path_cannot_store_nonsense(
    constraint: str, state: State, write: Callable[[Case], object], whole: dict[str, Case]
) -> None:
    looked_back = LookBack.objects.get(pk=whole["judged_has_verdict"].pk).rectification_id
    case = Case.objects.get(pk=looked_back if state == State.CLOSED else whole[AT[state]].pk)
    assert case.state == state

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write(case)
