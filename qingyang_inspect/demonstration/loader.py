"""Tell the demonstration year: plan, campaigns, findings, rectifications, clues, look-backs, in the order they happened."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from casework.deadlines.working_days import next_workday
from casework.models import Case
from clues.services import register_clue
from inspections.models import Campaign, PlanItem
from inspections.services import ItemDraft, Seat, Switches, draft_campaign, draft_plan, form_team, place_units
from organizations.actor import Actor
from organizations.enums import Role, UnitCategory
from organizations.models import Unit
from qingyang_inspect.demonstration import story
from qingyang_inspect.demonstration.acts import Acts
from qingyang_inspect.demonstration.citywide import TITLE as CITYWIDE
from qingyang_inspect.demonstration.clock import story_year
from qingyang_inspect.demonstration.july import July
from qingyang_inspect.demonstration.paces import HELD, MIXED, PROMPT, SHORT, Pace
from qingyang_inspect.demonstration.people import TEAM_ACCOUNTS, People
from qingyang_inspect.reference.load import HERE
from rectification.enums import State

COUNTIES = tuple(story.TOWNS)


class Loader:
    """Tells the story. Each part is one method; all of it is one transaction, so an interruption leaves nothing."""

    def __init__(self, today: date, tick: Callable[[], object]) -> None:
        self.today, self.year = today, story_year(today)
        self.people = People(date(self.year - 1, 1, 1))
        self.people.hire()
        self.acts = Acts(self.people, today, tick)
        self.rng = self.acts.rng
        self.leaders: dict[
            int, tuple[Callable[[], Actor], Callable[[], Actor]]
        ] = {}  # team unit id -> (leader, member)

    def on(self, month: int, day: int, years: int = 0) -> date:
        return date(self.year + years, month, day)

    # ---- plan and campaigns

    def plan(self) -> dict[str, Any]:
        """The annual plan with its items, approved in January; return the items by title."""
        kinds = [("ZX", title) for title, _ in story.SPECIALS]
        kinds += [
            ("SX", "法治建设督察"),
            ("ZZ", "道路交通安全和运输执法领域突出问题专项整治"),
            ("ZZ", CITYWIDE),
        ]
        items = [
            ItemDraft(
                kind=kind,
                title=title,
                from_on=self.on(2 + n % 9, 1),
                to_on=self.on(4 + n % 9, 25),
                lead="市委依法治市办",
            )
            for n, (kind, title) in enumerate(kinds)
        ]
        with self.acts.day(self.on(1, 8)):
            plan = draft_plan(
                self.acts.staff(),
                self.year,
                "聚焦法治建设突出问题，专项督察与全面督察、自查与实地督察相结合，控制总量，一个单位不重复督察。",
                items=items,
            )
        self.acts.steps(
            plan.case, [("submit", 3, self.acts.staff, {}), ("approve", 4, self.acts.director, {})], self.on(1, 12)
        )
        return {item.title: item for item in PlanItem.objects.filter(plan_id=plan.pk)}

    def campaign(
        self,
        kind: str,
        title: str,
        from_on: date,
        to_on: date,
        *,
        units: list[str],
        item: Any = None,
        until: str = "fieldwork",
        teams: int = 1,
        switches: Switches | None = None,
    ) -> Campaign:
        """Draft a campaign a month before it begins, place its units, form its teams (2: the one of the demonstration accounts), bring it to a state."""
        drafted = from_on - timedelta(30)
        with self.acts.day(drafted):
            campaign = draft_campaign(
                self.acts.staff(), kind=kind, year=from_on.year, title=title, from_on=from_on, to_on=to_on, plan_item=item, outside_reason="" if item else "市委全面依法治市委员会会议要求", content="对照督察要点，查制度、查案卷、查现场。", switches=switches or Switches(),
            )  # fmt: skip
            place_units(self.acts.staff(), campaign, [self.acts.units[name] for name in units])
            if teams in {1, 2}:
                self.team(campaign, "督察组", "执法协调小组", units, accounts=teams == 2)
            elif teams == 4:
                self.four_teams(campaign)
        way: list[Any] = [("submit", 5, self.acts.staff, {}), ("approve", 5, self.acts.director, {})]
        if until != "preparing":
            self.acts.steps(campaign.case, way[: 1 if until == "approval" else 2], drafted)
        return Campaign.objects.get(pk=campaign.pk)

    def team(self, campaign: Campaign, name: str, group: str, units: list[str], accounts: bool = False) -> None:
        """Form a team; people come from departments that another team inspects, so nobody inspects his own unit. Experts are lawyers of no unit here."""
        sent = self.acts.units[group]
        homes = (
            Unit.objects.inspected()
            .exclude(category=UnitCategory.COUNTY)
            .exclude(short_name__in=units)
            .order_by("code")
        )
        seats = []
        for n, (duty, role) in enumerate(
            (
                ("leader", Role.TEAM_LEADER),
                ("member", Role.TEAM_MEMBER),
                ("member", Role.TEAM_MEMBER),
                ("expert", Role.EXPERT),
            )
        ):
            made = {r: (username, person) for username, person, r in TEAM_ACCOUNTS} if accounts and n != 2 else {}
            home = None if role == Role.EXPERT else homes[(5 * len(self.leaders) + 11 * n) % len(homes)]
            user = self.people.user(*made.get(role, ("", "")), home=home)
            seats.append(Seat(user, duty, sent))
        team = form_team(
            self.acts.staff(), campaign, name, group=sent, seats=seats, units=[self.acts.units[u] for u in units]
        )
        members = {
            m.duty: m.post
            for m in team.members.select_related("post__user", "post__unit")
            if m.duty in {"leader", "member"}
        }
        if accounts:
            for member in team.members.select_related("post__user"):
                self.people.by_username[member.post.user.username] = member.post
        actor = lambda post: lambda: Actor(post, self.today_then())
        self.leaders[team.pk] = (actor(members["leader"]), actor(members["member"]))

    @staticmethod
    def today_then() -> date:
        from django.utils import timezone

        return timezone.localdate()

    def four_teams(self, campaign: Campaign) -> None:
        """The four teams of July from the 立法、执法、司法、守法普法 coordination groups (qingyang_inspect/reference/units.csv)."""
        with (HERE / "units.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for name, group in zip(
            ("第一督察组", "第二督察组", "第三督察组", "第四督察组"),
            ("立法协调小组", "执法协调小组", "司法协调小组", "守法普法协调小组"),
            strict=True,
        ):
            self.team(campaign, name, group, [row["short_name"] for row in rows if row["team"] == name])

    def authors(self, campaign: Campaign, unit: str) -> tuple[Callable[[], Actor], Callable[[], Actor]]:
        placed = campaign.units.get(unit__short_name=unit)
        return self.leaders[placed.team_id or 0]

    # ---- findings from templates

    def words(self, template: story.Template, unit: str, n: int) -> tuple[str, str]:
        town = story.TOWNS.get(unit, (unit,))[n % len(story.TOWNS.get(unit, (unit,)))]
        given = {"n": 2 + (n * 3) % 7, "m": 9 + (n * 5) % 22, "k": 3 + (n * 7) % 26, "town": town}
        return template.title.format(**given), template.statement.format(**given)

    def special(
        self,
        campaign: Campaign,
        templates: tuple[story.Template, ...],
        count: int,
        first: date,
        span: int,
        closing: int,
        paces: tuple[Pace, ...] = (PROMPT,),
        supervisor: str = "市自然资源局",
    ) -> list[Case]:
        """Log, feed back and close so many findings over the counties, each at its pace."""
        cases = []
        for n in range(count):
            unit, template = COUNTIES[n % len(COUNTIES)], templates[n % len(templates)]
            title, statement = self.words(template, unit, n)
            leader, member = self.authors(campaign, unit)
            found = first + timedelta(n * span // count)
            pace = paces[n % len(paces)]
            finding = self.acts.find(
                campaign, unit, author=member, on=found, by=found + timedelta(closing + pace.more), topic=template.topic, title=title, statement=statement,
                cited=[(template.basis, template.article)], supervisor=supervisor, severity=1 + (n % 6 == 0), method=("SD", "CY", "AJ")[n % 3],
            )  # fmt: skip
            case = self.acts.feed_back(finding, leader=leader, author=member, on=found)
            self.rectify(case, template.measures[:2], pace=pace)
            cases.append(case)
        return cases

    def rectify(
        self, case: Case, measures: tuple[str, ...], *, until: str = "closed", returned: bool = False,
        pace: Pace = PROMPT,
    ) -> None:  # fmt: skip
        """Take a rectification through claim, plan, measures, evidence and closure."""
        on = self.acts.claim(case, case.opened_on) if case.state == State.SIGN else case.opened_on
        self.acts.write_plan(case, [(m, "业务科室", "工作记录、现场照片") for m in measures], on + timedelta(3))
        on = self.acts.agree_plan(case, on + timedelta(5), returned=returned)
        middle = on + timedelta(max((case.due_on - on).days // 3, 5)) if case.due_on else on + timedelta(20)
        self.acts.progress(case, "已制定工作方案并逐项推进。", 50, middle)
        if pace.asks is None or case.due_on is None:
            self.acts.complete(case, middle + timedelta(self.rng.randint(8, 25)))
            asked = middle + timedelta(28)
        else:
            if pace.extended:
                self.acts.extend(
                    case, case.due_on - timedelta(20), next_workday(case.due_on + timedelta(pace.extended))
                )
            asked = case.due_on + timedelta(pace.asks)
            self.acts.complete(case, asked - timedelta(3))
        self.acts.close(case, self.acts.ask_closure(case, asked), until=until)

    # ---- the parts of the story

    def look_back_at(self, cases: list[Case], first: date) -> None:
        """Look back at closed cases, two a week; none has come back."""
        for n, case in enumerate(cases):
            self.acts.look_back(case, first + timedelta(4 * n), *HELD[n % 5 == 4])

    def farmland_and_land(self, items: dict[str, Any], relapsed: Case) -> None:
        """The two special inspections that are complete: 81 findings, 80 closed, 耕地勘界误差 under 回头看."""
        titles = [title for title, _ in story.SPECIALS]
        farmland = self.campaign(
            "ZX", titles[1], self.on(3, 5), self.on(4, 30), units=list(COUNTIES), item=items[titles[1]]
        )
        closed = self.special(farmland, story.FARMLAND, 45, self.on(3, 6), 40, 150, paces=MIXED)
        self.look_back_at([closed[0], closed[1], *closed[4:6], *closed[7:10]], self.on(9, 21))
        visit = self.acts.book_look_back(relapsed, self.on(4, 2), self.on(4, 15))
        found = "抽测 27 个图斑，8 个界线仍与实地不符，4 处界桩再次缺失，整改不彻底。"
        card = self.acts.relapse(visit, self.on(4, 20), found, self.on(12, 15), farmland.case)
        self.acts.progress(card, "已完成 5 个图斑复测，其余 3 个正在协调测绘单位。", 60, self.on(8, 20))
        self.acts.complete(card, self.on(9, 10), leave=1)
        self.acts.book_look_back(card, self.on(10, 12), self.on(12, 20))
        self.acts.steps(farmland.case, [("begin_feedback", 0, self.acts.staff, {})], self.on(5, 8))
        land = self.campaign(
            "ZX", titles[3], self.on(4, 20), self.on(6, 10), units=list(COUNTIES), item=items[titles[3]]
        )
        self.special(land, story.LAND, 35, self.on(4, 21), 40, 130, paces=SHORT)
        way = [
            ("begin_feedback", 0, self.acts.staff, {}),
            ("end", 3, self.acts.director, {"opinion": "发现问题全部销号。"}),
        ]
        self.acts.steps(land.case, way, self.on(10, 26))

    def road(self, items: dict[str, Any]) -> None:
        """The road-traffic campaign: 313 clues, 313 done."""
        title = "道路交通安全和运输执法领域突出问题专项整治"
        units = [*COUNTIES, "市交通运输局", "市公安局"]
        campaign = self.campaign("ZZ", title, self.on(3, 10), self.on(8, 31), units=units, item=items[title], teams=0)
        topic, staff, director = self.acts.topics["B09"], self.acts.staff, self.acts.director
        for n in range(313):
            unit, (name, content, result) = units[n % len(units)], story.ROAD[n % len(story.ROAD)]
            towns = story.TOWNS.get(unit, ("国道 211 线", "银西高速出口", "西峰城区"))
            given = {"town": towns[n % len(towns)], "n": 2 + n % 5, "k": 20 + n % 60}
            on = self.on(3, 15) + timedelta(n * 100 // 313)
            with self.acts.day(on):
                clue = register_clue(
                    staff(),
                    campaign=campaign,
                    unit=self.acts.units[unit],
                    title=f"{given['town']}：{name}",
                    content=content.format(**given),
                    source=("review", "hotline", "letters", "unannounced")[n % 4],
                    topic=topic,
                )
            liaison = lambda unit=unit: self.acts.of(unit, Role.UNIT_LIAISON)
            way = [
                ("transfer", 1, staff, {}),
                ("report", self.rng.randint(5, 18), liaison, {"handling": result}),
                ("verify", 3, staff, {"opinion": "核查属实，处理到位。"}),
                ("close", 2, director, {}),
            ]
            self.acts.steps(clue.case, way, on)

    def running(self, items: dict[str, Any]) -> None:
        """What is under way now: one special inspection in the field, the others being prepared."""
        titles = dict(story.SPECIALS)
        first = self.today - timedelta(28)
        title = story.SPECIALS[0][0]
        units = ["环县", "华池县", "市发展改革委", "市商务局", "市住建局", "市政务服务中心"]
        campaign = self.campaign(
            "ZX",
            title,
            first,
            self.today + timedelta(25),
            units=units,
            item=items[title] if self.today.year == self.year else None,
            teams=2,
        )
        self.business_environment(campaign, units, first)
        for name, state in list(titles.items())[2:]:
            if state in {"preparing", "approval"}:
                self.campaign(
                    "ZX",
                    name,
                    self.today + timedelta(20),
                    self.today + timedelta(60),
                    units=list(COUNTIES),
                    until=state,
                    item=items[name] if self.today.year == self.year else None,
                )

    def business_environment(self, campaign: Campaign, units: list[str], first: date) -> None:
        """Findings of the team in the field, from draft to feedback."""
        leader, member = self.leaders[campaign.teams.get().pk]
        stops = ("fed_back",) * 9 + (
            "confirmed",
            "confirmed",
            "office_review",
            "office_review",
            "team_review",
            "team_review",
            "draft",
            "draft",
        )
        after = ("plan_review", "plan", "part", "claim", "handover", "dispute", "sign", "sign", "sign")
        ways = [("submit", member), ("approve", leader), ("confirm", self.acts.staff), ("feed_back", self.acts.staff)]
        order = ("draft", "team_review", "office_review", "confirmed", "fed_back")
        for n, stop in enumerate(stops):
            template = story.RULE_OF_LAW[(8, 2, 3, 5)[n % 4]]
            unit = units[n % len(units)]
            title, statement = self.words(template, unit, n + 3)
            on = first + timedelta(1 + n)
            finding = self.acts.find(
                campaign, unit, author=member, on=on, by=self.today + timedelta(60 + n), topic="B01" if n % 2 else template.topic, title=title, statement=statement,
                cited=[(template.basis, template.article)], method="AJ", severity=1 + n % 2,
            )  # fmt: skip
            self.acts.steps(finding.case, [(name, 1, who, {}) for name, who in ways[: order.index(stop)]], on)
            if stop == "fed_back":
                July(self, campaign).bring(
                    Case.objects.get(rectification__finding=finding),
                    after[n],
                    (("逐项清理并公开结果", "业务科室", "清理清单"),),
                )
