"""A step taken back leaves everything as it was: the card, the content, whose hands, every date; on every circuit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from casework import kinds
from casework.deadlines.working_days import next_workday
from casework.enums import Secrecy
from casework.errors import RefusedError
from casework.models import Case, Event, Notice, StepLimit
from casework.workflow import circuits, engine, trail
from casework.workflow.circuits import Doing, Transition, step
from casework.workflow.relations import UNIT
from clues.enums import ClueState
from clues.services import register_clue
from inspections.enums import CampaignState, FindingState
from inspections.services import draft_plan
from organizations.actor import Actor
from organizations.enums import INSPECTED, Role
from organizations.models import Post
from rectification.enums import State
from rectification.models import Measure
from tests.closures import PUBLISHED, SIGNED, published, seen_on_site
from tests.factories import (
    Cast,
    UnitFactory,
    a_campaign,
    a_finding,
    a_post,
    a_rectification,
    acting,
    attach,
    prepare,
    walk,
)
from tests.inspections.test_plans_and_campaigns import an_item
from tests.programmes import a_programme, claimed, issued

pytestmark = pytest.mark.django_db
L, H, S, D = Role.UNIT_LIAISON, Role.UNIT_HEAD, Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR
SAID: dict[str, Any] = {
    **SIGNED,
    **PUBLISHED,
    "opinion": "佐证齐全",
    "handling": "已查明并整改",
    "reason": "点错了",
    "note": "附后",
    "claimed_part": "3 份案卷",
    "rest": "音像记录",
}
LATER = timezone.localdate() + timedelta(100)
SAID["asked_due_on"] = LATER
# what is sent for signature is written as what is signed
SENT = {"send_plan_for_signature": "submit_plan", "send_closure_for_signature": "request_closure"}
Ready = tuple[Case, Post]  # a case on which the step can be taken, and the post that takes it


def rectification(state: State, role: Role, name: str) -> Ready:
    """At the state, with the head where he signs: handed to him by the liaison, not by the table's default."""
    supervisor = UnitFactory(is_industry_supervisor=True)
    campaign = a_campaign(with_supervision=True, with_publicity=True, publicity_days=1)
    start = State.PUBLICITY if state == State.FINAL_REVIEW else state
    case = a_rectification(start, campaign=campaign, supervisor=supervisor)
    people = Cast(case)
    if start == State.PUBLICITY:
        published(case)
        case = engine.perform(Case.objects.get(pk=case.pk), "end_publicity", people(S))
    sign = {"submit_plan": "send_plan_for_signature", "request_closure": "send_closure_for_signature"}.get(name)
    prepare(case, SENT.get(name, name), people(role if not sign else L))
    if sign:
        engine.perform(case, sign, people(L))
    return case, people.posts[role]


def unpublished(name: str) -> Ready:
    case, _ = rectification(State.SUPERVISION, Role.INDUSTRY_REVIEWER, "endorse")
    people = Cast(case)
    engine.perform(case, "endorse", people(Role.INDUSTRY_REVIEWER), **seen_on_site())
    return case, people.posts[S]


def sent_back(name: str) -> Ready:
    """退回补充, and supplemented: the request is made from there as well."""
    case, post = rectification(State.SUPERVISION, Role.INDUSTRY_REVIEWER, "return_by_supervisor")
    engine.perform(case, "return_by_supervisor", acting(post), reason="请补充")
    people = Cast(case)
    if name in {"ask_extension", "sign_extension"}:
        return asked(case, people, name)
    attach(case, people(L), "补充的材料")
    if name == "send_closure_for_signature":
        return case, people.posts[L]
    engine.perform(case, "send_closure_for_signature", people(L))
    return case, people.posts[H]


def asked(case: Case, people: Cast, name: str) -> Ready:
    """An extension is about to be asked for, or to be signed."""
    if name == "ask_extension":
        return case, people.posts[L]
    engine.perform(case, "ask_extension", people(L), asked_due_on=LATER, reason="汛期停工")
    return case, people.posts[H]


def to_extend(name: str) -> Ready:
    case, _ = rectification(State.REMEDYING, L, "")
    return asked(case, Cast(case), name)


