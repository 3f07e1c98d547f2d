"""Rectifications to act on: a case in a campaign with every step there is, and the people who take it on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from casework.deadlines.working_days import next_workday
from casework.models import Case
from casework.workflow import engine
from organizations.actor import Actor
from organizations.enums import Role
from organizations.models import Unit
from rectification.enums import LookBackVerdict, State
from rectification.models import Measure, Rectification
from rectification.services import MeasureDraft, save_plan
from tests.closures import a_closure_asks, published
from tests.factories import (
    Cast,
    UnitFactory,
    a_campaign,
    a_cause,
    a_finding,
    a_look_back,
    a_post,
    a_rectification,
    acting,
    prepare,
)

L, H, S, D, R = Role.UNIT_LIAISON, Role.UNIT_HEAD, Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.INDUSTRY_REVIEWER
WHY: dict[str, Any] = {"reason": "请补充培训记录"}
Step = tuple[str, Role, dict[str, Any]]


def today() -> date:
    return timezone.localdate()


def in_days(n: int) -> date:
    return today() + timedelta(n)


def workday_in(n: int) -> date:
    """So many days on, or the first working day after: no deadline ends on a day of rest (test_days_of_rest)."""
    return next_workday(in_days(n))


class Scene(NamedTuple):
    """A card and its people. Read anew each time it is asked for, so that no test sees what another one remembered."""

    pk: int
    people: Cast

    @property
    def case(self) -> Case:
        return Case.objects.get(pk=self.pk)

    @property
    def measures(self) -> list[Measure]:
        return list(Measure.objects.filter(case_id=self.pk).select_related("case__unit").order_by("n"))

    def who(self, role: Role) -> Actor:
        return self.people(role)

    def take(self, name: str, role: Role, **given: Any) -> Case:
        """Take a step as one of the people, with what it expects to find written before."""
        case, actor = self.case, self.people(role)
        if name in {"send_plan_for_signature", "submit_plan"}:
            prepare(case, "submit_plan", actor)
        if name in {"send_closure_for_signature", "request_closure"}:
            prepare(case, "request_closure", self.people(L))
        prepare(case, name, actor)
        return self.do(name, actor, **given)

    def do(self, name: str, actor: Actor, **given: Any) -> Case:
        """Take a step on the case as it is, with what a closure asks for filled in."""
        return engine.perform(self.case, name, actor, **(a_closure_asks(name) | given))


def at(state: State, *, unit: Unit | None = None, **given: Any) -> Scene:
    """Make a case of a unit in a campaign with every step there is, its publicity over, and its people.

    `given` are fields of the finding.
    """
    supervisor = given.pop("supervisor", None) or UnitFactory(is_industry_supervisor=True)
    campaign = a_campaign(units=[unit] if unit else None, with_supervision=True, with_publicity=True, publicity_days=1)
    start = State.PUBLICITY if state in {State.FINAL_REVIEW, State.CLOSED} else state
    case = a_rectification(start, campaign=campaign, supervisor=supervisor, **given)
    if start == State.PUBLICITY:
        published(case)
    scene = Scene(case.pk, Cast(case))
    if start != state:
        scene.take("end_publicity", S)
    if state == State.CLOSED:
        scene.take("verify", S, opinion="佐证齐全")
        scene.take("close", D)
    return scene


def planned(scene: Scene) -> Scene:
    """The same with a goal and two measures in its plan, not handed in yet."""
    rows = [MeasureDraft(f"措施{n}", "法规科", in_days(30), "复核记录", "逐份复核") for n in (1, 2)]
    head = {"goal": "案卷法制审核率达到 100%", "cause_id": a_cause().pk, "leader_title": "局长", "owner": "法规科"}
    save_plan(scene.case, scene.who(L), head, rows)
    return scene


def the_parts_of() -> tuple[Case, Case]:
    """The lead unit's card of a finding and that of its assisting unit."""
    finding = a_finding("confirmed")
    helper = UnitFactory(short_name="宁县")
    finding.assisting.add(helper)
    engine.perform(finding.case, "feed_back", acting(a_post(Role.OFFICE_STAFF)))
    parts = Case.objects.filter(rectification__finding=finding)
    return parts.get(is_lead=True), parts.get(is_lead=False)


def relapsed(scene: Scene) -> Case:
    """Look back on a closed case and find it relapsed; return the card of the next round."""
    again: Case = a_look_back(scene.case, LookBackVerdict.RELAPSED, relapse_due_on=in_days(30)).content.next_round
    return again


def a_full_life() -> None:
    """Cases that between them have everything a fact can be read from."""
    the_parts_of()
    relapsed(at(State.CLOSED))
    Case.objects.filter(pk=at(State.REMEDYING).pk).update(due_on=in_days(-3), step_due_on=in_days(-3))
    scene = at(State.REMEDYING)
    scene.take("report_progress", L, note_progress="已成立专班", percent=30)
    scene.take("ask_extension", L, **WHY, asked_due_on=in_days(100))
    scene.take("sign_extension", H, commitment=True)
    scene.take("grant_extension", D, granted_due_on=in_days(95))
    Rectification.objects.filter(pk=scene.pk).update(institution="行政处罚法制审核办法（庆市发〔2026〕8 号）")
