"""提交人 ≠ 审核人 ≠ 销号审定人, and nobody judges his own unit (docs/domain/process.md 2.4).

Who stays out, and who may do it instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from casework.errors import NotPermittedError, RefusedError
from casework.models import Event
from casework.workflow.circuits import circuit_of
from organizations.actor import Actor
from organizations.models import Post, User
from rectification import services
from rectification.enums import Judge, State, Verdict
from rectification.models import EvidenceVerdict
from rectification.workflow import TABLE
from tests.closures import SIGNED
from tests.factories import UnitFactory, a_post, acting, attach, prepare
from tests.rectification.scenes import D, H, L, R, S, Scene, at, in_days

pytestmark = pytest.mark.django_db
GIVEN: dict[str, Any] = {"opinion": "佐证齐全"}
ANSWER = {"claimed_part": "3 份案卷", "rest": "音像记录", "reason": "音像记录由另一单位管理"}
DECISION = {"part_kept": "3 份案卷", "part_moved": "音像记录", "reason": "职责如此", "new_due_on": in_days(60)}


@pytest.fixture(scope="module")
def scenes(made_once: Any) -> dict[str, Scene]:
    """A case before each of the three steps that judge it, with the verdicts that each step asks for."""

    def make() -> dict[str, Scene]:
        made = {"endorse": at(State.SUPERVISION), "verify": at(State.FINAL_REVIEW), "close": at(State.FINAL_REVIEW)}
        made["split"] = at(State.CLAIM)
        made["split"].take("claim_part", L, **ANSWER, suggested_unit=UnitFactory())
        prepare(made["endorse"].case, "endorse", made["endorse"].who(R))
        prepare(made["verify"].case, "verify", made["verify"].who(S))
        made["close"].take("verify", S, **GIVEN)
        return made

    return made_once(make)  # type: ignore[no-any-return]


WHO = {"endorse": R, "verify": S, "close": D, "split": D}


def given(step: str) -> dict[str, Any]:
    """What a step asks for."""
    return DECISION | {"new_unit": UnitFactory()} if step == "split" else GIVEN


def did(name: str) -> Callable[[Scene, str], Actor]:
    """Who took this step before."""

    def person(scene: Scene, step: str) -> Actor:
        user = Event.objects.filter(case_id=scene.pk, name=name).latest("seq").post.user
        return moved(scene, user, step)

    return person


def moved(scene: Scene, user: User, step: str) -> Actor:
    """The same person, gone from where he was to the post in which the step at hand is taken."""
    Post.objects.filter(user=user).update(to_on=in_days(-1))
    role = WHO[step]
    return acting(a_post(role, scene.people.posts[role].unit, user=user))


def finder(scene: Scene, step: str) -> Actor:
    user = Event.objects.get(case_id=scene.case.content.finding_id, seq=1).post.user
    return moved(scene, user, step)


def confirmer(scene: Scene, step: str) -> Actor:
    user = Event.objects.get(case_id=scene.case.content.finding_id, name="confirm").post.user
    return moved(scene, user, step)


def at_home_in_the_unit(scene: Scene, step: str) -> Actor:
    """市司法局's people staff the office: employed there, appointed here (docs/domain/process.md 2.4)."""
    actor = acting(a_post(WHO[step], scene.people.posts[WHO[step]].unit))
    actor.post.user.home_unit = scene.case.unit
    actor.post.user.save(update_fields=["home_unit"])
    return actor


def with_a_post_in_the_unit(scene: Scene, step: str) -> Actor:
    actor = acting(a_post(WHO[step], scene.people.posts[WHO[step]].unit))
    a_post(L, scene.case.unit, user=actor.post.user)
    return actor


REQUESTED, ENDORSED, VERIFIED, FOUND = (
    "本件由您申请销号，须由其他人员办理",
    "本件由您作过主管部门审核，须由其他人员办理",
    "本件由您核验，须由其他人员审定",
    "本问题由您录入，须由其他人员审定",
)
ANSWERED, CONFIRMED = "异议由您提出，须由其他人员裁决", "本问题由您确认，须由其他人员裁决"
UNIT = "您在{unit}任职，应当回避，请由其他人员办理"
ROWS: list[tuple[str, Callable[[Scene, str], Actor], str]] = [
    ("endorse", did("request_closure"), REQUESTED),
    ("endorse", at_home_in_the_unit, UNIT), ("endorse", with_a_post_in_the_unit, UNIT),
    ("verify", did("request_closure"), REQUESTED), ("verify", did("endorse"), ENDORSED),
    ("verify", at_home_in_the_unit, UNIT), ("verify", with_a_post_in_the_unit, UNIT),
    ("close", did("request_closure"), REQUESTED), ("close", did("endorse"), ENDORSED),
    ("close", did("verify"), VERIFIED), ("close", finder, FOUND),
    ("close", at_home_in_the_unit, UNIT), ("close", with_a_post_in_the_unit, UNIT),
    ("split", did("claim_part"), ANSWERED), ("split", finder, FOUND), ("split", confirmer, CONFIRMED),
    ("split", at_home_in_the_unit, UNIT), ("split", with_a_post_in_the_unit, UNIT),
]  # fmt: skip
IDS = [
    "endorse-requester", "endorse-home", "endorse-post",
    "verify-requester", "verify-supervisor", "verify-home", "verify-post",
    "close-requester", "close-supervisor", "close-verifier", "close-finder", "close-home", "close-post",
    "split-answerer", "split-finder", "split-confirmer", "split-home", "split-post",
]  # fmt: skip


ADJUDICATORS = {"not_the_disputer", "not_the_finder", "not_the_confirmer", "not_from_the_unit"}
ADJUDICATIONS = ("dismiss_dispute", "uphold_dispute", "split", "refuse_part", "refuse_handover", "reassign")