def long_term(name: str) -> Ready:
    case, _ = rectification(State.REMEDYING, L, "make_long_term")
    people, soon = Cast(case), timezone.localdate() + timedelta(40)
    engine.perform(
        case, "make_long_term", people(D), stage_goal="三分之一", next_review_on=soon, expected_on=soon, reason="须长期"
    )
    type(case.content).objects.filter(pk=case.pk).update(next_review_on=timezone.localdate())
    prepare(Case.objects.get(pk=case.pk), "request_closure", people(L))
    if name == "send_closure_for_signature":
        return case, people.posts[L]
    engine.perform(case, "send_closure_for_signature", people(L))
    return case, people.posts[H]


def plan_returned(name: str) -> Ready:
    """方案退回, and corrected."""
    case, _ = rectification(State.PLAN_REVIEW, S, "return_plan")
    people = Cast(case)
    engine.perform(case, "return_plan", people(S), reason="请改")
    engine.amend(Case.objects.get(pk=case.pk), people(L), {"goal": "另写的目标"})
    if name == "send_plan_for_signature":
        return case, people.posts[L]
    engine.perform(case, "send_plan_for_signature", people(L))
    return case, people.posts[H]


def to_claim(name: str) -> Ready:
    """A problem of the whole city: measures that are copied to whoever claims it."""
    finding = a_finding(FindingState.FED_BACK, required_measures="逐项核实\n建章立制")
    case = a_rectification(State.CLAIM, finding=finding)
    return case, Cast(case).posts[L]


def finding(state: FindingState, duty: str) -> Ready:
    row = a_finding(state)
    return row.case, row.team.members.get(duty=duty).post


def finding_of_office(name: str) -> Ready:
    row = a_finding(FindingState.DRAFT)
    type(row).objects.filter(pk=row.pk).update(team=None)
    return row.case, a_post(S)


def plan(name: str) -> Ready:
    staff = a_post(S)
    return draft_plan(acting(staff), timezone.localdate().year, items=[an_item()]).case, staff


def clue(name: str) -> Ready:
    """Reported once, returned, and about to be reported anew: there is an earlier result to come back."""
    campaign, staff = a_campaign(), a_post(S)
    unit = campaign.units.get().unit
    row = register_clue(acting(staff), campaign=campaign, unit=unit, title="占道", content="占道施工", source="hotline")
    liaison = a_post(L, unit)
    way = [
        ("transfer", lambda: acting(staff), {}),
        ("report", lambda: acting(liaison), {"handling": "第一次的办理情况"}),
    ]
    walk(row.case, ClueState.HANDLED, way)
    engine.perform(row.case, "return", acting(staff), reason="请再查")
    return row.case, liaison


def programme(name: str) -> Ready:
    staff = a_post(S)
    return a_programme([UnitFactory()], post=staff).case, staff


def answer(name: str) -> Ready:
    """A unit's answer to a programme, returned and about to be given anew."""
    unit = UnitFactory()
    case = engine.perform(
        claimed(issued(a_programme([unit])), unit, {1: [1]}), "return_claim", acting(a_post(S)), reason="再看"
    )
    return case, a_post(L, unit)


SCENES: dict[tuple[str, str, str], Callable[[str], Ready]] = {
    ("rectification", "sign", "sign"): lambda n: rectification(State.SIGN, L, n),
    ("rectification", "claim", "claim"): to_claim,
    **{("rectification", name, "claim"): to_claim for name in ("dispute", "claim_part", "decline")},
    ("rectification", "send_plan_for_signature", "plan"): lambda n: rectification(State.PLAN, L, n),
    ("rectification", "send_plan_for_signature", "plan_returned"): plan_returned,
    ("rectification", "ask_extension", "remedying"): to_extend,
    ("rectification", "ask_extension", "sent_back"): sent_back,
    ("rectification", "sign_extension", "remedying"): to_extend,
    ("rectification", "sign_extension", "sent_back"): sent_back,
    ("rectification", "send_closure_for_signature", "remedying"): lambda n: rectification(State.REMEDYING, L, n),
    ("rectification", "send_closure_for_signature", "sent_back"): sent_back,
    ("rectification", "send_closure_for_signature", "long_term"): long_term,
    ("rectification", "submit_plan", "plan"): lambda n: rectification(State.PLAN, H, n),
    ("rectification", "submit_plan", "plan_returned"): plan_returned,
    ("rectification", "request_closure", "remedying"): lambda n: rectification(State.REMEDYING, H, n),
    ("rectification", "request_closure", "sent_back"): sent_back,
    ("rectification", "request_closure", "long_term"): long_term,
    ("rectification", "publish", "publicity"): unpublished,
    ("rectification", "verify", "final_review"): lambda n: rectification(State.FINAL_REVIEW, S, n),
    ("finding", "submit", "draft"): lambda n: finding(FindingState.DRAFT, "member"),
    ("finding", "submit_to_office", "draft"): finding_of_office,
    ("finding", "approve", "team_review"): lambda n: finding(FindingState.TEAM_REVIEW, "leader"),
    ("annualplan", "submit", "draft"): plan,
    ("campaign", "submit", "preparing"): lambda n: (a_campaign(CampaignState.PREPARING).case, a_post(S)),
    ("clue", "report", "transferred"): clue,
    ("programme", "submit", "draft"): programme,
    ("unitclaim", "answer", "asked"): answer,
}


