"""Every step of the rectification: from where, by whom, to where, into whose hands; and nobody else takes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from casework.deadlines.working_days import next_workday
from casework.errors import ConflictError, NotPermittedError, RefusedError
from casework.models import Case, Event, Notice
from casework.workflow import engine, trail
from organizations.enums import BUSINESS, Role
from rectification.enums import State
from rectification.models import Measure, Objection
from rectification.workflow import TABLE
from tests.closures import SIGNED, a_closure_asks, published
from tests.factories import Cast, UnitFactory, a_campaign, a_post, a_rectification, acting, attach, prepare

pytestmark = pytest.mark.django_db
L, H, S, D, R = Role.UNIT_LIAISON, Role.UNIT_HEAD, Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.INDUSTRY_REVIEWER
TODAY = timezone.localdate
WHY: dict[str, Any] = {"reason": "请补充培训记录"}
SOON = lambda n: TODAY() + timedelta(n)
ASKED = WHY | {"asked_due_on": SOON(100)}
PARTLY = WHY | {"claimed_part": "3 份案卷", "rest": "音像记录", "suggested_unit": "another"}
SPLIT = WHY | {"part_kept": "3 份案卷", "part_moved": "音像记录", "new_unit": "another", "new_due_on": SOON(60)}
Step = tuple[str, Role | None, dict[str, Any]]  # nobody takes what is the system's own

OBJECTED = lambda: {"objected_on": TODAY(), "objector": "citizen", "objection": "公示的件数与实际不符"}
DISMISSED = {"objection_row": "waiting", "objection_outcome": "dismissed", "objection_answer": "已逐件核实"}
UPHELD = DISMISSED | {"objection_outcome": "upheld"}

# the steps to take from a state of the main way; the last one is what is looked at:
# (start, steps before, step, to, in whose hands)
ROWS: list[tuple[State, list[Step], Step, State, Role | None]] = [
    (State.SIGN, [], ("sign", L, {}), State.CLAIM, L),
    (State.CLAIM, [], ("claim", H, {}), State.PLAN, L),
    (State.SIGN, [], ("take_over", None, {}), State.PLAN, L),
    (State.CLAIM, [], ("dispute", L, WHY), State.DISPUTE, D),
    (State.CLAIM, [("dispute", L, WHY)], ("dismiss_dispute", D, WHY), State.CLAIM, L),
    (State.CLAIM, [("dispute", L, WHY)], ("uphold_dispute", D, WHY), State.VOID, None),
    (State.CLAIM, [("dispute", L, WHY)],
        ("reassign", D, WHY | {"new_unit": "another", "new_due_on": SOON(60)}), State.REASSIGNED, None),
    (State.CLAIM, [], ("claim_part", L, PARTLY), State.PART, D),
    (State.CLAIM, [("claim_part", L, PARTLY)], ("split", D, SPLIT), State.PLAN, L),
    (State.CLAIM, [("claim_part", L, PARTLY)], ("refuse_part", D, WHY), State.CLAIM, L),
    (State.CLAIM, [], ("decline", H, WHY | {"suggested_unit": "another"}), State.HANDOVER, D),
    (State.CLAIM, [("decline", L, WHY | {"suggested_unit": "another"})], ("refuse_handover", D, WHY), State.CLAIM, L),
    (State.PLAN, [], ("send_plan_for_signature", L, {}), State.PLAN, H),
    (State.PLAN, [("send_plan_for_signature", L, {})], ("return_plan_to_liaison", H, WHY), State.PLAN, L),
    (State.PLAN, [], ("submit_plan", H, {"commitment": True}), State.PLAN_REVIEW, S),
    (State.PLAN_REVIEW, [], ("approve_plan", S, {}), State.REMEDYING, L),
    (State.PLAN_REVIEW, [], ("return_plan", S, WHY), State.PLAN_RETURNED, L),
    (State.REMEDYING, [], ("report_progress", L, {"note_progress": "已成立专班", "percent": 30}), State.REMEDYING, L),
    (State.REMEDYING, [], ("ask_extension", L, ASKED), State.REMEDYING, H),
    (State.REMEDYING, [("ask_extension", L, ASKED)],
        ("sign_extension", H, {"commitment": True}), State.REMEDYING, D),
    (State.REMEDYING, [("ask_extension", L, ASKED)],
        ("return_extension_to_liaison", H, WHY), State.REMEDYING, L),
    (State.REMEDYING, [("ask_extension", L, ASKED), ("sign_extension", H, {"commitment": True})],
        ("grant_extension", D, {"granted_due_on": SOON(95)}), State.REMEDYING, L),
    (State.REMEDYING, [("ask_extension", L, ASKED), ("sign_extension", H, {"commitment": True})],
        ("refuse_extension", D, WHY), State.REMEDYING, L),
    (State.REMEDYING, [],
        ("make_long_term", D, WHY | {"stage_goal": "三分之一", "next_review_on": SOON(40), "expected_on": SOON(400)}),
        State.LONG_TERM, L),
    (State.REMEDYING,
        [("make_long_term", D, WHY | {"stage_goal": "三分之一", "next_review_on": SOON(40), "expected_on": SOON(400)})],
        ("end_long_term", D, WHY), State.REMEDYING, L),
    (State.REMEDYING, [], ("suspend", D, WHY | {"next_review_on": SOON(40)}), State.SUSPENDED, S),
    (State.REMEDYING, [("suspend", D, WHY | {"next_review_on": SOON(40)})], ("resume", S, WHY), State.REMEDYING, L),
    (State.REMEDYING, [], ("send_closure_for_signature", L, {}), State.REMEDYING, H),
    (State.REMEDYING, [("send_closure_for_signature", L, {})],
        ("return_closure_to_liaison", H, WHY), State.REMEDYING, L),
    (State.REMEDYING, [], ("request_closure", H, SIGNED), State.SUPERVISION, R),
    (State.SUPERVISION, [], ("endorse", R, {}), State.PUBLICITY, S),
    (State.SUPERVISION, [], ("return_by_supervisor", R, WHY), State.SENT_BACK, L),
    (State.PUBLICITY, [], ("end_publicity", S, {}), State.FINAL_REVIEW, S),
    (State.SUPERVISION, [("endorse", R, {})], ("publish", S, {}), State.PUBLICITY, S),
    (State.PUBLICITY, [], ("record_objection", S, OBJECTED()), State.PUBLICITY, S),
    (State.PUBLICITY, [("record_objection", S, OBJECTED())], ("answer_objection", S, DISMISSED), State.PUBLICITY, S),
    (State.PUBLICITY, [("record_objection", S, OBJECTED()), ("answer_objection", S, UPHELD)],
        ("uphold_objection", S, WHY), State.SENT_BACK, L),
    (State.FINAL_REVIEW, [], ("verify", S, {"opinion": "佐证齐全"}), State.FINAL_REVIEW, D),
    (State.FINAL_REVIEW, [], ("send_back", S, WHY), State.SENT_BACK, L),
    (State.FINAL_REVIEW, [("verify", S, {"opinion": "佐证齐全"})], ("close", D, {}), State.CLOSED, None),
    (State.FINAL_REVIEW, [("verify", S, {"opinion": "佐证齐全"})], ("refuse_closure", D, WHY), State.SENT_BACK, L),
]  # fmt: skip
IDS = [f"{row[2][0]}" for row in ROWS]


def starts(made_once: Any) -> Iterator[None]:
    """Bring a case to each of the states, once for all tests of a module."""
    made_once(lambda: AT.update({state: brought_to(state) for state in {row[0] for row in ROWS}}))
    yield
    AT.clear()


@pytest.fixture(autouse=True, scope="module")
def _starts(made_once: Any) -> Iterator[None]:
    yield from starts(made_once)


AT: dict[State, Case] = {}


def at(state: State) -> tuple[Case, Cast]:
    """A case in a campaign with every step there is, its publicity over, and its people."""
    case = Case.objects.get(pk=(AT.get(state) or brought_to(state)).pk)
    return case, Cast(case)


def brought_to(state: State) -> Case:
    supervisor = UnitFactory(is_industry_supervisor=True)
    campaign = a_campaign(with_supervision=True, with_publicity=True, publicity_days=1)
    start = State.PUBLICITY if state == State.FINAL_REVIEW else state
    case = a_rectification(start, campaign=campaign, supervisor=supervisor)
    if start == State.PUBLICITY:
        published(case)
    if state == State.FINAL_REVIEW:
        engine.perform(case, "end_publicity", Cast(case)(S))
    return case


def take(case: Case, people: Cast, step: Step) -> Case:
    name, role, given = step
    made = a_closure_asks(name) | given
    made |= {key: UnitFactory() for key, value in made.items() if value == "another"}
    waiting = Objection.objects.filter(case=case, outcome="").order_by("pk")
    made |= {key: waiting[0] for key, value in made.items() if value == "waiting"}
    if role is None:
        return engine.perform(case, name, None, **made)
    actor = people(role)
    if name in {"send_plan_for_signature", "submit_plan"}:
        prepare(case, "submit_plan", actor)
    if name in {"send_closure_for_signature", "request_closure"}:
        prepare(case, "request_closure", people(L))
    prepare(case, name, actor)
    return engine.perform(case, name, actor, **made)


def test_every_step_of_the_table_is_here() -> None:
    assert {t.name for t in TABLE.whole.transitions} == set(IDS)


@pytest.mark.parametrize(("start", "before", "step", "to", "hands"), ROWS, ids=IDS)
def test_a_step_leads_where_the_table_says(
    start: State, before: list[Step], step: Step, to: State, hands: Role | None
) -> None:
    case, people = at(start)
    for earlier in before:
        case = take(case, people, earlier)

    after = take(case, people, step)

    assert (after.state, after.holder_role) == (to, hands or "")
    event = (
        Event.objects.filter(case=after).latest("seq")
        if to != State.CLOSED
        else Event.objects.filter(case=after, name="close").get()
    )
    assert (event.name, event.state, event.post) == (step[0], to, people.posts[step[1]] if step[1] else None)
    if "reason" in step[2]:
        assert event.reason == WHY["reason"]
    assert list(trail.verify(Case.objects.filter(pk=after.pk))) == []


@pytest.mark.parametrize(("start", "before", "step", "to", "hands"), ROWS, ids=IDS)
def test_nobody_else_takes_it(start: State, before: list[Step], step: Step, to: State, hands: Role | None) -> None:
    case, people = at(start)
    for earlier in before:
        case = take(case, people, earlier)
    transition = next(t for t in TABLE.whole.transitions if t.name == step[0])
    given = {name: value for name, value in step[2].items() if value != "another"}

    for role in sorted(BUSINESS - transition.who.roles):
        with pytest.raises((NotPermittedError, ConflictError)):
            engine.perform(case, step[0], acting(a_post(role)), **given)
    for role in sorted(transition.who.roles & {L, H}):  # the same role at another unit
        with pytest.raises((NotPermittedError, ConflictError)):
            engine.perform(case, step[0], acting(a_post(role)), **given)

    assert Case.objects.get(pk=case.pk).state == case.state


@pytest.mark.parametrize(
    ("start", "before", "step"),
    [row[:3] for row in ROWS if "reason" in row[2][2]],
    ids=[row[2][0] for row in ROWS if "reason" in row[2][2]],
)
def test_what_needs_a_reason_is_refused_without(start: State, before: list[Step], step: Step) -> None:
    case, people = at(start)
    for earlier in before:
        case = take(case, people, earlier)
    name, role, given = step
    assert role is not None

    with pytest.raises(RefusedError):
        engine.perform(
            case,
            name,
            people(role),
            **{key: UnitFactory() if value == "another" else value for key, value in given.items() if key != "reason"},
        )


def test_a_reassigned_case_opens_another_for_the_new_unit_and_both_are_linked() -> None:
    case, people = at(State.CLAIM)
    unit = UnitFactory()
    engine.perform(case, "dispute", people(L), **WHY)
    engine.perform(case, "reassign", people(D), new_unit=unit, new_due_on=SOON(60), **WHY)

    new = Case.objects.get(rectification__finding_id=case.content.finding_id, unit=unit)
    assert (new.state, new.due_on, new.is_lead) == (State.SIGN, SOON(60), True)
    assert new.number != case.number


def test_both_clocks_run_after_an_extension() -> None:
    case, people = at(State.REMEDYING)
    original = case.due_on
    engine.perform(case, "ask_extension", people(L), asked_due_on=SOON(100), **WHY)
    engine.perform(case, "sign_extension", people(H), commitment=True)
    after = engine.perform(case, "grant_extension", people(D), granted_due_on=SOON(100))

    assert (after.original_due_on, after.due_on, after.content.extensions) == (original, next_workday(SOON(100)), 1)


@pytest.mark.parametrize(("asked", "said"), [(0, "不晚于现时限"), (500, "超过上限")])
def test_an_extension_lies_after_the_deadline_and_within_half_the_time(asked: int, said: str) -> None:
    case, people = at(State.REMEDYING)

    with pytest.raises(Exception, match=said):
        engine.perform(case, "ask_extension", people(L), asked_due_on=SOON(asked) if asked else case.due_on, **WHY)


def test_a_third_extension_is_refused() -> None:
    case, people = at(State.REMEDYING)
    type(case.content).objects.filter(pk=case.pk).update(extensions=2)

    with pytest.raises(RefusedError, match="不能再延"):
        engine.perform(case, "ask_extension", people(L), asked_due_on=SOON(100), **WHY)


def test_publicity_lasts_its_days() -> None:
    case, people = at(State.PUBLICITY)
    published(case, 0)

    with pytest.raises(RefusedError, match="公示要到"):
        engine.perform(case, "end_publicity", people(S))


def test_long_term_waits_for_its_review_in_whosever_hands() -> None:
    case, people = at(State.REMEDYING)
    case = take(
        case,
        people,
        ("make_long_term", D, WHY | {"stage_goal": "三分之一", "next_review_on": SOON(40), "expected_on": SOON(400)}),
    )
    assert (case.step_due_on, case.content.expected_on) == (next_workday(SOON(40)), SOON(400))
    with pytest.raises(RefusedError, match="还没有到复核日期"):
        take(case, people, ("send_closure_for_signature", L, {}))

    type(case.content).objects.filter(pk=case.pk).update(next_review_on=TODAY())
    case = take(Case.objects.get(pk=case.pk), people, ("send_closure_for_signature", L, {}))

    assert (case.holder_role, case.step_due_on) == (H, next_workday(TODAY()))


def test_who_works_at_the_unit_stays_out_of_its_closure() -> None:
    case, people = at(State.FINAL_REVIEW)
    staff = people.posts[S]
    staff.user.home_unit = case.unit
    staff.user.save(update_fields=["home_unit"])
    prepare(case, "verify", people(S))

    with pytest.raises(RefusedError, match="应当回避"):
        engine.perform(case, "verify", people(S), opinion="佐证齐全")


def test_who_verified_does_not_close() -> None:
    case, people = at(State.FINAL_REVIEW)
    case = take(case, people, ("verify", S, {"opinion": "佐证齐全"}))

    with pytest.raises(RefusedError, match="本件由您核验"):
        engine.perform(case, "close", acting(a_post(D, user=people.posts[S].user)), opinion="同意")


def test_who_logged_the_finding_does_not_close() -> None:
    case, people = at(State.FINAL_REVIEW)
    case = take(case, people, ("verify", S, {"opinion": "佐证齐全"}))
    finder = Event.objects.get(case_id=case.content.finding_id, seq=1).post.user

    with pytest.raises(RefusedError, match="由您录入"):
        engine.perform(case, "close", acting(a_post(D, user=finder)), opinion="同意")


def test_a_measure_without_verdict_or_evidence_holds_the_case() -> None:
    case, people = at(State.FINAL_REVIEW)
    with pytest.raises(RefusedError, match="还没有认定"):
        engine.perform(case, "verify", people(S), opinion="佐证齐全")

    fresh, others = at(State.REMEDYING)
    for n, measure in enumerate(Measure.objects.filter(case=fresh)):
        measure.done_on, measure.result = TODAY(), "已完成"
        measure.save()
        if n == 0:
            measure.evidence.add(attach(fresh, others(L)))
    with pytest.raises(RefusedError, match="第 2 条措施还没有佐证"):
        engine.perform(fresh, "request_closure", others(H), **SIGNED)


def test_the_unit_is_told_of_what_comes_back() -> None:
    case, people = at(State.FINAL_REVIEW)

    engine.perform(case, "send_back", people(S), **WHY)

    assert Notice.objects.filter(case=case, post=people.posts[L], text__contains="退回补充").exists()
