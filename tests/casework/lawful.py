"""Random lawful histories: people of a small office who take, through the real engine, whatever step the real tables
let them take.

Nothing here says what a step leads to. A case is chosen, a step that its table has in its state, a person who may take
it, and answers to what it asks; what is refused is not done. Steps taken seldom so far are taken first, so that a
history comes everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from casework import kinds
from casework.deadlines import working_days
from casework.errors import NotPermittedError
from casework.models import Case, Event, Grant, StepLimit, Topic
from casework.pages.hands import leads_to
from casework.workflow import engine
from casework.workflow.circuits import Transition, circuit_of
from casework.workflow.inputs import INPUTS
from clues.enums import CLUE
from clues.services import register_clue
from inspections.enums import CampaignKind, CampaignState, FindingState, Kind, Method, RectifyType
from inspections.models import Campaign
from inspections.services import draft_plan, log_finding
from inspections.services.plans import ItemDraft
from inspections.services.routine import open_routine
from organizations.actor import Actor
from organizations.enums import INSPECTED, Role
from organizations.models import Post, Unit
from organizations.services import merge_units
from rectification.enums import (
    ASPECT,
    LOOK_BACK,
    PROGRAMME,
    PROGRESS_CALL,
    RECTIFICATION,
    SUPPORT_NEED,
    UNIT_CLAIM,
    State,
)
from tests.casework import lawful_play, lawful_rounds
from tests.casework.clock import Clock
from tests.casework.foretold import came_where_it_was_foretold
from tests.factories import (
    BasisFactory,
    TopicFactory,
    UnitFactory,
    a_campaign,
    a_cause,
    a_finding,
    a_post,
    a_rectification,
    acting,
    attach,
    prepare,
)
from ui.errors import DomainError

REFUSED = (DomainError, NotPermittedError)
LIVES = (State.CLOSED, State.PLAN_REVIEW, State.PUBLICITY, State.REMEDYING, State.SUPERVISION)
WORDS = "按要求核实，逐条对照办理"
PREPARED = {"send_plan_for_signature": "submit_plan", "send_closure_for_signature": "request_closure"}
SAID = {"checker_two": "赵某某，执法监督科科员", "no_photos": "只核对案卷"}  # what WORDS would not answer
LATELY = {"checked_on", "objected_on", "published_on"}  # what has happened: the day it is told
CORRECTED: dict[str, Callable[[Random], Any]] = {
    "title": lambda rng: f"改过的标题{rng.random():.6f}",
    "content": lambda rng: f"改过的内容{rng.random():.6f}",
    "purpose": lambda rng: f"改过的要求{rng.random():.6f}",
    "goal": lambda rng: f"改过的目标{rng.random():.6f}",
    "owner": lambda rng: f"改过的责任人{rng.random():.6f}",
    "leader_title": lambda rng: f"改过的职务{rng.random():.6f}",
    "institution": lambda rng: f"改过的制度{rng.random():.6f}",
    "cause_id": lambda rng: a_cause(f"G{rng.randint(1, 9):02}").pk,
    "topic_id": lambda rng: rng.choice(list(Topic.objects.filter(parent__isnull=False).values_list("pk", flat=True))),
    "severity": lambda rng: rng.randint(1, 3),
}


class Office:
    """Units, people, and what they do with the cases of one history."""

    def __init__(self, seed: int, clock: Clock, taken: Counter[tuple[str, str]]) -> None:
        self.rng, self.clock, self.taken = Random(seed), clock, taken
        self.done, self.refused, self.year = Counter[str](), Counter[tuple[str, str]](), clock.today.year
        self.topics = [TopicFactory(code=f"L{n}", name=f"类别{n}") for n in range(3)]
        self.supervisor = UnitFactory(is_industry_supervisor=True)
        self.units = [UnitFactory() for _ in range(4)]
        for unit in (*self.units, self.supervisor):
            for role in INSPECTED:
                a_post(role, unit)
        for role in (Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR) * 3:
            a_post(role)
        a_post(Role.INDUSTRY_REVIEWER, self.supervisor)
        limits = {
            (RECTIFICATION, State.SIGN): (3, "workday"),
            (RECTIFICATION, State.PLAN): (15, "day"),
            (RECTIFICATION, State.REMEDYING): (2, "month"),
            (Kind.FINDING, FindingState.OFFICE_REVIEW): (5, "workday"),
        }
        for (kind, state), (n, unit) in limits.items():
            StepLimit.objects.update_or_create(kind=kind, state=str(state), defaults={"n": n, "unit": unit})

    # ---------- who ----------

    def people(self, role: Role, unit: Unit | None = None) -> list[Actor]:
        posts = Post.objects.in_force(self.clock.today).filter(role=role, user__is_active=True)
        posts = posts.filter(unit=unit) if unit else posts
        return [acting(post) for post in self.shuffled(posts.select_related("user", "unit").order_by("pk"))]

    def near(self, case: Case, role: Role) -> list[Actor]:
        """Some of those who may have to do with a case, so that not everybody of the house is asked."""
        if role in INSPECTED:
            return self.people(role, case.unit)
        posts = Post.objects.manned(self.clock.today).filter(role=role).select_related("user", "unit").order_by("pk")
        if role in {Role.TEAM_LEADER, Role.TEAM_MEMBER}:
            posts = posts.filter(unit__in=Grant.objects.filter(case=case).order_by().values("unit"))
        return [acting(post) for post in self.shuffled(posts)[:4]]

    def shuffled(self, rows: Any) -> list[Any]:
        found = list(rows)
        self.rng.shuffle(found)
        return found

    # ---------- what begins ----------

    def begin_annualplan(self) -> None:
        self.year += 1
        item = ItemDraft(CampaignKind.SPECIAL, f"{self.year} 年专项", date(self.year, 1, 5), date(self.year, 2, 5))
        draft_plan(self.people(Role.OFFICE_STAFF)[0], self.year, "控制总量", items=[item])

    def begin_campaign(self) -> None:
        units = self.shuffled(unit for unit in self.units if unit.abolished_on is None)[:2]
        self._campaign(units, CampaignState.PREPARING)

    def _campaign(self, units: list[Unit], state: CampaignState, **given: Any) -> Campaign:
        switches = {name: self.rng.random() < 0.6 for name in ("with_supervision", "with_publicity")}
        n = Campaign.objects.count() + 1
        named = {"number": f"QYFD-{self.year}-LH{n:02}", "title": f"第 {n} 次督察", "publicity_days": 3}
        return a_campaign(state, units=units, **switches | named | given)

    def begin_finding(self) -> None:
        open_ones = Campaign.objects.filter(case__state=CampaignState.FIELDWORK).order_by("pk")
        campaigns = [c for c in self.shuffled(open_ones) if c.teams.exists()] or [
            self._campaign([self.rng.choice(self._standing())], CampaignState.FIELDWORK)
        ]
        placed = self.rng.choice(list(campaigns[0].units.order_by("pk")))
        a_finding(campaign=campaigns[0], unit=placed.unit, topic=self.topics[0], **self._remedy())

    def begin_rectification(self) -> None:
        """A finding that was fed back at once, in a campaign with every step there is."""
        unit, remedy = self.rng.choice(self._standing()), self._remedy()
        given = {"with_supervision": True, "with_publicity": True} if remedy["supervisor"] else {}
        campaign = self._campaign([unit], CampaignState.FIELDWORK, **given)
        a_finding(FindingState.FED_BACK, campaign=campaign, unit=unit, topic=self.topics[2], **remedy)

    def begin_life(self) -> None:
        """A rectification that came some way, or all of it, before this history looks at it."""
        unit = self.rng.choice(self._standing())
        to = min(self.shuffled(LIVES), key=lambda state: self.done[f"life {state}"])
        switches = {"with_supervision": True, "with_publicity": to == State.PUBLICITY}
        campaign = self._campaign([unit], CampaignState.FIELDWORK, **switches)
        remedy = self._remedy() | {"rectify_type": RectifyType.TERM, "supervisor": self.supervisor}
        finding = a_finding(FindingState.FED_BACK, campaign=campaign, unit=unit, topic=self.topics[1], **remedy)
        a_rectification(to, finding=finding)
        self.done[f"life {to}"] += 1

    def begin_finding_of_the_office(self) -> None:
        """One of a paper inspection, which has no team."""
        unit = self.rng.choice(self._standing())
        campaign = self._campaign([unit], CampaignState.FIELDWORK, with_team=False)
        self._logged_by_the_office(self.people(Role.OFFICE_STAFF)[0], campaign, unit)

    def begin_finding_of_any_day(self) -> None:
        """One found outside every campaign: it belongs to the year's own one, opened when it is first needed."""
        staff, unit = self.people(Role.OFFICE_STAFF)[0], self.rng.choice(self._standing())
        self._logged_by_the_office(staff, open_routine(staff, unit, discovered_on=self.clock.today), unit)

    def _logged_by_the_office(self, staff: Actor, campaign: Campaign, unit: Unit) -> None:
        given = self._remedy()
        finding = log_finding(
            staff, campaign, unit, statement=f"书面督察发现第 {self.rng.random():.6f} 号案卷未经法制审核即作出决定。",
            method=Method.CASE_FILES, topic=self.topics[1], citations=[(BasisFactory(), "第五十八条", "")], **given,
        )  # fmt: skip
        attach(finding.case, staff)

    def _remedy(self) -> dict[str, Any]:
        return {
            "rectify_type": self.rng.choice((RectifyType.IMMEDIATE, RectifyType.TERM, RectifyType.TERM)),
            "rectify_by": self.clock.today + timedelta(self.rng.randint(50, 120)),
            "supervisor": self.rng.choice((None, self.supervisor)),
        }

    def _standing(self) -> list[Unit]:
        return [unit for unit in self.units if unit.abolished_on is None]

    def begin_clue(self) -> None:
        campaigns = Campaign.objects.filter(case__is_open=True).order_by("pk")
        campaign = campaigns.last() or self._campaign(self._standing()[:1], CampaignState.FIELDWORK)
        register_clue(
            self.people(Role.OFFICE_STAFF)[0], campaign=campaign, unit=self.rng.choice(self._standing()),
            title=f"线索{self.rng.random():.6f}", content="群众反映占道施工", source="hotline",
        )  # fmt: skip

    begin_look_back = lawful_rounds.begin_look_back
    begin_call, begin_need = lawful_rounds.begin_call, lawful_rounds.begin_need
    begin_programme, begin_claim = lawful_rounds.begin_programme, lawful_rounds.begin_claim
    begin_settled = lawful_rounds.begin_settled
    begin_aspect = lawful_rounds.begin_aspect

    BEGIN = {
        Kind.ANNUAL_PLAN: ("begin_annualplan",), Kind.CAMPAIGN: ("begin_campaign",), CLUE: ("begin_clue",),
        Kind.FINDING: ("begin_finding", "begin_finding_of_the_office", "begin_finding_of_any_day"),
        RECTIFICATION: ("begin_rectification",), Kind.FEEDBACK: ("begin_life",), LOOK_BACK: ("begin_look_back",),
        PROGRESS_CALL: ("begin_call",), SUPPORT_NEED: ("begin_need",),
        PROGRAMME: ("begin_programme", "begin_settled"), UNIT_CLAIM: ("begin_claim",), ASPECT: ("begin_aspect",),
    }  # fmt: skip

    def begin(self) -> None:
        name = min(self.shuffled(name for some in self.BEGIN.values() for name in some), key=lambda one: self.done[one])
        self.done[name] += 1
        try:
            getattr(self, name)()
        except REFUSED:  # the year's own campaign may have been taken on to 反馈整改中: nothing is logged there
            return

    # ---------- what goes on ----------

    def step(self) -> None:
        """Take one step that some person may take now: of those that can be tried, one taken seldom."""
        for case, transition in self._possible():
            if self.take(case, transition):
                return

    def _possible(self) -> list[tuple[Case, Transition]]:
        """Return what can be tried: first what was taken seldom, last what was refused again and again."""
        cards = Case.objects.filter(is_open=True).select_related(*kinds.related()).order_by("pk")
        found = []
        for case in self.shuffled(cards):
            circuit = circuit_of(case)
            for t in circuit.transitions:
                if case.state in t.sources and t.who.roles:
                    often = self.taken[case.kind, t.name] + self.refused[case.kind, t.name] // 8
                    found.append((often + 2 * self.rng.random(), case, t))
        return [(case, t) for _, case, t in sorted(found, key=lambda line: line[0])[:12]]

    def take(self, case: Case, transition: Transition) -> bool:
        for role in self.shuffled(sorted(transition.who.roles)):
            for actor in self.near(case, role):
                if not transition.who(actor, case):
                    continue
                self.prepare(case, transition.name, actor)
                now = Case.objects.select_related(*kinds.related()).get(pk=case.pk)
                if transition.refusals(now, actor):  # what the engine would say, for a tenth of the price
                    continue
                day, answers = self._day(case), self.answers(case, transition, actor)
                foretold = leads_to(now, transition, actor)
                try:
                    engine.perform(case, transition.name, actor, day=day, **answers)
                except REFUSED:
                    continue
                came_where_it_was_foretold(case, transition, foretold)
                self.taken[case.kind, transition.name] += 1
                self.done["late_entry"] += day is not None
                return True
        self.refused[case.kind, transition.name] += 1
        return False

    def prepare(self, case: Case, name: str, actor: Actor) -> None:
        named = PREPARED.get(name, name)
        by = actor
        if named == "request_closure":
            by = next(iter(self.people(Role.UNIT_LIAISON, case.unit)), actor)
        try:
            if (case.kind, name) == (CLUE, "report") and not case.attachments.exists():  # what a unit reports, it shows
                attach(case, actor, f"{self.rng.random()}")
            prepare(case, named, by)
        except REFUSED:
            return

    def _day(self, case: Case) -> date | None:
        """Today, or, now and then, a late entry: some day since the last event."""
        last = Event.objects.filter(case=case).order_by("-seq")[0].day
        if self.rng.random() < 0.7 or last >= self.clock.today:
            return None
        return last + timedelta(self.rng.randint(0, (self.clock.today - last).days - 1))

    def answers(self, case: Case, transition: Transition, actor: Actor) -> dict[str, Any]:
        wished = (name for name in transition.may if name in SAID or self.rng.random() < 0.5)
        asked = [*transition.needs, *wished]
        return {name: self._answer(case, name, actor) for name in asked}

    def _answer(self, case: Case, name: str, actor: Actor) -> Any:
        given = INPUTS[name]
        match given.shape:
            case "date":
                after = case.due_on if name in {"asked_due_on", "granted_due_on"} and case.due_on else self.clock.today
                return after + timedelta(0 if name in LATELY else self.rng.randint(1, 12))
            case "percent":
                return self.rng.randint(0, 100)
            case "yes":
                return True
            case "files":
                return []
            case "choice" | "choices":
                word = self.rng.choice(given.options)[0]
                return word if given.shape == "choice" else [word]
            case "row":
                rows = given.rows(case, actor)
                standing = [unit.pk for unit in self._standing()]
                return (rows.filter(pk__in=standing) if rows.model is Unit else rows).first()
            case "rows":
                return list(given.rows(case, actor)[:1])
            case "statements":
                return [one.signed(WORDS) for one in given.rows(case, actor)]
        anew = f"{WORDS}{self.rng.random():.6f}"  # what was returned is never sent again word for word
        return SAID.get(name, anew)[: given.most]

    # ---------- what happens besides ----------

    def take_back(self) -> None:
        for case in self.shuffled(Case.objects.order_by("pk")):
            last = Event.objects.filter(case=case).order_by("-seq").select_related("post__user", "post__unit")[0]
            line = circuit_of(case).by_name.get(last.name)
            if line is None or not line.withdrawable or last.post is None or last.post.to_on:
                continue
            try:
                engine.withdraw(case, acting(last.post), reason="错办")
            except REFUSED:
                continue
            self.done["take_back"] += 1
            return

    def correct(self) -> None:
        for case in self.shuffled(Case.objects.filter(is_open=True).order_by("pk"))[:5]:
            for edit in circuit_of(case).edits:
                if case.state not in edit.states:
                    continue
                actor = next((a for r in edit.who.roles for a in self.people(r) if edit.who(a, case)), None)
                fields = [name for name in sorted(edit.fields) if name in CORRECTED]
                if actor is None or not fields:
                    continue
                name = self.rng.choice(fields)
                engine.amend(case, actor, {name: CORRECTED[name](self.rng)}, reason="更正")
                self.done["correct"] += 1
                return

    def hand_in(self) -> None:
        case = self.rng.choice(list(Case.objects.filter(is_open=True).order_by("pk")))
        attach(case, self.people(Role.OFFICE_STAFF)[0], f"{self.rng.random()}")
        self.done["hand_in"] += 1

    def load_holidays(self) -> None:
        """The year's arrangement comes, or comes again with other days: 13 of the law and some that nobody foresaw."""
        year = self.rng.choice((self.clock.today.year, self.clock.today.year + 1))
        due = Case.objects.filter(is_open=True, step_due_on__year=year).order_by("pk")
        unforeseen = {self.clock.today + timedelta(self.rng.randint(1, 40)) for _ in range(9)}
        unforeseen |= set(self.shuffled(due.values_list("step_due_on", flat=True))[:3])
        off = set(working_days.statutory_holidays(year)) | {day for day in unforeseen if day.year == year}
        moved = Event.objects.filter(name="amend").count()
        working_days.load_holidays(year, off, [], f"国办发明电〔{year}〕{self.rng.randint(1, 99)}号")
        self.done["load_holidays"] += 1
        self.done["deadlines moved"] += Event.objects.filter(name="amend").count() - moved

    def merge(self) -> None:
        """A unit is merged when its last case has ended: one of the known ones, or one that comes and goes."""
        passing = UnitFactory()
        campaign = self._campaign([passing], CampaignState.FIELDWORK, with_supervision=False, with_publicity=False)
        remedy = self._remedy() | {"supervisor": None, "rectify_type": RectifyType.TERM}
        finding = a_finding(FindingState.FED_BACK, campaign=campaign, unit=passing, topic=self.topics[0], **remedy)
        a_rectification(State.CLOSED, finding=finding)
        for unit in [*self.shuffled(self._standing())[: len(self._standing()) - 2], passing]:
            into = next(one for one in self._standing() if one != unit)
            try:
                merge_units([unit], into=into, on=self.clock.today, actor=None)
            except DomainError:
                continue
            self.done["merge"] += 1
            break
        self.units = list(Unit.objects.filter(pk__in=[one.pk for one in self.units]).order_by("pk"))

    def change_post(self) -> None:
        """Somebody leaves his post today, another begins."""
        posts = Post.objects.in_force(self.clock.today).filter(from_on__lt=self.clock.today, to_on=None)
        outside = posts.exclude(role__in=(Role.TEAM_LEADER, Role.TEAM_MEMBER))  # a team is its members
        post = self.rng.choice(list(outside.select_related("unit").order_by("pk")))
        post.to_on = self.clock.today - timedelta(1)
        post.save()
        a_post(Role(post.role), post.unit, from_on=self.clock.today)
        self.done["change_post"] += 1

    BESIDE = ("take_back", "correct", "hand_in", "load_holidays", "merge", "change_post")
    play = lawful_play.play