def withdrawable() -> set[tuple[str, str, str]]:
    lines = ((c.kind, t) for c in circuits.all_circuits() for t in c.transitions if t.withdrawable)
    return {(str(kind), t.name, source) for kind, t in lines for source in t.sources}


def picture(case: Case) -> dict[str, Any]:
    """All that a step can write, but what only counts: `since` is the day from which the trail's last stretch runs."""
    row = Case.objects.get(pk=case.pk)
    card = {f.attname: getattr(row, f.attname) for f in Case._meta.concrete_fields if f.attname != "last_seq"}
    content = {f.attname: getattr(row.content, f.attname) for f in type(row.content)._meta.concrete_fields}
    told = list(Notice.objects.filter(case=case).order_by("pk").values_list("post", "text"))
    measures = list(Measure.objects.filter(case=case).order_by("n").values_list("n", "content"))
    return {"card": card, "content": content, "told": told, "cards": Case.objects.count(), "measures": measures}


def test_every_withdrawable_step_has_its_scene() -> None:
    assert set(SCENES) == withdrawable()


@pytest.mark.parametrize("key", sorted(SCENES), ids="-".join)
def test_what_is_taken_back_is_as_it_was(key: tuple[str, str, str]) -> None:
    kind, name, source = key
    case, post = SCENES[key](name)
    StepLimit.objects.create(kind=kind, state=source, n=3, unit="day")  # a default deadline that is not the real one
    before = picture(case)
    transition = circuits.circuit_of(Case.objects.get(pk=case.pk)).by_name[name]
    said = SAID | {"suggested_unit": UnitFactory()}
    taken = engine.perform(case, name, acting(post), **{need: said[need] for need in transition.needs})
    assert (taken.kind, before["card"]["state"]) == (kind, source)
    assert picture(case) != before

    engine.withdraw(case, acting(post), reason="点错了")

    assert picture(case) == before
    assert list(trail.verify(Case.objects.filter(pk=case.pk))) == []


def test_the_result_of_a_clue_comes_back() -> None:
    case, post = clue("report")
    assert Case.objects.get(pk=case.pk).content.result == "第一次的办理情况"

    engine.perform(case, "report", acting(post), handling="第二次")
    engine.withdraw(case, acting(post), reason="附件不对")

    assert Case.objects.get(pk=case.pk).content.result == "第一次的办理情况"


def test_it_comes_back_to_who_held_it_and_by_when_it_was_due() -> None:
    case, head = rectification(State.PLAN, H, "submit_plan")
    held = timezone.localdate() - timedelta(4)
    due_on = next_workday(held + timedelta(5))  # a deadline is kept as it holds
    Case.objects.filter(pk=case.pk).update(holder_since=held, step_due_on=due_on)

    engine.perform(case, "submit_plan", acting(head), commitment=True)
    after = engine.withdraw(case, acting(head), reason="还要改")

    hands = (after.holder_unit_id, after.holder_role, after.holder_since, after.step_due_on)
    assert hands == (case.unit_id, H, held, due_on)


def test_the_next_step_can_be_taken_and_taken_back_again() -> None:
    case, head = rectification(State.PLAN, H, "submit_plan")
    before = picture(case)
    for _ in range(2):
        engine.perform(case, "submit_plan", acting(head), commitment=True)
        engine.withdraw(case, acting(head), reason="还要改")

    assert picture(case) == before


