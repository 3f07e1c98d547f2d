"""What stands in the way of a step: the same case without and with it, and the sentence that the reader can act on."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from casework.errors import RefusedError
from casework.models import Attachment, Case
from casework.pages.case_page import acts
from casework.workflow import engine
from casework.workflow.circuits import MOOT, all_circuits, circuit_of
from casework.workflow.inputs import INPUTS
from casework.workflow.turns import turn_of
from inspections.enums import RectifyType
from inspections.models import Finding
from organizations.enums import Role
from rectification.enums import Judge, State, Verdict
from rectification.models import EvidenceVerdict, Measure, PaperWarning, Rectification
from rectification.services import save_plan
from rectification.workflow import TABLE, guards
from tests.closures import an_objection
from tests.factories import prepare
from tests.rectification.scenes import WHY, D, H, L, R, S, Scene, at, in_days, planned, today

pytestmark = pytest.mark.django_db
Spoil = Callable[[Scene], object]
SAID: dict[str, Any] = {"note_progress": "已补签到册", "percent": 90}


@pytest.fixture(scope="module")
def scenes(made_once: Any) -> dict[State, Scene]:
    """One case in each state that a guard looks at, and as far as the guards let it."""

    def make() -> dict[State, Scene]:
        made = {
            state: at(state)
            for state in (State.PLAN, State.REMEDYING, State.SUPERVISION, State.PUBLICITY, State.FINAL_REVIEW)
        }
        planned(made[State.PLAN])
        finish(made[State.REMEDYING])
        judge_all(made[State.SUPERVISION], Judge.SUPERVISOR)
        judge_all(made[State.FINAL_REVIEW], Judge.OFFICE)
        return made

    return made_once(make)  # type: ignore[no-any-return]


def finish(scene: Scene) -> None:
    prepare(scene.case, "request_closure", scene.who(L))


def judge_all(scene: Scene, judge: Judge, verdict: Verdict = Verdict.DONE) -> None:
    role = R if judge == Judge.SUPERVISOR else S
    for m in scene.measures:
        EvidenceVerdict.objects.give(
            m, judge=judge, verdict=verdict, reason="未签名", post=scene.people.posts[role], day=today()
        )


def row(**fields: Any) -> Spoil:
    return lambda scene: Rectification.objects.filter(pk=scene.pk).update(**fields)


def measure(n: int, **fields: Any) -> Spoil:
    return lambda scene: Measure.objects.filter(case_id=scene.pk, n=n).update(**fields)


def card(**fields: Any) -> Spoil:
    return lambda scene: Case.objects.filter(pk=scene.pk).update(**fields)


def no_measures(scene: Scene) -> None:
    for m in scene.measures:
        m.verdicts.all().delete()
        m.delete()


def verdict(judge: Judge, word: Verdict) -> Spoil:
    def say(scene: Scene) -> None:
        post = scene.people.posts[R if judge == Judge.SUPERVISOR else S]
        EvidenceVerdict.objects.give(
            scene.measures[1], judge=judge, verdict=word, reason="还差签名", post=post, day=today()
        )

    return say


def unit_speaks_again(scene: Scene) -> None:
    """单位 says anew that measure 2 is done: what the others said of it lapses."""
    EvidenceVerdict.objects.give(
        scene.measures[1], judge=Judge.UNIT, verdict=Verdict.DONE, post=scene.people.posts[L], day=today()
    )


def take_out_evidence(scene: Scene) -> None:
    Attachment.objects.filter(measures=scene.measures[0]).update(removed_at="2026-11-01T00:00:00+08:00")


def long_term_until(n: int) -> Spoil:
    def wait(scene: Scene) -> None:
        card(state=State.LONG_TERM)(scene)
        row(next_review_on=in_days(n))(scene)

    return wait


def asked_of(role: Role) -> Spoil:
    """An extension is asked for, and lies with this role."""

    def ask(scene: Scene) -> None:
        card(holder_role=role)(scene)
        row(asked_due_on=in_days(100))(scene)

    return ask


def returned(name: str) -> Spoil:
    """The last thing that happened is that the case was sent back."""

    def give_back(scene: Scene) -> None:
        engine.note(scene.case, scene.who(S), name, "退回")

    return give_back


def kept_up(scene: Scene) -> None:
    """The finding is one that is to be kept up for good (R3)."""
    Finding.objects.filter(rectifications=scene.pk).update(rectify_type=RectifyType.LONG_TERM)


def objected(outcome: str = "", days_ago: int = 0) -> Spoil:
    return lambda scene: an_objection(scene.case, outcome, days_ago)


def warned_of(answer: str) -> Spoil:
    """Whoever judges has said of both warnings that a closure falls for, and of one more, whether they hold."""

    def say(scene: Scene) -> None:
        now, post = timezone.now(), scene.people.posts[S]
        said = {"answer": answer, "word": "核对过", "answered_by": post, "answered_at": now}
        for rule in ("formed_before", "same_file", "last_minutes"):
            PaperWarning.objects.create(case=scene.case, rule=rule, key=rule, raised_at=now, **said)

    return say


def signed_by_liaison(scene: Scene) -> None:
    """A request that no head signed, as an old record may hold."""
    engine.note(scene.case, scene.who(L), "request_closure", "申请销号")


REVIEW = State.FINAL_REVIEW
UNCHANGED = f"{today():%m-%d} “退回”以后还没有改动，请先按退回的原因修改"
ROWS: list[tuple[Callable[[Case], str | None], State, Spoil, str]] = [
    (guards.plan_is_complete, State.PLAN, row(goal="", owner=""), "还没有填写整改目标、责任人，请在“整改方案”处补上"),
    (guards.plan_is_complete, State.PLAN, row(leader_title=""), "还没有填写责任领导，请在“整改方案”处补上"),
    (guards.plan_is_complete, State.PLAN, no_measures, "还没有措施，请在“措施”处至少添加一条"),
    (guards.plan_is_complete, State.PLAN, measure(2, owner=""),
        "第 2 条措施没有写全责任人、成果、验收标准，请在“整改方案”处补上"),
    (guards.plan_is_complete, State.PLAN, measure(1, deliverable=""),
        "第 1 条措施没有写全责任人、成果、验收标准，请在“整改方案”处补上"),
    (guards.plan_is_complete, State.PLAN, measure(1, standard=""),
        "第 1 条措施没有写全责任人、成果、验收标准，请在“整改方案”处补上"),
    (guards.plan_is_complete, State.PLAN, row(cause=None), "还没有填写问题根源，请在“整改方案”处补上"),
    (guards.plan_is_complete, State.PLAN, kept_up, "长期坚持的还没有阶段目标，请在“整改方案”处至少添加一个"),
    (guards.plan_is_complete, State.PLAN, measure(1, due_on=in_days(91)),
        f"第 1 条措施的时限晚于整改时限 {in_days(90)}，请改早"),
    (guards.not_with_head, State.PLAN, card(holder_role=H), "已送主要负责人签字，请等签字或退回"),
    (guards.every_measure_is_done, State.REMEDYING, measure(2, done_on=None),
        "第 2 条措施还没有完成，请在该条措施处填写完成情况"),
    (guards.every_measure_is_done, State.REMEDYING, no_measures, "还没有措施，请在“措施”处至少添加一条"),
    (guards.every_measure_has_evidence, State.REMEDYING, lambda scene: scene.measures[1].evidence.clear(),
        "第 2 条措施还没有佐证，请在该条措施处上传"),
    (guards.every_measure_has_evidence, State.REMEDYING, take_out_evidence,
        "第 1 条措施还没有佐证，请在该条措施处上传"),
    (guards.no_extension_pending, State.REMEDYING, row(asked_due_on=in_days(100)), "延期申请还在审批，请等批复"),
    (guards.extensions_left, State.REMEDYING, row(extensions=2), "已延期 2 次，不能再延"),
    (guards.judged_done_by_supervisor, State.SUPERVISION, unit_speaks_again,
        "第 2 条措施还没有认定，请在“措施、佐证与认定”处认定"),
    (guards.judged_done_by_supervisor, State.SUPERVISION, verdict(Judge.SUPERVISOR, Verdict.PARTLY),
        "第 2 条措施未认定为到位，请退回补充或改认定"),
    (guards.judged_done_by_office, REVIEW, unit_speaks_again, "第 2 条措施还没有认定，请在“措施、佐证与认定”处认定"),
    (guards.judged_done_by_office, REVIEW, verdict(Judge.OFFICE, Verdict.NOT_DONE),
        "第 2 条措施未认定为到位，请退回补充或改认定"),
    (guards.publicity_is_over, State.PUBLICITY, row(published_on=today()), f"公示要到 {in_days(1)} 才满 1 日"),
    (guards.publicity_is_over, State.PUBLICITY, row(published_on=in_days(-1)), f"公示要到 {today()} 才满 1 日"),
    (guards.review_has_come, State.REMEDYING, long_term_until(1),
        f"长期坚持还没有到复核日期 {in_days(1)}，请到期再申请，或请依法治市办先转回整改"),
    (guards.plan_changed_since_return, State.PLAN, returned("return_plan"), UNCHANGED),
    (guards.closure_changed_since_return, State.REMEDYING, returned("send_back"), UNCHANGED),
    (guards.not_verified_yet, REVIEW, card(holder_role=D), "已核验，等负责人审定"),
    (guards.publicity_is_over, State.PUBLICITY, row(published_on=None), "还没有发布公示，请先发布公示"),
    (guards.is_published, State.PUBLICITY, row(published_on=None), "还没有发布公示，请先发布公示"),
    (guards.no_objection_waits, REVIEW, objected(), "公示有 1 件异议没有处理，请先处理异议"),
    (guards.no_objection_upheld, State.PUBLICITY, objected("partly"), "公示有 1 件异议成立，请退回补充"),
    (guards.no_evidence_is_refused, REVIEW, warned_of("upheld"),
        "纸面整改提示已采信：佐证形成于问题发现以前、同一材料用于别的问题，请退回补充或重新认定提示"),
    (guards.signed_by_head, REVIEW, signed_by_liaison, "销号申请没有单位主要负责人签字，请退回由主要负责人签字"),
]  # fmt: skip
# these two hold where something waits, and refuse where nothing does
WAITING: list[tuple[Callable[[Case], str | None], State, Spoil, str]] = [
    (guards.with_head, State.PLAN, card(holder_role=H), "还没有送您签字"),
    (guards.extension_pending, State.REMEDYING, asked_of(D), "没有待批的延期申请"),
    (guards.extension_with_head, State.REMEDYING, asked_of(H), "没有待签字的延期申请"),
    (guards.verified, REVIEW, card(holder_role=D), "督察科还没有核验，请先由经办核验"),
    (guards.not_published_yet, State.PUBLICITY, row(published_on=None), f"{in_days(-9)} 已经发布公示"),
    (guards.an_objection_waits, State.PUBLICITY, objected(), "没有待处理的异议"),
    (guards.an_objection_is_upheld, State.PUBLICITY, objected("upheld"), "没有成立的异议，先登记并处理异议"),
]
ALLOWED = {
    guards.review_has_come: long_term_until(0),
    guards.extensions_left: row(extensions=1),
    guards.publicity_is_over: row(published_on=in_days(-2)),
    guards.judged_done_by_office: verdict(Judge.SUPERVISOR, Verdict.NOT_DONE),
    guards.no_objection_waits: objected("dismissed"),
    guards.no_objection_upheld: objected("upheld", days_ago=10),  # to the publicity before
    guards.no_evidence_is_refused: warned_of("dismissed"),
}


def test_every_guard_of_the_table_is_here() -> None:
    used = {guard for t in TABLE.whole.transitions for guard in t.guards}

    assert used == {found[0] for found in [*ROWS, *WAITING]}


def test_every_function_of_the_room_that_looks_at_the_case_is_in_the_table() -> None:
    written = {
        f
        for name, f in inspect.getmembers(guards, inspect.isfunction)
        if not name.startswith("_") and f.__module__ == guards.__name__
    }
    used = {rule for t in TABLE.whole.transitions for rule in (*t.guards, *t.recusals)}

    assert written == used


@pytest.mark.parametrize(("guard", "state", "spoil", "sentence"), ROWS, ids=[found[0].__name__ for found in ROWS])
def test_a_guard_lets_the_case_pass_until_what_it_asks_for_is_gone(
    scenes: Any, guard: Any, state: State, spoil: Spoil, sentence: str
) -> None:
    assert guard(scenes[state].case) is None

    spoil(scenes[state])

    assert guard(scenes[state].case) == sentence


@pytest.mark.parametrize(("guard", "state", "allow", "sentence"), WAITING, ids=[found[0].__name__ for found in WAITING])
def test_a_guard_refuses_until_what_it_waits_for_is_there(
    scenes: Any, guard: Any, state: State, allow: Spoil, sentence: str
) -> None:
    assert guard(scenes[state].case) == sentence

    allow(scenes[state])

    assert guard(scenes[state].case) is None


def test_an_extension_that_the_head_has_not_signed_is_not_decided(scenes: Any) -> None:
    asked_of(H)(scenes[State.REMEDYING])

    assert guards.extension_pending(scenes[State.REMEDYING].case) == "延期申请还没有单位主要负责人签字"


@pytest.mark.parametrize(
    ("guard", "state", "name"),
    [
        (guards.plan_changed_since_return, State.PLAN, "return_plan"),
        (guards.closure_changed_since_return, State.REMEDYING, "send_back"),
    ],
)
def test_what_was_changed_after_a_return_is_sent_again(scenes: Any, guard: Any, state: State, name: str) -> None:
    scene = scenes[state]
    returned(name)(scene)
    scene.do("report_progress", scene.who(L), **SAID) if state == State.REMEDYING else save_plan(
        scene.case, scene.who(L), {"goal": "另写的目标"}
    )

    assert guard(scene.case) is None


@pytest.mark.parametrize("guard", ALLOWED, ids=lambda guard: guard.__name__)
def test_a_guard_is_no_stricter_than_its_rule(scenes: Any, guard: Any) -> None:
    """A second extension, the day after publicity, another judge's word: none of these stands in the way."""
    state = next(found[1] for found in ROWS if found[0] is guard)

    ALLOWED[guard](scenes[state])

    assert guard(scenes[state].case) is None


