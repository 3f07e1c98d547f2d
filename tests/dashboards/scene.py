"""A fixed scene of sixteen cards, made by real steps on their days: every number can be recounted by finger.

It is looked at on Tuesday 2026-04-28 at 07:30 in Shanghai, when it is still Monday in UTC. The fifteenth working day
after it is 2026-05-21 (29, 30 April; 6, 7, 8 and, made up for the holiday, Saturday 9 May; 11 to 15 May;
18 to 21 May). Years: 25- is 2025, else 2026.

A deadline is never a day of rest (docs/domain/compliance.md 7.1.3). So that deadlines stand on every edge of the clock
all the same, the office of this scene works on the Sundays 15 and 29 March and 12 April.

 card  unit      campaign  topic  性质  fed back  deadline (original)   what became of it
 ----  --------  --------  -----  ----  --------  --------------------  -----------------------------------------------
   1   甲县      全面25    执法   1     25-12-01  03-01                 closed 02-20, day 81;
                                                                        looked back at 04-15: 巩固良好
   2   甲县      专项26    执法   1     01-05     04-13                 整改中, 15 days late today
   3   乙县      专项26    执法   2     01-06     04-12                 整改中, 16 days late
   4   乙县      专项26    普法   1     01-07     03-29                 待报方案, 30 days late
   5   甲县      专项26    普法   3     01-08     02-27                 整改中, 60 days late
   6   教育局    全面25    普法   1     25-11-20  02-26                 整改中, 61 days late
   7   教育局    公示26    执法   2     02-10     05-21                 公示中 since 04-20, due on the last day of the
                                                                        window; lead,
   7P  乙县      公示26    执法   2     02-10     05-21                 ... of which 乙县 is the assisting unit: 待签收
   8   甲县      专项26    执法   1     01-09     04-01                 中止 since 03-05, and past due
   9   教育局    专项26    普法   1     01-10     05-22 (04-20)         extended 04-02; 待销号审定 since 04-24;
                                                                        due a day after the window;
                                                                        a look-back waits since 04-25
  10   林业局    全面25    执法   1     25-10-15  01-31 (25-12-31)      extended 25-12-20; closed 01-20, day 97;
                                                                        looked back at 03-20: 基本巩固.
                                                                        林业局 is merged into 自然资源局 on 02-10
  11   乙县      全面25    执法   1     25-12-10  03-15                 closed 03-16, day 96, one late;
                                                                        looked back at 04-10: 反弹
  12   乙县      全面25    执法   1     04-10     07-10                 the second round of 11: 整改中
  13   甲县      专项26    普法   1     02-02     04-28                 closed today at 07:00, day 85, on its last day
  14   教育局    全面25    普法   2     25-12-15  03-31                 长期坚持 since 02-25
  15   自然资源  专项26    执法   1     02-05     04-30                 objection upheld 03-02: 已撤销
  16   乙县      专项26    普法   1     03-01     04-28                 整改中, due today

 clue  unit      campaign  topic  what became of it
 ----  --------  --------  -----  -----------------------------------------
   a   教育局    专项26    执法   closed 03-25
   b   甲县      专项26    普法   办理中 since 03-03
   c   乙县      专项26    执法   不予受理 03-04
   d   甲县      全面25    执法   已登记 03-02, not yet transferred: only the office knows of it
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casework.deadlines import working_days
from casework.models import CalendarDay, Case, Topic
from casework.workflow import engine
from clues import services as clue_services
from inspections.enums import FindingState
from inspections.models import Campaign
from organizations.actor import Actor
from organizations.enums import Role, UnitCategory
from organizations.models import Post, Unit
from organizations.services import merge_units
from rectification.enums import RECTIFICATION, State
from tests.dashboards.page_world import at
from tests.factories import Cast, TopicFactory, UnitFactory, a_campaign, a_finding, a_look_back, a_post, acting, walk

TODAY = date(2026, 4, 28)
WORKED = (date(2026, 3, 15), date(2026, 3, 29), date(2026, 4, 12))


def day(text: str) -> date:
    """Read 04-28 as a day of 2026, 25-12-31 as one of 2025."""
    *year, month, number = (int(part) for part in text.split("-"))
    return date(2000 + year[0] if year else 2026, month, number)


def looked_at() -> AbstractContextManager[None]:
    """The moment at which the scene is looked at."""
    return at(TODAY, 7, 30)


@dataclass
class Scene:
    """The scene as it stands in the database: keys by the names of the table above."""

    units: dict[str, Unit] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    cards: dict[str, Case] = field(default_factory=dict)
    casts: dict[str, Cast] = field(default_factory=dict)
    posts: dict[Role, Post] = field(default_factory=dict)
    only: frozenset[str] | None = None  # some of the cards; None: all of them

    def act(self, role: Role) -> Actor:
        return acting(self.posts[role])

    def pks(self, *names: str | int) -> list[int]:
        return sorted(self.cards[str(name)].pk for name in names)

    def is_wanted(self, name: str) -> bool:
        return self.only is None or name in self.only

    # ---------- what is written in the columns of the table ----------

    def set_up(self) -> None:
        CalendarDay.objects.bulk_create(CalendarDay(day=day, is_workday=True) for day in WORKED)
        working_days.forget()
        county, department = UnitCategory.COUNTY, UnitCategory.GOVERNMENT
        kinds = {"甲县": county, "乙县": county, "教育局": department, "林业局": department, "自然资源局": department}
        codes = ("621022", "621027", "S1", "S2", "S3")  # of two districts, so that they are drawn where they lie
        for code, (name, category) in zip(codes, kinds.items(), strict=True):
            self.units[name] = UnitFactory(code=code, name=name, category=category)
        self.topics = {name: TopicFactory(code=f"S{n}", name=name) for n, name in enumerate(("执法", "普法"))}
        self.posts = {role: a_post(role) for role in (Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR)}
        units = list(self.units.values())
        for name, on, publicity in (
            ("全面25", "25-10-09", False),
            ("专项26", "01-04", False),
            ("公示26", "02-06", True),
        ):
            with at(day(on)):
                self.campaigns[name] = a_campaign(
                    units=units, title=name, year=day(on).year, with_publicity=publicity, number=f"QYFD-{name}"
                )

    def feed_back(
        self, name: str, unit: str, within: str, topic: str, severity: int, on: str, due: str, *, assisting: str = ""
    ) -> None:
        """A finding is fed back on its day; its rectification stands at 待签收."""
        if not self.is_wanted(name):
            return
        with at(day(on)):
            finding = a_finding(
                FindingState.CONFIRMED,
                campaign=self.campaigns[within],
                unit=self.units[unit],
                topic=self.topics[topic],
                severity=severity,
                rectify_by=day(due),
                title=f"第{name}件",
            )
            if assisting:
                finding.assisting.add(self.units[assisting])
            engine.perform(finding.case, "feed_back", self.act(Role.OFFICE_STAFF))
            cards = Case.objects.filter(kind=RECTIFICATION, rectification__finding=finding)
            self.cards[name] = cards.get(unit=self.units[unit])
            if assisting:
                self.cards[f"{name}P"] = cards.get(unit=self.units[assisting])
            self.casts[name] = Cast(self.cards[name])

    def go(self, name: str, state: State, on: str, hour: int = 9) -> None:
        """Walk the main way to a state, on one day."""
        if not self.is_wanted(name):
            return
        with at(day(on), hour):
            walk(self.cards[name], state, self.casts[name].way())

    def step(self, name: str, step: str, role: Role, on: str, **given: Any) -> None:
        if not self.is_wanted(name):
            return
        with at(day(on)):
            engine.perform(Case.objects.get(pk=self.cards[name].pk), step, self.casts[name](role), **given)

    def extend(self, name: str, on: str, to: str) -> None:
        self.step(name, "ask_extension", Role.UNIT_LIAISON, on, asked_due_on=day(to), reason="需要更多时间")
        self.step(name, "sign_extension", Role.UNIT_HEAD, on, commitment=True)
        self.step(name, "grant_extension", Role.OFFICE_DIRECTOR, on, granted_due_on=day(to))

    def look_back(self, name: str, on: str, verdict: str, due: str | None = None) -> None:
        """A look-back at a card, called H and the card's name; where it opens the next round, that is called 12."""
        if not self.is_wanted(name):
            return
        again = {"relapse_due_on": day(due)} if due else {}
        with at(day(on)):
            self.cards[f"H{name}"] = look_back = a_look_back(self.cards[name], verdict, **again)
        if look_back.content.next_round is not None:
            self.cards["12"] = look_back.content.next_round

    def clue(self, name: str, unit: str, within: str, topic: str, on: str) -> None:
        if not self.is_wanted(name):
            return
        with at(day(on)):
            self.cards[name] = clue_services.register_clue(
                self.act(Role.OFFICE_STAFF),
                campaign=self.campaigns[within],
                unit=self.units[unit],
                title=f"线索{name}",
                content="内容",
                source="review",
                topic=self.topics[topic],
            ).case

    def clue_step(self, name: str, step: str, who: Actor, on: str, **given: Any) -> None:
        if not self.is_wanted(name):
            return
        with at(day(on)):
            engine.perform(Case.objects.get(pk=self.cards[name].pk), step, who, **given)


