"""Facts of a rectification as trail and rows have them; for many cards in a fixed number of questions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.deadlines.working_days import add_workdays
from casework.models import Case
from casework.workflow import engine
from inspections.enums import RectifyType
from organizations.enums import Role
from rectification import facts
from rectification.enums import LookBackVerdict, State
from rectification.models import Measure, ProgressReport
from rectification.querysets import ledger, with_facts, with_measures
from tests.closures import SIGNED, an_objection
from tests.factories import a_look_back, a_post, a_rectification, acting, an_actor, attach
from tests.rectification.scenes import WHY, D, H, L, R, S, Scene, at, in_days, relapsed, the_parts_of, today, workday_in

pytestmark = pytest.mark.django_db


# ---------- who, on what ground, until when ----------


def test_an_assisting_part_names_the_lead_unit_of_its_finding() -> None:
    lead, part = the_parts_of()

    assert (facts.lead(lead), facts.lead(part)) == (lead.unit_name, lead.unit_name)
    assert (facts.assisting(lead), part.unit_name) == (("宁县",), "宁县")


def test_the_ground_is_document_and_article() -> None:
    assert facts.basis(a_rectification()) == ("《行政处罚法》第五十八条",)


def test_a_deadline_is_kept_up_for_good_by_its_kind_or_by_its_state(remedying: Scene) -> None:
    term, kind = remedying, at(State.REMEDYING, rectify_type=RectifyType.LONG_TERM)
    stage = {"stage_goal": "三分之一", "next_review_on": in_days(40), "expected_on": in_days(400)}

    assert [facts.deadline(scene.case).is_long_term for scene in (term, kind)] == [False, True]
    assert facts.deadline(term.take("make_long_term", D, **WHY, **stage)).is_long_term


def test_an_extension_keeps_both_deadlines(remedying: Scene) -> None:
    before = remedying.case.due_on
    remedying.take("ask_extension", L, **WHY, asked_due_on=workday_in(98))
    remedying.take("sign_extension", H, commitment=True)
    case = remedying.take("grant_extension", D, granted_due_on=workday_in(95))

    assert facts.extension(case) == (1, before, workday_in(95))
    assert str(facts.extension(case)) == f"1 次，批准延至 {workday_in(95)}（原时限 {before}）"
    assert (facts.deadline(case).is_extended, facts.extension(at(State.REMEDYING).case)) == (True, None)


# ---------- what was done ----------


def test_the_latest_progress_is_the_one_of_the_latest_day() -> None:
    case = a_rectification(State.REMEDYING)
    post = a_post(Role.UNIT_LIAISON, case.unit)
    for day, percent in ((in_days(-1), 40), (in_days(0), 60), (in_days(-9), 10)):
        ProgressReport.objects.create(case=case, post=post, day=day, percent=percent, text=f"{percent}")

    assert facts.latest_progress(case).percent == 60  # type: ignore[union-attr]
    assert facts.latest_progress(a_rectification(State.SIGN)) is None


def test_a_file_that_proves_two_measures_counts_once_and_a_removed_one_not_at_all() -> None:
    case = at(State.SUPERVISION).case
    first, second = Measure.objects.filter(case=case).order_by("n")
    actor = an_actor(Role.UNIT_LIAISON, case.unit)
    both, gone = attach(case, actor, "两条"), attach(case, actor, "撤下")
    for measure in (first, second):
        measure.evidence.set([both])
    first.evidence.add(gone)
    type(gone).objects.filter(pk=gone.pk).update(removed_at=gone.uploaded_at)

    assert facts.n_evidence(Case.objects.get(pk=case.pk)) == 1


def test_the_last_look_back_judged_is_the_one_that_counts(closed: Scene) -> None:
    case = closed.case
    assert facts.looked_back(case) is None

    for verdict in (LookBackVerdict.FAIR, LookBackVerdict.FIRM):
        a_look_back(case, verdict)
    a_look_back(case)

    assert facts.looked_back(Case.objects.get(pk=case.pk)) == LookBackVerdict.FIRM


# ---------- when ----------


def test_a_closed_case_has_the_days_of_its_way(closed: Scene) -> None:
    case = closed.case

    found = (facts.self_checked_on(case), facts.endorsed_on(case), facts.closed_on(case))

    assert found == (today(), today(), today())
    assert facts.publicity(case) == (today(), today())
    assert str(facts.publicity(case)) == f"{today()} 至 {today()}"


def test_what_was_taken_back_has_no_day(remedying: Scene) -> None:
    remedying.take("request_closure", H, **SIGNED)
    asked = facts.self_checked_on(remedying.case)

    engine.withdraw(remedying.case, remedying.who(H), reason="漏了一份")

    assert (asked, facts.self_checked_on(remedying.case)) == (today(), None)


def test_a_case_made_public_again_is_public_since_then() -> None:
    scene = at(State.PUBLICITY)
    an_objection(scene.case, "upheld")
    scene.take("uphold_objection", S, **WHY)
    ended = facts.publicity(scene.case)
    scene.take("request_closure", H, **SIGNED)
    scene.take("endorse", R)
    entered = facts.publicity(scene.case)
    scene.take("publish", S)

    assert (ended, entered) == ((today(), today()), None)  # what was not published is not public yet
    assert facts.publicity(scene.case) == (today(), None)
    assert str(facts.publicity(scene.case)) == f"{today()} 起"


@pytest.mark.accepts(6)
def test_what_ended_otherwise_was_not_closed() -> None:
    scene = at(State.CLAIM)
    scene.take("dispute", L, **WHY)
    case = scene.take("uphold_dispute", D, **WHY)

    assert (case.closed_on, facts.closed_on(case), facts.publicity(case)) == (today(), None, None)


# ---------- the light ----------

A_THURSDAY = time_machine.travel("2026-10-29 09:00:00+08:00", tick=False)


def due(scene: Scene, day: date) -> Case:
    Case.objects.filter(pk=scene.pk).update(due_on=day)
    return scene.case


@A_THURSDAY
@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "黄 严重临期，今天到期"),
        (3, "黄 严重临期，剩 3 个工作日"),
        (4, "蓝 临期，剩 4 个工作日"),
        (15, "蓝 临期，剩 15 个工作日"),
        (16, "绿 正常"),
    ],
)
def test_the_light_counts_working_days_until_the_deadline(n: int, said: str, remedying: Scene) -> None:
    assert str(facts.warning(due(remedying, add_workdays(today(), n) if n else today()))) == said


@A_THURSDAY
def test_past_the_deadline_the_light_is_red_and_counts_calendar_days(remedying: Scene) -> None:
    assert str(facts.warning(due(remedying, in_days(-9)))) == "红 整改逾期 9 日"


@pytest.mark.parametrize(
    ("state", "said"), [(State.CLOSED, "灰 已销号"), (State.SUSPENDED, "灰 中止"), (State.LONG_TERM, "灰 长期坚持")]
)
def test_without_a_clock_the_light_is_grey(state: State, said: str, closed: Scene, remedying: Scene) -> None:
    scene = closed if state == State.CLOSED else remedying
    Case.objects.filter(pk=scene.pk).update(state=state, due_on=in_days(-9))

    assert str(facts.warning(scene.case)) == said


# ---------- what else there is to say ----------


def test_a_later_round_names_the_one_before(closed: Scene) -> None:
    case = closed.case

    again = a_look_back(case, LookBackVerdict.RELAPSED, relapse_due_on=in_days(30)).content.next_round

    assert facts.remark(again) == f"第 2 轮，上一轮 {case.number}"
    assert facts.remark(case) == ""


def test_what_is_kept_up_or_suspended_says_its_stage(remedying: Scene) -> None:
    kept, stopped = remedying, at(State.REMEDYING)
    stage = {"stage_goal": "完成三分之一", "next_review_on": in_days(40), "expected_on": in_days(400)}

    kept.take("make_long_term", D, **WHY, **stage)
    stopped.take("suspend", D, **WHY, next_review_on=in_days(40))

    assert facts.remark(kept.case) == f"阶段目标：完成三分之一；下次复核 {in_days(40)}；预计 {in_days(400)} 完成"
    assert facts.remark(stopped.case) == f"下次复核 {in_days(40)}"


# ---------- many at once ----------


def read_all(actor: Any) -> int:
    """Read every fact of every card in scope; return how many questions it took."""
    from rectification.columns import COLUMNS

    with CaptureQueriesContext(connection) as asked:
        for n, row in enumerate(with_facts(with_measures(ledger(actor))).order_by("pk").iterator(500)):
            row.serial = n
            for column in COLUMNS:
                column.get(row)
    return len(asked)


def test_facts_cost_the_same_for_one_finding_and_for_three(closed: Scene) -> None:
    actor = acting(a_post(Role.OFFICE_STAFF))
    relapsed(closed)
    the_parts_of()
    read_all(actor)  # the calendar is read once
    first = read_all(actor)
    for _ in range(2):
        relapsed(at(State.CLOSED))
        the_parts_of()

    assert (first, read_all(actor)) == (9, 9)