def test_a_measure_is_due_on_the_very_day_of_the_rectification(scenes: Any) -> None:
    Measure.objects.filter(case_id=scenes[State.PLAN].pk).update(due_on=in_days(90))

    assert guards.plan_is_complete(scenes[State.PLAN].case) is None


@pytest.mark.parametrize(
    ("state", "step", "role", "spoil"),
    [
        (State.PLAN, "submit_plan", H, row(goal="")),
        (State.REMEDYING, "request_closure", H, measure(1, done_on=None)),
        (State.SUPERVISION, "endorse", R, unit_speaks_again),
        (State.PUBLICITY, "end_publicity", S, row(published_on=today())),
        (State.FINAL_REVIEW, "verify", S, unit_speaks_again),
    ],
    ids=["plan", "closure", "supervision", "publicity", "verification"],
)
def test_the_button_stands_there_with_the_sentence_that_refuses_the_step(
    scenes: Any, state: State, step: str, role: Any, spoil: Spoil
) -> None:
    scene = scenes[state]
    offer = lambda: next(
        o for o in circuit_of(scene.case).offers(scene.case, scene.who(role)) if o.transition.name == step
    )
    assert offer().is_open

    spoil(scene)

    with pytest.raises(RefusedError) as refused:
        scene.do(step, scene.who(role), **(WHY | {"commitment": True, "opinion": "同意"}))
    assert refused.value.reasons == offer().refusals