FED_BACK = (
    ("10", "林业局", "全面25", "执法", 1, "25-10-15", "25-12-31"),
    ("6", "教育局", "全面25", "普法", 1, "25-11-20", "02-26"),
    ("1", "甲县", "全面25", "执法", 1, "25-12-01", "03-01"),
    ("11", "乙县", "全面25", "执法", 1, "25-12-10", "03-15"),
    ("14", "教育局", "全面25", "普法", 2, "25-12-15", "03-31"),
    ("2", "甲县", "专项26", "执法", 1, "01-05", "04-13"),
    ("3", "乙县", "专项26", "执法", 2, "01-06", "04-12"),
    ("4", "乙县", "专项26", "普法", 1, "01-07", "03-29"),
    ("5", "甲县", "专项26", "普法", 3, "01-08", "02-27"),
    ("8", "甲县", "专项26", "执法", 1, "01-09", "04-01"),
    ("9", "教育局", "专项26", "普法", 1, "01-10", "04-20"),
    ("13", "甲县", "专项26", "普法", 1, "02-02", "04-28"),
    ("15", "自然资源局", "专项26", "执法", 1, "02-05", "04-30"),
    ("16", "乙县", "专项26", "普法", 1, "03-01", "04-28"),
)
REMEDYING = (
    "10",
    "6",
    "1",
    "11",
    "14",
    "2",
    "3",
    "5",
    "8",
    "9",
    "13",
    "7",
    "16",
)  # the day after they were fed back, or so