def test_the_steps_with_recusals_are_these() -> None:
    recused = {t.name: {rule.__name__ for rule in t.recusals} for t in TABLE.whole.transitions if t.recusals}

    assert recused == {
        **dict.fromkeys(ADJUDICATIONS, ADJUDICATORS),
        "answer_objection": {"not_from_the_unit"},
        "end_publicity": {"not_from_the_unit"},
        "approve_plan": {"not_the_plan_signer"},
        "grant_extension": {"not_the_extension_asker"},
        "endorse": {"not_the_requester", "not_from_the_unit"},
        "verify": {"not_the_requester", "not_the_supervisor", "not_from_the_unit"},
        "close": {"not_the_requester", "not_the_supervisor", "not_the_verifier", "not_the_finder", "not_from_the_unit"},
    }


@pytest.mark.parametrize("step", WHO)
def test_somebody_new_in_the_same_role_takes_the_step(scenes: Any, step: str) -> None:
    scene = scenes[step]
    fresh = acting(a_post(WHO[step], scene.people.posts[WHO[step]].unit))

    assert scene.do(step, fresh, **given(step)).last_seq > 0


@pytest.mark.parametrize(("step", "who", "sentence"), ROWS, ids=IDS)
@pytest.mark.accepts(4)
def test_who_had_a_part_in_it_stays_out_and_reads_why(scenes: Any, step: str, who: Any, sentence: str) -> None:
    scene = scenes[step]
    actor, before = who(scene, step), scene.case
    expected = [sentence.format(unit=before.unit_name)]

    with pytest.raises(RefusedError) as refused:
        scene.do(step, actor, **given(step))

    assert refused.value.reasons == expected
    offered = next(
        offer for offer in circuit_of(before).offers(before, acting(actor.post)) if offer.transition.name == step
    )
    assert offered.refusals == expected
    assert (scene.case.state, scene.case.last_seq) == (before.state, before.last_seq)


def test_a_post_in_the_unit_that_has_ended_keeps_nobody_out(scenes: Any) -> None:
    scene = scenes["close"]
    actor = acting(a_post(D))
    a_post(L, scene.case.unit, user=actor.post.user, to_on=in_days(-1))

    assert scene.do("close", actor).state == State.CLOSED


def test_a_recusal_looks_at_the_newest_round_of_the_way(scenes: Any) -> None:
    """Sent back and asked for anew by somebody else: the first requester has no part in it any more."""
    scene = scenes["verify"]
    first = scene.people.posts[H]
    scene.do("send_back", scene.who(S), reason="请补充签到册")
    attach(scene.case, scene.who(L), "签到册")  # sent again unchanged it would be refused
    second = acting(a_post(H, scene.case.unit))
    scene.do("request_closure", second, **SIGNED)

    scene.do("endorse", moved(scene, first.user, "endorse"), **GIVEN)

    assert Event.objects.filter(case_id=scene.pk, name="endorse").latest("seq").post.user == first.user


# ---------- verdicts and look-backs follow the same rule ----------


@pytest.mark.parametrize(("step", "judge"), [("endorse", Judge.SUPERVISOR), ("verify", Judge.OFFICE)])
def test_a_measure_is_judged_by_somebody_from_outside(scenes: Any, step: str, judge: Judge) -> None:
    scene = scenes[step]
    before = EvidenceVerdict.objects.count()

    for who, sentence in (
        (did("request_closure"), "由您申请销号"),
        (at_home_in_the_unit, "应当回避"),
        (with_a_post_in_the_unit, "应当回避"),
    ):
        with pytest.raises(NotPermittedError, match=sentence):
            services.judge(scene.measures[0], who(scene, step), Verdict.DONE)
    assert EvidenceVerdict.objects.count() == before

    given = services.judge(
        scene.measures[0], acting(a_post(WHO[step], scene.people.posts[WHO[step]].unit)), Verdict.DONE
    )
    assert (given.judge, EvidenceVerdict.objects.count()) == (judge, before + 1)


def test_who_endorsed_for_the_department_does_not_judge_again_for_the_office(scenes: Any) -> None:
    scene = scenes["verify"]

    with pytest.raises(NotPermittedError, match="由您作过主管部门审核"):
        services.judge(scene.measures[0], did("endorse")(scene, "verify"), Verdict.DONE)

    assert services.judge(scene.measures[0], scene.who(S), Verdict.DONE).judge == Judge.OFFICE


def test_the_office_of_a_department_that_is_inspected_is_judged_by_the_others_in_it() -> None:
    """市司法局 houses the office: who is employed there stays out of its case from verdict to closure.

    Of the office's people, who is not employed there takes each step.
    """
    bureau = UnitFactory(name="庆阳市司法局")
    scene = at(State.FINAL_REVIEW, unit=bureau)
    insider, outsider = acting(a_post(S)), acting(a_post(S))
    insider.post.user.home_unit = bureau
    insider.post.user.save(update_fields=["home_unit"])

    with pytest.raises(NotPermittedError, match="您在庆阳市司法局任职，应当回避"):
        services.judge(scene.measures[0], insider, Verdict.DONE)
    for m in scene.measures:
        services.judge(m, outsider, Verdict.DONE)
    with pytest.raises(RefusedError, match="您在庆阳市司法局任职，应当回避"):
        scene.do("verify", acting(insider.post), **GIVEN)
    scene.do("verify", acting(outsider.post), **GIVEN)
    boss = acting(a_post(D))
    boss.post.user.home_unit = bureau
    boss.post.user.save(update_fields=["home_unit"])
    with pytest.raises(RefusedError, match="您在庆阳市司法局任职，应当回避"):
        scene.do("close", boss)

    assert scene.take("close", D).state == State.CLOSED