OBJECTED: dict[str, Any] = {"objected_on": today(), "objector": "citizen", "objection": "件数不符"}
NOTHING_TO_ANSWER: list[tuple[State, Role, set[str], list[tuple[str, Role, dict[str, Any]]]]] = [
    (State.PLAN, H, {"return_plan_to_liaison"}, [("send_plan_for_signature", L, {})]),
    (State.REMEDYING, H, {"return_closure_to_liaison"}, [("send_closure_for_signature", L, {})]),
    (
        State.REMEDYING,
        H,
        {"sign_extension", "return_extension_to_liaison"},
        [("ask_extension", L, WHY | {"asked_due_on": in_days(100)})],
    ),
    (
        State.REMEDYING,
        D,
        {"grant_extension", "refuse_extension"},
        [("ask_extension", L, WHY | {"asked_due_on": in_days(100)}), ("sign_extension", H, {"commitment": True})],
    ),
    (State.PUBLICITY, S, {"answer_objection"}, [("record_objection", S, OBJECTED)]),
]


def shown(scene: Scene, role: Role) -> set[str]:
    actor = scene.who(role)
    offered, _ = acts(scene.case, actor, turn_of(scene.case, actor))
    return {act.name for act in offered}


@pytest.mark.parametrize(
    ("state", "role", "answers", "asked"), NOTHING_TO_ANSWER, ids=lambda value: "-".join(sorted(map(str, value)))[:60]
    if isinstance(value, set) else ""
)  # fmt: skip
def test_an_answer_is_offered_when_something_was_asked_and_not_shown_before(
    scenes: Any, state: State, role: Role, answers: set[str], asked: Any
) -> None:
    scene = scenes[state]
    before = shown(scene, role)
    for name, by, given in asked:
        scene.do(name, scene.who(by), **given)

    assert (before & answers, shown(scene, role) & answers) == (set(), answers)