def make(*only: str) -> Scene:
    """Make the scene, or some of its cards, each step on its day."""
    scene = Scene(only=frozenset(only) or None)
    scene.set_up()
    for row in FED_BACK:
        scene.feed_back(*row)
    scene.feed_back("7", "教育局", "公示26", "执法", 2, "02-10", "05-21", assisting="乙县")
    for name in filter(scene.is_wanted, REMEDYING):
        case = scene.cards[name]
        scene.go(name, State.REMEDYING, case.opened_on.strftime("%y-%m-%d"), hour=15)
    scene.go("4", State.PLAN, "01-12")
    _what_became_of_them(scene)
    _clues(scene)
    return scene


def _what_became_of_them(scene: Scene) -> None:
    scene.extend("10", "25-12-20", "01-31")
    scene.go("10", State.CLOSED, "01-20")
    with at(day("02-10")):
        merge_units([scene.units["林业局"]], into=scene.units["自然资源局"], on=day("02-10"), actor=None)
    scene.go("1", State.CLOSED, "02-20")
    until = {"next_review_on": day("09-01"), "reason": "须长期抓"}
    scene.step(
        "14", "make_long_term", Role.OFFICE_DIRECTOR, "02-25", stage_goal="半年见效", expected_on=day("12-01"), **until
    )
    scene.go("15", State.CLAIM, "02-28")
    scene.step("15", "dispute", Role.UNIT_LIAISON, "02-28", reason="不是我局职责")
    scene.step("15", "uphold_dispute", Role.OFFICE_DIRECTOR, "03-02", reason="属实")
    scene.step("8", "suspend", Role.OFFICE_DIRECTOR, "03-05", **until)
    scene.go("11", State.CLOSED, "03-16")
    scene.look_back("10", "03-20", "fair")
    scene.extend("9", "04-02", "05-22")
    scene.look_back("11", "04-10", "relapsed", due="07-10")
    scene.look_back("1", "04-15", "firm")
    scene.go("7", State.PUBLICITY, "04-20")
    scene.go("9", State.FINAL_REVIEW, "04-24")
    scene.look_back("9", "04-25", "")
    scene.go("13", State.CLOSED, "04-28", hour=7)


def _clues(scene: Scene) -> None:
    staff, director = Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR
    for row in (
        ("a", "教育局", "专项26", "执法"),
        ("b", "甲县", "专项26", "普法"),
        ("c", "乙县", "专项26", "执法"),
        ("d", "甲县", "全面25", "执法"),
    ):
        scene.clue(*row, on="03-02")
    for name in "ab":
        scene.clue_step(name, "transfer", scene.act(staff), "03-03")
    scene.clue_step("c", "drop", scene.act(staff), "03-04", reason="不属实")
    liaison = acting(a_post(Role.UNIT_LIAISON, scene.units["教育局"]))
    scene.clue_step("a", "report", liaison, "03-20", handling="已整改")
    scene.clue_step("a", "verify", scene.act(staff), "03-24", opinion="属实")
    scene.clue_step("a", "close", scene.act(director), "03-25")
