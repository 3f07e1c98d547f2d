"""Rows for tests. What has a state reaches it by performing transitions, never by being set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework.enums import Secrecy
from casework.files.reading import Reading
from casework.models import Case, Topic
from casework.services import attachments
from casework.workflow import circuits, engine
from inspections.enums import CampaignKind, CampaignState, FindingState, Kind, Method, RectifyType
from inspections.models import Basis, Campaign, CampaignUnit, Citation, Finding, Team, TeamMember
from organizations.actor import Actor
from organizations.enums import INSPECTED, OFFICE, Role, UnitCategory
from organizations.models import Post, Unit, User
from rectification.enums import PROGRESS_CALL, RECTIFICATION, UNIT_CLAIM, Judge, State, Verdict
from rectification.models import (
    EvidenceVerdict,
    Measure,
    ProgressReport,
    ProgressRound,
    RootCause,
    StageGoal,
    UnitClaim,
)
from rectification.services import book_look_back, call_round
from rectification.workflow.progress import unanswered
from tests.closures import SIGNED, a_closure_asks, seen_on_site, standards
from tests.papers import PDF

LONG_AGO = date(2020, 1, 1)


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"T{n:05}")
    name = factory.Sequence(lambda n: f"测试单位{n}")
    short_name = factory.SelfAttribute("name")
    category = UnitCategory.GOVERNMENT
    is_inspected = True


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"人员{n}")
    must_change_password = False
    password_set_on = factory.LazyFunction(timezone.localdate)


class TopicFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Topic
        django_get_or_create = ("code",)

    code = "A06"
    name = "行政执法“三项制度”"
    parent = factory.LazyFunction(lambda: Topic.objects.get_or_create(code="A", defaults={"name": "法治建设"})[0])


class BasisFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Basis
        django_get_or_create = ("code",)

    code = "FL01"
    name = "中华人民共和国行政处罚法"
    short_name = "行政处罚法"


def the_office() -> Unit:
    """The one unit of category 依法治市办."""
    office = Unit.objects.filter(category=UnitCategory.OFFICE).first()
    return office or UnitFactory(
        code="621000-Z01", name="市委依法治市办", category=UnitCategory.OFFICE, is_inspected=False
    )


def a_post(role: Role, unit: Unit | None = None, **given: Any) -> Post:
    """A post of a new person in a role; office roles at the office, others at a new unit unless one is given."""
    unit = unit or (the_office() if role in OFFICE else UnitFactory())
    user = given.pop("user", None) or UserFactory(home_unit=None)
    return Post.objects.create(user=user, unit=unit, role=role, from_on=given.pop("from_on", LONG_AGO), **given)


def acting(post: Post) -> Actor:
    """The actor in this post today; a fresh one each time, because an actor remembers what it read."""
    return Actor(post, timezone.localdate())


def an_actor(role: Role, unit: Unit | None = None, **given: Any) -> Actor:
    return acting(a_post(role, unit, **given))


def a_campaign(
    state: CampaignState = CampaignState.FIELDWORK,
    *,
    units: list[Unit] | None = None,
    with_team: bool = True,
    **given: Any,
) -> Campaign:
    """A campaign with one team inspecting the given units (or one new unit), brought to the state by its steps."""
    today = timezone.localdate()
    staff, director = a_post(Role.OFFICE_STAFF), a_post(Role.OFFICE_DIRECTOR)
    number = given.pop("number", f"QYFD-{today.year}-ZX{Campaign.objects.count() + 1:02}")
    fields = {
        "kind": CampaignKind.SPECIAL,
        "outside_reason": "市委交办",
        "year": today.year,
        "from_on": today - timedelta(60),
        "to_on": today + timedelta(60),
        "with_supervision": False,
        "with_publicity": False,
    } | given
    case = engine.open_case(
        Kind.CAMPAIGN,
        acting(staff),
        unit=the_office(),
        title=fields.pop("title", "行政执法专项督察"),
        number=number,
        secrecy=Secrecy.TEAM,
        make=lambda card: Campaign.objects.create(case=card, **fields),
        day=fields.pop("day", None),
    )
    campaign = case.campaign
    team = a_team(campaign) if with_team else None
    for unit in units or [UnitFactory()]:
        CampaignUnit.objects.create(campaign=campaign, unit=unit, team=team)
    way = [("submit", staff), ("approve", director), ("begin_feedback", staff), ("end", director)]
    walk(
        case,
        state,
        [(name, lambda post=post: acting(post), {"opinion": "同意"} if name == "end" else {}) for name, post in way],
    )
    return Campaign.objects.get(pk=case.pk)


def a_team(campaign: Campaign) -> Team:
    """A team with a leader and a member, taking part in its campaign."""
    from casework.enums import Capacity
    from casework.models import Grant

    unit = UnitFactory(category=UnitCategory.TEAM, is_inspected=False)
    team = Team.objects.create(unit=unit, campaign=campaign)
    for role, duty in ((Role.TEAM_LEADER, TeamMember.Duty.LEADER), (Role.TEAM_MEMBER, TeamMember.Duty.MEMBER)):
        TeamMember.objects.create(team=team, post=a_post(role, unit), duty=duty)
    Grant.objects.create(case=campaign.case, unit=unit, capacity=Capacity.INSPECT, from_on=LONG_AGO)
    return team


def _logged(campaign: Campaign, placed: Any, member: Post, given: dict[str, Any]) -> Case:
    """A finding as a member of the team has logged it on the unit placed in the campaign, with basis and evidence."""
    from casework.enums import Capacity
    from casework.models import Grant

    today = timezone.localdate()
    fields = {
        "statement": "抽查执法案卷 20 份，其中 3 份未经法制审核即作出处罚决定。", "method": Method.CASE_FILES,
        "discovered_on": today, "rectify_type": RectifyType.TERM, "rectify_by": today + timedelta(90),
        "team": placed.team,
    } | given  # fmt: skip
    n = Case.objects.filter(within=campaign.case, kind=Kind.FINDING).count() + 1
    severity, topic = fields.pop("severity", 1), fields.pop("topic", None) or TopicFactory()
    case = engine.open_case(
        Kind.FINDING,
        acting(member),
        unit=placed.unit,
        title=fields.pop("title", "3 份案卷未经法制审核"),
        within=campaign.case,
        topic=topic,
        severity=severity,
        number=f"{campaign.case.number}-{n:04}",
        secrecy=Secrecy.TEAM,
        make=lambda card: Finding.objects.create(case=card, **fields),
    )
    Grant.objects.create(case=case, unit_id=placed.team_id, capacity=Capacity.INSPECT, from_on=today)
    Citation.objects.create(finding=case.finding, basis=BasisFactory(), article="第五十八条")
    attach(case, acting(member))
    return case


def a_finding(
    state: FindingState = FindingState.DRAFT,
    *,
    campaign: Campaign | None = None,
    unit: Unit | None = None,
    **given: Any,
) -> Finding:
    """A finding of a team with basis and evidence, brought to the state by its steps."""
    campaign = campaign or a_campaign(units=[unit] if unit else None)
    placed = campaign.units.filter(unit=unit).first() if unit else campaign.units.first()
    member, leader = (placed.team.members.get(duty=duty).post for duty in ("member", "leader"))
    case = _logged(campaign, placed, member, given)
    staff, other = a_post(Role.OFFICE_STAFF), a_post(Role.OFFICE_STAFF)
    walk(
        case,
        state,
        [
            ("submit", lambda: acting(member), {}),
            ("approve", lambda: acting(leader), {}),
            ("confirm", lambda: acting(staff), {}),
            ("feed_back", lambda: acting(other), {}),
        ],
    )
    return Finding.objects.get(pk=case.pk)


def attach(case: Case, actor: Actor, text: str = "") -> Any:
    """Attach a small PDF, different for each case unless `text` says otherwise.

    It is ours and counts as read: to send each of thousands through the process that reads what strangers send would
    be a wait for each. What that process finds is asked by tests/casework/test_hostile_files.py and test_uploads.py.
    """
    body = PDF + f"% {text or f'{case.pk} {case.last_seq} {case.attachments.count()}'}\n".encode()
    sent: Any = SimpleUploadedFile("佐证.pdf", body)
    sent.reading = Reading()
    return attachments.attach(case, actor, sent, kind="other")


def a_rectification(state: State = State.SIGN, *, finding: Finding | None = None, **given: Any) -> Case:
    """The card of a rectification of a fed-back finding, brought to the state by its steps."""
    finding = finding or a_finding(FindingState.FED_BACK, **given)
    case = Case.objects.get(kind=RECTIFICATION, rectification__finding=finding, is_lead=True)
    people = Cast(case)
    walk(case, state, people.way())
    return Case.objects.get(pk=case.pk)


def a_look_back(case: Case, verdict: str = "", **given: Any) -> Case:
    """The card of a look-back at a rectification planned for today; with a verdict, judged by somebody of the office.

    `given` goes with the verdict: `relapse_due_on` where the next round opens.
    """
    office, today = acting(a_post(Role.OFFICE_STAFF)), timezone.localdate()
    card = book_look_back(office, number=str(case.number), planned_on=today)
    return engine.perform(card, "judge", office, verdict=verdict, found="现场看过", **given) if verdict else card


def a_call(case: Case) -> Case:
    """The card by which the unit of a rectification under way is asked for its progress."""
    staff, today = acting(a_post(Role.OFFICE_STAFF)), timezone.localdate()
    title = f"进展{ProgressRound.objects.count() + 1}"
    called = call_round(staff, title=title, due_on=today + timedelta(10), units=[case.unit])
    return Case.objects.get(progresscall__round=called)


def a_need(case: Case) -> Case:
    """The card of the support that the unit of a rectification under way asks for."""
    liaison = acting(a_post(Role.UNIT_LIAISON, case.unit))
    said = {"note_progress": "已报送市财政局", "percent": 40, "support": "请协调落实经费"}
    engine.perform(case, "report_progress", liaison, **said)
    return Case.objects.get(supportneed__rectification=case)


class Cast:
    """Five different people who can take a rectification from 签收 to 销号; each member makes a fresh actor."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.posts = {role: a_post(role, case.unit) for role in INSPECTED} | {role: a_post(role) for role in OFFICE}
        supervisor = case.rectification.finding.supervisor
        if supervisor is not None:
            self.posts[Role.INDUSTRY_REVIEWER] = a_post(Role.INDUSTRY_REVIEWER, supervisor)

    def __call__(self, role: Role) -> Actor:
        return acting(self.posts[role])

    def way(self) -> list[tuple[str, Callable[[], Actor], dict[str, Any]]]:
        """The main way: step, who, inputs; what must be written between steps is written by `prepare`."""
        liaison, head, staff, director = (
            lambda r=r: self(r) for r in (Role.UNIT_LIAISON, Role.UNIT_HEAD, Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR)
        )
        reviewer = lambda: self(Role.INDUSTRY_REVIEWER)
        return [
            ("sign", liaison, {}),
            ("claim", liaison, {}),
            ("submit_plan", head, {"commitment": True}),
            ("approve_plan", staff, {}),
            ("request_closure", head, SIGNED),
            ("endorse", reviewer, seen_on_site()),
            ("end_publicity", staff, {}),
            ("verify", staff, {"opinion": "佐证齐全"}),
            ("close", director, a_closure_asks("close")),
        ]