def test_what_is_verified_is_not_verified_again(scenes: Any) -> None:
    scene = scenes[State.FINAL_REVIEW]
    assert "verify" in shown(scene, S)

    scene.do("verify", scene.who(S), opinion="同意")

    assert "verify" not in shown(scene, S)


def test_no_other_guard_hides_its_step() -> None:
    """What its reader can mend or wait for stands there disabled, with the sentence."""
    hidden = {"with_head", "extension_with_head", "extension_pending", "not_verified_yet"}
    hidden |= {"not_published_yet", "an_objection_waits", "an_objection_is_upheld"}

    assert {t.name for c in all_circuits() for t in c.transitions for g in t.guards if g in MOOT} == {
        "return_plan_to_liaison", "return_closure_to_liaison", "sign_extension", "return_extension_to_liaison",
        "grant_extension", "refuse_extension", "verify", "publish", "answer_objection", "uphold_objection",
    }  # fmt: skip
    assert {guard.__name__ for guard in MOOT} == hidden  # type: ignore[attr-defined]


def test_the_form_of_a_progress_report_begins_with_what_was_reported_last(scenes: Any) -> None:
    scene = scenes[State.REMEDYING]
    assert INPUTS["percent"].initial(scene.case) is None  # type: ignore[misc]

    scene.do("report_progress", scene.who(L), **SAID)

    assert INPUTS["percent"].initial(scene.case) == SAID["percent"]  # type: ignore[misc]
