"""Whose turn it is: every state of every kind, for whoever holds it and for those who had a hand in it before.

轮到我 is what one can act on now; the rest of what lies in one's hands is 未到时 or 等别人, with the day or the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.models import Case, Event
from casework.pages import bar
from casework.pages.case_page import acts
from casework.pages.home import read_home
from casework.workflow import engine
from casework.workflow.circuits import all_circuits
from casework.workflow.recusals import BARRED
from casework.workflow.turns import turn_of
from clues.services import register_clue
from inspections.enums import CampaignState, FindingState
from inspections.services import draft_plan
from organizations.enums import Role
from organizations.models import Post, Unit, User
from rectification.enums import State
from rectification.models import Rectification
from tests.closures import published
from tests.factories import UnitFactory, a_campaign, a_finding, a_post, acting, the_office
from tests.inspections.test_plans_and_campaigns import an_item
from tests.rectification.scenes import D, H, L, S, at, in_days, planned

pytestmark = pytest.mark.django_db
OFFICE = {Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR}


def every_state() -> Iterator[Case]:
    """A case of every kind in every open state, and where a state is held by several, with each of them."""
    cases = [at(state).case for state in State if state in REACHED]
    for_signature = planned(at(State.PLAN))
    cases.append(for_signature.do("send_plan_for_signature", for_signature.who(L)))
    closing = at(State.REMEDYING)
    cases.append(closing.take("send_closure_for_signature", L))
    asked, signed, verified = at(State.REMEDYING), at(State.REMEDYING), at(State.FINAL_REVIEW)
    for scene in (asked, signed):
        scene.do("ask_extension", scene.who(L), asked_due_on=in_days(100), reason="汛期停工")
    signed.do("sign_extension", signed.who(H), commitment=True)
    cases += [asked.case, signed.case, verified.take("verify", S, opinion="佐证齐全")]
    disputed, early, off = at(State.CLAIM), at(State.PUBLICITY), at(State.REMEDYING)
    disputed.do("dispute", disputed.who(L), reason="非本单位职责")
    Case.objects.filter(pk=early.pk).update(since=timezone.localdate())
    why = {"reason": "正在诉讼", "next_review_on": in_days(40)}
    cases += [disputed.case, early.case, off.do("suspend", off.who(D), **why)]
    for n in (0, 40):
        kept = at(State.REMEDYING)
        kept.do(
            "make_long_term", kept.who(D), stage_goal="三分之一", expected_on=in_days(400), **(why | {"reason": "分年"})
        )
        Rectification.objects.filter(pk=kept.pk).update(next_review_on=in_days(n))
        cases.append(kept.case)
    cases += [a_finding(state).case for state in (*FindingState,) if state in FOUND]
    cases += [a_campaign(state).case for state in (CampaignState.PREPARING, CampaignState.APPROVAL)]
    staff = acting(a_post(S))
    plan = draft_plan(staff, timezone.localdate().year, items=[an_item()]).case
    yield from cases
    yield plan
    yield engine.perform(plan, "submit", staff)
    yield from _clues()


REACHED = {
    State.SIGN, State.CLAIM, State.PLAN, State.PLAN_REVIEW, State.REMEDYING, State.SUPERVISION, State.PUBLICITY,
    State.FINAL_REVIEW,
}  # fmt: skip
FOUND = {FindingState.DRAFT, FindingState.TEAM_REVIEW, FindingState.OFFICE_REVIEW, FindingState.CONFIRMED}


def _clues() -> Iterator[Case]:
    campaign, staff = a_campaign(), a_post(S)
    unit = campaign.units.get().unit
    for n in range(4):
        case = register_clue(
            acting(staff), campaign=campaign, unit=unit, title=f"占道{n}", content=f"占道{n}", source="hotline"
        ).case
        way = [
            ("transfer", staff, {}),
            ("report", a_post(L, unit), {"handling": "已整改"}),
            ("verify", a_post(S), {"opinion": "属实"}),
        ]
        for name, post, given in way[:n]:
            engine.perform(case, name, acting(post), **given)
        yield Case.objects.get(pk=case.pk)


def people(case: Case) -> Iterator[Post]:
    """Somebody new in the post that holds the case; and there, too, everybody who has acted on it or its finding."""
    unit = Unit.objects.get(pk=case.holder_unit_id)
    yield a_post(Role(case.holder_role), unit)
    keys = [case.pk, case.content.finding_id] if case.kind == "rectification" else [case.pk]
    for user in {
        event.post.user for event in Event.objects.filter(case__in=keys).select_related("post__user") if event.post
    }:
        yield holding(case, unit, user)
    yield holding(case, unit, a_post(L, case.unit).user)  # who works at the unit


def holding(case: Case, unit: Unit, user: User) -> Post:
    held = Post.objects.filter(user=user, unit=unit, role=case.holder_role).first()
    return held or a_post(Role(case.holder_role), unit, user=user)


@pytest.mark.slow
def test_what_is_mine_can_be_acted_on_and_the_rest_is_not_counted() -> None:
    counted = 0
    for case in every_state():
        for post in people(Case.objects.get(pk=case.pk)):
            card, actor = Case.objects.get(pk=case.pk), acting(post)
            turn = turn_of(card, actor)
            where = f"{card.kind} {card.state} {post}: {turn}"
            offered, mendings = acts(card, actor, turn)
            open_now = [a for a in offered if not a.refusals]
            queue = set(Case.objects.awaiting(actor).order_by().values_list("pk", flat=True))
            early, others = (
                rows.order_by().filter(pk=card.pk).exists()
                for rows in (Case.objects.not_yet(actor), Case.objects.waiting_for_others(actor))
            )
            mine = card.pk in queue

            together = turn.together is not None
            assert (mine, early, others, together).count(True) == 1, where
            assert bar.counts(actor)["waiting"] == len(queue), where
            assert (turn.is_held, turn.is_mine) == (True, mine), where
            assert (turn.from_on is not None) == early, where
            if mine:
                assert turn.task, where
                assert mendings or turn.asked.name in [a.name for a in open_now], where
            else:
                step = next(a for a in offered if a.name == turn.asked.name)
                assert step.refusals or turn.from_on or turn.together, where
            counted += mine
    assert counted > 30


def test_every_recusal_is_known_to_the_queue() -> None:
    """But that which the person mends himself: a deadline that has passed is changed, and then it can go."""
    recusals = {check for circuit in all_circuits() for t in circuit.transitions for check in t.recusals}

    assert {check.__name__ for check in recusals if check not in BARRED} == {"deadline_lies_ahead", "claim_lies_ahead"}


def test_the_queue_names_tasks_and_never_outcomes() -> None:
    """A decision has two ends: what is asked for is the decision."""
    outcomes = {"通过", "同意", "批准", "成立", "属实"}
    named = {
        t.task or t.label
        for circuit in all_circuits()
        for t in circuit.transitions
        if t.who.roles and not t.aside and not t.back and t.target not in circuit.terminal - {"closed"}
    }

    assert [word for word in sorted(named) if any(end in word for end in outcomes)] == []
    assert {"审核整改方案", "审定销号", "审批延期"} <= named
    assert {t.task for c in all_circuits() for t in c.transitions if "dispute" in t.sources} == {"裁决异议"}


def test_what_is_asked_is_the_main_button(signed_in: Any) -> None:
    """The head who is to sign saw 申请延期 in blue, the liaison a plan to write as a grey link."""
    signing = at(State.REMEDYING)
    signing.take("send_closure_for_signature", L)
    writing = at(State.PLAN)

    for scene, role, words in ((signing, H, "签字申请销号"), (writing, L, "编制整改方案")):
        page = signed_in(scene.who(role)).get(scene.case.get_absolute_url()).content.decode()

        assert page.count("btn btn-primary") == 1
        assert page.split("btn btn-primary", 1)[1].split("</a>")[0].endswith(words)


def test_what_was_sent_back_says_why_on_top(signed_in: Any) -> None:
    scene = at(State.PLAN_REVIEW)
    pointed = scene.measures[1:]
    scene.do("return_plan", scene.who(S), reason="没有写由谁验收", return_kind=["责任人不明"], measures=pointed)

    page = signed_in(scene.who(L)).get(scene.case.get_absolute_url()).content.decode()

    top = page.split("qy-two", 1)[0]
    assert all(words in top for words in ("退回整改方案", "没有写由谁验收", "责任人不明", str(pointed[0])))
    assert str(scene.measures[0]) not in top
    assert page.split("btn btn-primary", 1)[1].split("</a>")[0].endswith("修改整改方案")


def test_the_first_page_counts_over_all_posts(client: Client) -> None:
    scene = at(State.PLAN_REVIEW)
    staff = a_post(S)
    team = a_post(Role.TEAM_MEMBER, UnitFactory(), user=staff.user)

    found = read_home(acting(team), [staff, team])

    assert found["n_mine"] == 0
    assert [(other.post, other.n) for other in found["elsewhere"]] == [(staff, 1)]
    assert scene.case.holder_unit_id == the_office().pk


def test_a_finding_of_ones_own_waits_for_another_of_the_office() -> None:
    row = a_finding(FindingState.OFFICE_REVIEW)
    finder = Event.objects.get(case=row.case, seq=1).post.user
    mine, other = acting(a_post(S, user=finder)), acting(a_post(S))

    assert (Case.objects.awaiting(mine).count(), Case.objects.awaiting(other).count()) == (0, 1)
    assert Case.objects.waiting_for_others(mine).count() == 1
    assert turn_of(Case.objects.get(pk=row.pk), mine).barred == "本问题由您录入，须由其他人员确认"


def test_publicity_is_asked_for_on_the_day_after_its_last() -> None:
    scene, staff = at(State.PUBLICITY), acting(a_post(S))
    days = scene.case.content.finding.case.within.campaign.publicity_days

    for days_ago, mine in ((days, False), (days + 1, True)):
        published(scene.case, days_ago)

        assert Case.objects.awaiting(staff).filter(pk=scene.pk).exists() is mine
        assert Case.objects.not_yet(staff).filter(pk=scene.pk).exists() is not mine