def a_cause(code: str = "G01") -> RootCause:
    """A root cause of the dictionary."""
    return RootCause.objects.get_or_create(code=code, defaults={"name": f"根源{code}"})[0]


def prepare(case: Case, name: str, actor: Actor) -> None:
    """Write what a step expects to find: a plan, finished measures, verdicts; of a call, the reports it asks for."""
    today = timezone.localdate()
    if case.kind == PROGRESS_CALL and name == "answer":
        for item in unanswered(case):
            said = {"percent": 30, "text": "已成立专班", "post": actor.post, "day": today}
            item.report = ProgressReport.objects.create(case=item.rectification, **said)
            item.save()
    if case.kind == UNIT_CLAIM and name == "answer":
        UnitClaim.objects.filter(pk=case.pk).update(why="各方面都不涉及")
    if case.kind != RECTIFICATION:
        return
    if name in {"submit_plan", "request_closure"} and not case.measures.exclude(owner="").exists():
        case.rectification.__class__.objects.filter(pk=case.pk).update(
            goal="案卷法制审核率达到 100%", cause=a_cause(), leader_title="局长", owner="法规科"
        )
        required = case.measures.filter(is_required=True)
        required.update(owner="法规科", deliverable="复核记录", standard="逐份复核，无遗漏")
        for n in (1, 2) if not required else ():
            Measure.objects.create(
                case=case,
                n=n,
                content=f"措施{n}",
                owner="法规科",
                due_on=today + timedelta(30),
                deliverable="复核记录",
                standard="逐份复核，无遗漏",
            )
        if case.content.finding.rectify_type == RectifyType.LONG_TERM:
            StageGoal.objects.create(case=case, due_on=today + timedelta(20), goal="完成一半")
    if name == "request_closure":
        standards()
        for measure in case.measures.all():
            measure.done_on, measure.result = today, "已完成"
            measure.save()
            measure.evidence.add(attach(case, actor, f"{case.pk} {measure.n}"))
    judge = {"endorse": Judge.SUPERVISOR, "verify": Judge.OFFICE}.get(name)
    if judge:
        for measure in case.measures.all():
            EvidenceVerdict.objects.give(measure, judge=judge, verdict=Verdict.DONE, post=actor.post, day=today)


def walk(case: Case, state: Any, way: list[tuple[str, Callable[[], Actor], dict[str, Any]]]) -> None:
    """Take the steps that the case's circuit has until the state is reached.

    Raises:
        AssertionError: the way does not lead there.
    """
    for name, who, given in way:
        now = Case.objects.get(pk=case.pk)
        if now.state == str(state):
            return
        transition = circuits.circuit_of(now).by_name.get(name)
        if transition is None or now.state not in transition.sources:
            continue
        prepare(now, name, who())
        engine.perform(now, name, who(), **given)
    reached = Case.objects.get(pk=case.pk).state
    assert reached == str(state), f"the way ends in {reached}, not {state}"
