"""Random histories whose figures are then asked for by HTTP.

Units of every kind, mergers, several leads and assistants, look-backs, rounds, clues, seals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.test import Client

from casework.enums import Secrecy
from casework.models import Case, Event, Topic
from casework.workflow import engine
from clues.enums import CLUE
from clues.models import Clue
from organizations.enums import Role, UnitCategory
from organizations.models import Unit
from rectification.enums import LOOK_BACK, RECTIFICATION
from rectification.models import LookBack
from tests.dashboards.histories import FIRST, LAST, TODAY, World
from tests.dashboards.oracle import Ask, Trail, Units
from tests.dashboards.page_reader import Reader
from tests.factories import TopicFactory, UnitFactory, a_campaign, a_post, acting

SHANGHAI = ZoneInfo("Asia/Shanghai")
VERDICTS = ("firm", "fair", "partly", "relapsed", "false")
CLUE_STEPS = ("transfer", "report", "verify", "close", "drop", "return")

OPEN = ("remedying", "sent_back", "supervision", "publicity", "final_review", "plan_review", "long_term", "suspended")
READERS = (
    ("office_staff", None), ("office_staff", None), ("office_director", None), ("city_leader", None),
    ("unit_head", 0), ("unit_liaison", 2), ("unit_head", 4),
)  # fmt: skip
WITHIN = ((0,), (1,), (0, 2), ("y2024",), ("y2025", 2))
AGES = (-1, 0, 1, 15, 16, 30, 31, 60, 61)  # days after a deadline: the edges of the bands
N_UNITS, N_TOPICS = 6, 10


def history(chance: Random) -> list[tuple[Any, ...]]:
    """Return what happens in one history: a dozen openings, then everything at random."""
    return [_opening(chance) for _ in range(9)] + [chance.choice(DEEDS)(chance) for _ in range(chance.randint(25, 45))]


def _opening(chance: Random) -> tuple[Any, ...]:
    day = FIRST + timedelta(chance.randrange((LAST - FIRST).days))
    return (
        "open",
        day,
        chance.randrange(N_UNITS),
        chance.randrange(N_TOPICS),
        chance.randint(1, 3),
        chance.random() < 0.7,
    )


def _later(chance: Random) -> int:
    return chance.choice((0, 1, 2, 5, 8, 16, 32, 64, chance.randrange(40)))


CARD = 12
DEEDS: tuple[Callable[[Random], tuple[Any, ...]], ...] = (
    _opening,
    lambda r: ("move", r.randrange(CARD), _later(r), r.choice(OPEN)),
    lambda r: ("move", r.randrange(CARD), _later(r), r.choice(OPEN)),
    lambda r: ("move", r.randrange(CARD), _later(r), r.choice(("closed", "closed", "void", "reassigned"))),
    lambda r: ("close_by_deadline", r.randrange(CARD), r.choice((-1, 0, 1))),
    lambda r: ("extend", r.randrange(CARD), _later(r), r.randint(-60, 90)),
    lambda r: (
        "correct",
        r.randrange(CARD),
        _later(r),
        r.choice(("topic_id", "severity", "is_lead", "subkind")),
        r.randrange(3),
    ),
    lambda r: ("correct_original", r.randrange(CARD), _later(r), r.randint(-40, 40)),
    lambda r: ("withdraw", r.randrange(CARD)),
    lambda r: ("batch", _later(r), r.choice(("remedying", "closed")) if r.random() < 0.3 else "remedying"),
    lambda r: ("seal", r.randrange(CARD), r.randrange(3), r.random() < 0.5),
    lambda r: ("seal_all",),
    lambda r: ("look_back", r.randrange(CARD), _later(r), r.randrange(5), "booked" if r.random() < 0.7 else "found"),
    lambda r: ("next_round", r.randrange(CARD), _later(r)),
    lambda r: ("register_clue", r.randrange(60), r.randrange(N_UNITS), r.randrange(3)),
    lambda r: ("step_of_clue", r.randrange(6), _later(r), r.choice(CLUE_STEPS)),
    lambda r: ("step_of_clue", r.randrange(6), _later(r), r.choice(CLUE_STEPS)),
)
FILTERS: dict[str, Callable[[Random], Any]] = {
    "unit": lambda r: r.randrange(N_UNITS),
    "group": lambda r: r.choice(("counties", "departments")),
    "topic": lambda r: r.randrange(N_TOPICS + 1),
    "within": lambda r: r.choice(WITHIN),
    "severity": lambda r: r.randint(1, 3),
    "lead": lambda r: r.choice(("all", "all", "assisting")),
    "category": lambda r: r.choice(("county", "government", "party")),
    "type": lambda r: r.choice(("R1", "R2")),
    "opened": lambda r: f"2025-{r.randint(1, 12):02}",
    "ended": lambda r: f"2025-{r.randint(1, 12):02}",
}


@contextmanager
def at(day: date, hour: int = 9, minute: int = 0) -> Iterator[None]:
    """Stop the wall clock at a moment in Shanghai."""
    with time_machine.travel(datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI), tick=False):
        yield


class PageWorld(World):
    """Make the units, and three campaigns of two years.

    Two counties, two departments of which one is later merged into the other, a department with a unit below it.
    """

    def __init__(self) -> None:
        county, department = UnitCategory.COUNTY, UnitCategory.GOVERNMENT
        kinds = (county, county, department, department, UnitCategory.PARTY, department)
        self.units = [UnitFactory(category=kind) for kind in kinds]
        Unit.objects.filter(pk=self.units[3].pk).update(successor=self.units[2], abolished_on=date(2025, 6, 1))
        Unit.objects.filter(pk=self.units[5].pk).update(parent=self.units[4])
        self.topics = [TopicFactory(code=f"P{n}", name=f"类别{n}") for n in range(N_TOPICS)]
        with at(FIRST - timedelta(60)):
            self.campaigns = [
                a_campaign(year=year, title=f"督察{n}", number=f"QYFD-{n}", with_team=False, units=self.units[:1]).case
                for n, year in enumerate((2024, 2025, 2025))
            ]
        self.cards: list[int] = []
        self.clues: list[int] = []

    # ---------- more that may happen ----------

    def correct_original(self, n: int, later: int, by: int) -> None:
        case = self.picked(n)
        if case is not None:
            self._do(case, "correct", later, original_due_on=case.original_due_on + timedelta(by))

    def look_back(self, n: int, later: int, verdict: int, origin: str) -> None:
        case = self.picked(n)
        if case is not None:
            day = min(self.last_day(case.pk) + timedelta(later), LAST)
            visit = engine.open_case(
                LOOK_BACK,
                None,
                unit=case.unit,
                title="件",
                subkind=origin,
                day=day,
                due_on=day,
                make=lambda card: LookBack.objects.create(case=card, rectification=case),
            )
            engine.perform(visit, "judge", None, day=day, verdict=VERDICTS[verdict], found="现场看过")
            engine.note(case, None, "look_back", "回头看", day=day)

    def next_round(self, n: int, later: int) -> None:
        """反弹: another card for the same unit, lead as the first was."""
        case = self.picked(n)
        if case is None or case.is_open:
            return
        day = min(self.last_day(case.pk) + timedelta(later), LAST)
        following = engine.open_case(
            RECTIFICATION,
            None,
            unit=case.unit,
            title="件",
            make=lambda card: None,
            day=day,
            within=case.within,
            topic=case.topic,
            severity=case.severity,
            subkind=case.subkind,
            is_lead=case.is_lead,
            counted=True,
            due_on=day + timedelta(45),
        )
        self.cards.append(following.pk)

    def register_clue(self, later: int, unit: int, within: int) -> None:
        case = engine.open_case(
            CLUE,
            None,
            unit=self.units[unit],
            title="线索",
            within=self.campaigns[within],
            topic=self.topics[within],
            severity=within + 1,
            secrecy=Secrecy.TEAM,
            day=FIRST + timedelta(5 * later),
            make=lambda card: Clue.objects.create(case=card, source="review", content="内容"),
        )
        self.clues.append(case.pk)

    def step_of_clue(self, n: int, later: int, name: str) -> None:
        if not self.clues:
            return
        case = Case.objects.get(pk=self.clues[n % len(self.clues)])
        if name in {step.name for step in self._steps(case)}:
            self._do(case, name, later, handling="已查", opinion="同意", reason="不属实")

    @staticmethod
    def _steps(case: Case) -> list[Any]:
        from casework.workflow.circuits import circuit_of

        return [step for step in circuit_of(case).transitions if case.state in step.sources]

    # ---------- asking ----------

    def question(self, chance: Random) -> Any:
        """Return how many days back, which conditions (none, one or a pair), and who asks."""
        names = chance.sample(sorted(FILTERS), chance.choice((0, 1, 1, 2, 2)))
        return self._back(chance), {name: FILTERS[name](chance) for name in names}, chance.choice(READERS)

    def _back(self, chance: Random) -> int:
        """Today; a day on which something happened, or the next; a day on an edge of the bands of some deadline."""
        events = Event.objects.filter(case__in=[*self.cards, *self.clues]).order_by("pk").values_list("day", flat=True)
        due = Case.objects.get(pk=chance.choice(self.cards)).due_on
        on = chance.choice(
            (TODAY, *(chance.choice(events) + timedelta(n) for n in (0, 0, 1)), due + timedelta(chance.choice(AGES)))
        )
        return (TODAY - min(max(on, FIRST), TODAY)).days

    def edge(self, chance: Random) -> Any:
        """Return the office's question about everything on such a day."""
        return self._back(chance), {}, ("office_staff", None)

    def ask(self, told: Any, today: date = TODAY) -> Ask:
        back, asked, (role, own) = told
        keys = dict(asked)
        if "unit" in keys:
            keys["unit"] = self.units[keys["unit"]].pk
        if "topic" in keys:
            keys["topic"] = [0, *(topic.pk for topic in self.topics)][keys["topic"]]
        if "within" in keys:
            keys["within"] = tuple(str(n if isinstance(n, str) else self.campaigns[n].pk) for n in keys["within"])
        return Ask(today - timedelta(back), today, role, None if own is None else self.units[own].pk, **keys)


class Readers:
    """People of each role, signed in when they are first needed."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, int | None], Reader] = {}

    def __call__(self, ask: Ask) -> Reader:
        key = (ask.role, ask.own)
        if key not in self.found:
            unit = Unit.objects.get(pk=ask.own) if ask.own else None
            actor = acting(a_post(Role(ask.role), unit))
            client = Client()
            client.force_login(actor.post.user, backend="django.contrib.auth.backends.ModelBackend")
            session = client.session
            session["post"] = actor.post.pk
            session.save()
            self.found[key] = Reader(client)
        return self.found[key]


def trail_of_all() -> Trail:
    """Read the whole trail, the units and the names of topics as plain values."""
    events = Event.objects.order_by("case_id", "seq").values(
        "case_id", "seq", "at", "day", "name", "label", "state", "due_on", "after", "note"
    )
    units = {row["id"]: row for row in Unit.objects.order_by("pk").values()}
    topics = {row["id"]: row for row in Topic.objects.order_by("pk").values()}
    return Trail(events, Units(units), topics)