def test_a_step_that_does_not_remember_is_not_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    case, liaison = rectification(State.SIGN, L, "sign")
    plain = engine._write

    def forgetful(event: Event, head: str, actor: Actor | None) -> None:
        event.note.pop("before_step", None)
        plain(event, head, actor)

    monkeypatch.setattr(engine, "_write", forgetful)
    engine.perform(case, "sign", acting(liaison))

    with pytest.raises(RefusedError, match="不能撤回"):
        engine.withdraw(case, acting(liaison), reason="点错了")


# ---------- effects on other rows ----------


def a_line(**more: Any) -> Transition:
    return step("mark", "作标记", {"sign"}, "claim", UNIT, withdrawable=True, **more)


def test_effects_that_nobody_can_undo_are_refused_at_start() -> None:
    with pytest.raises(ValueError, match="does not say how"):
        a_line(effects=(lambda doing: None,))
    with pytest.raises(ValueError, match="cannot be withdrawn"):
        step("mark", "作标记", {"sign"}, "claim", UNIT, undo=(lambda doing: None,))


def test_effects_are_undone_last_first_and_who_was_told_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    case = a_rectification(State.SIGN)
    liaison, head = a_post(L, case.unit), a_post(H, case.unit)
    seen: list[tuple[str, Any]] = []

    def write(name: str) -> Callable[[Doing], None]:
        return lambda doing: seen.append((name, doing.given["note"]))

    line = a_line(
        needs=("note",),
        effects=(write("one"), write("two")),
        undo=(write("not one"), write("not two")),
        tells=lambda case: [(case.unit_id, INSPECTED)],
    )
    circuit = circuits.circuit_of(case)
    monkeypatch.setitem(circuit.by_name, "mark", line)

    engine.perform(case, "mark", acting(liaison), note="甲")
    engine.withdraw(case, acting(liaison), reason="错了")

    assert seen == [("one", "甲"), ("two", "甲"), ("not two", "甲"), ("not one", "甲")]
    told = Notice.objects.filter(case=case, post=head).order_by("pk").values_list("text", flat=True)
    assert [text.split("：")[1] for text in told] == ["作标记。下一步", "撤回“作标记”。下一步"]


# ---------- what goes out of sight ----------


def hiding(**more: Any) -> Transition:
    changes = lambda case, given, day: {"secrecy": Secrecy.NAMED}
    return step("hide", "收起", {"sign"}, "claim", UNIT, changes=changes, **more)


def test_a_step_that_takes_the_case_out_of_sight_is_rolled_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    case = a_rectification(State.SIGN)
    liaison = acting(a_post(L, case.unit))
    monkeypatch.setitem(circuits.circuit_of(case).by_name, "hide", hiding())
    before = picture(case), Event.objects.count()

    with pytest.raises(engine.NotPermittedError, match="不在您的职责范围内了，所以没有保存"):
        engine.perform(case, "hide", liaison)

    assert (picture(case), Event.objects.count()) == before


def test_a_step_may_say_that_it_leads_out_of_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    case = a_rectification(State.SIGN)
    liaison = acting(a_post(L, case.unit))
    monkeypatch.setitem(circuits.circuit_of(case).by_name, "hide", hiding(leaves_sight=True))

    assert engine.perform(case, "hide", liaison).secrecy == Secrecy.NAMED
    assert not Case.objects.visible_to(liaison).filter(pk=case.pk).exists()


def test_a_correction_never_leads_out_of_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    row = a_finding(FindingState.OFFICE_REVIEW)
    staff = acting(a_post(S))
    monkeypatch.setattr(circuits.Circuit, "editable", lambda *_: frozenset({"secrecy"}))
    before = picture(row.case), Event.objects.count()

    with pytest.raises(engine.NotPermittedError, match="所以没有保存"):
        engine.amend(row.case, staff, {"secrecy": Secrecy.NAMED})

    assert (picture(row.case), Event.objects.count()) == before


def test_no_step_of_today_leads_out_of_sight() -> None:
    """When one is to, it is written here and in the table of rights in docs, not only in the table."""
    lines = [(c.kind, t.name) for c in circuits.all_circuits() for t in c.transitions if t.leaves_sight]

    assert lines == []
    assert {c.kind for c in circuits.all_circuits()} == {spec.name for spec in kinds.all_kinds()}
