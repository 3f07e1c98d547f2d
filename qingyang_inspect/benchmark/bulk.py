"""Many findings at once, for measuring: rows whose trails hold and whose figures count.

`verify_trail` and `check_figures` pass. Rows are tuples, not instances, and go to the database by COPY or
`executemany` (loading.py): a million findings are some fifteen million events.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework.enums import Secrecy
from casework.models import Case, Event, Topic
from casework.workflow import trail
from casework.workflow.engine import width
from inspections.enums import Kind
from inspections.models import Campaign, Finding
from inspections.workflow import CAMPAIGN, FINDING
from organizations.enums import Role
from organizations.models import Post, Unit
from organizations.records import keys
from qingyang_inspect.benchmark.loading import Table, bare_tables
from qingyang_inspect.demonstration.story import FARMLAND, LAND, RULE_OF_LAW
from rectification.enums import RECTIFICATION, State
from rectification.models import Measure, Rectification
from rectification.workflow import TABLE

TEMPLATES = (*FARMLAND, *LAND, *RULE_OF_LAW)
PIECE = 5_000
PER_CAMPAIGN, MOST_CAMPAIGNS = 400, 500  # fifty campaigns a year are more than a city has (docs/data.md)
YEARS = 10
WAY = ("open", "sign", "claim", "submit_plan", "approve_plan", "request_closure", "verify", "close")
FOUND = ("open", "submit", "approve", "confirm", "feed_back")
FOUND_STATES = ("draft", "team_review", "office_review", "confirmed", "fed_back")
STANDS = (  # how far the rectifications are, in thousandths: 4.9 % open (docs/data.md)
    ("close", 951),
    ("approve_plan", 25),
    ("submit_plan", 8),
    ("claim", 6),
    ("request_closure", 6),
    ("sign", 2),
    ("open", 2),
)
CARD = (
    "id", "kind", "counted", "number", "title", "unit_id", "unit_name", "within_id", "topic_id", "severity", "is_lead",
    "subkind", "state", "is_open", "since", "opened_on", "closed_on", "due_on", "original_due_on", "holder_unit_id",
    "holder_role", "holder_since", "step_due_on", "secrecy", "last_seq",
)  # fmt: skip
DAYS = frozenset(name for name in CARD if name == "since" or name.endswith(("_on", "holder_since")))
EVENT = ("case_id", "seq", "at", *trail.SAID, "after", "note", "key", "hash")
RECORDED = tuple(name for name in CARD if name not in {"id", "last_seq"})  # as the engine records them
MEASURE = ("case_id", "n", "content", "owner", "due_on", "deliverable", "done_on", "result")
Step = tuple[str, date, str]  # name, day, state it leads to


@lru_cache(maxsize=20_000)
def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@lru_cache(maxsize=20_000)
def at_ten(day: date) -> tuple[str, int]:
    """Return ten o'clock in Shanghai of a day as both databases read it, and as the chain does."""
    at = datetime.combine(day, time(2, 0), tzinfo=UTC)
    return at.strftime("%Y-%m-%d %H:%M:%S"), trail.micros(at)  # Django keeps UTC


@dataclass(slots=True)
class Card:
    """A row of Case in the making."""

    id: int
    kind: str
    unit_id: int
    unit_name: str
    opened_on: date
    since: date
    number: str
    title: str
    secrecy: int = Secrecy.OPEN
    counted: bool = False
    within_id: int | None = None
    topic_id: int | None = None
    severity: int = 1
    is_lead: bool = True
    subkind: str = ""
    state: str = ""
    is_open: bool = True
    closed_on: date | None = None
    due_on: date | None = None
    original_due_on: date | None = None
    holder_unit_id: int | None = None
    holder_role: str = ""
    holder_since: date | None = None
    step_due_on: date | None = None
    last_seq: int = 0

    def recorded(self) -> dict[str, Any]:
        """What an event says of the card."""
        return {name: iso(getattr(self, name)) if name in DAYS else getattr(self, name) for name in RECORDED}

    def row(self) -> tuple[Any, ...]:
        return tuple(iso(getattr(self, name)) if name in DAYS else getattr(self, name) for name in CARD)


class Bulk:
    """Makes campaigns, findings and rectifications over ten years; the same each time."""

    def __init__(self, post: Post) -> None:
        self.post, self.rng, self.today = post, random.Random(7), timezone.localdate()  # noqa: S311  the same data each time
        self.key = keys.current()
        self.units = list(Unit.objects.inspected().order_by("code"))
        self.topics = list(Topic.objects.second_level())
        self.office = post.unit
        self.next_case = (Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        self.circuit = TABLE.circuit(frozenset())
        self.target = {t.name: t.target for t in self.circuit.transitions} | {"open": str(State.SIGN)}
        self.ends = {
            Kind.CAMPAIGN: CAMPAIGN.terminal,
            Kind.FINDING: FINDING.terminal,
            RECTIFICATION: self.circuit.terminal,
        }
        self.tables = {
            Case: Table(Case, CARD),
            Campaign: Table(
                Campaign, ("case_id", "kind", "year", "from_on", "to_on", "with_supervision", "with_publicity")
            ),
            Finding: Table(Finding, ("case_id", "statement", "method", "discovered_on", "rectify_by")),
            Rectification: Table(Rectification, ("case_id", "finding_id", "goal", "leader_title", "owner")),
            Measure: Table(Measure, MEASURE),
            Event: Table(Event, EVENT),
        }
        self.rows: dict[Any, list[tuple[Any, ...]]] = {model: [] for model in self.tables}

    def load(self, n: int, progress: Callable[[int], object]) -> None:
        """Make `n` findings with one rectification each."""
        batch = max(PER_CAMPAIGN, n // MOST_CAMPAIGNS)
        campaign: Card | None = None
        with bare_tables(list(self.tables.values())):
            for at in range(0, n, PIECE):
                for k in range(at, min(at + PIECE, n)):
                    if campaign is None or k % batch == 0:
                        campaign = self.campaign(k, n)
                    self.finding(k, campaign)
                with transaction.atomic():
                    for model, rows in self.rows.items():
                        self.tables[model].write(rows)
                        rows.clear()
                progress(min(PIECE, n - at))

    def campaign(self, k: int, n: int) -> Card:
        first = self.today - timedelta(days=int(365 * YEARS * (1 - k / n)) + 40)
        number = f"QYFD-{first.year}-BM{self.next_case:07}"
        case = self.card(
            Kind.CAMPAIGN, self.office, first, number=number, title=f"{number[-7:]} 号督察", secrecy=Secrecy.TEAM
        )
        self.take(
            case, [("open", first, str(CAMPAIGN.start)), ("submit", first, "approval"), ("approve", first, "fieldwork")]
        )
        self.rows[Campaign].append((case.id, "ZX", first.year, iso(first), iso(first + timedelta(60)), False, False))
        return case

    def card(self, kind: str, unit: Unit, opened: date, **given: Any) -> Card:
        pk, self.next_case = self.next_case, self.next_case + 1
        return Card(pk, str(kind), unit.pk, unit.short_name, opened, opened, **given)

    def finding(self, k: int, campaign: Card) -> None:
        """One finding and its rectification, each with the events that brought it where it stands."""
        template, rng = TEMPLATES[k % len(TEMPLATES)], self.rng
        unit = self.units[min(int(rng.paretovariate(0.7)) - 1, len(self.units) - 1)]
        topic = self.topics[min(int(rng.paretovariate(0.8)) - 1, len(self.topics) - 1)]
        given = {"n": rng.randint(2, 30), "m": rng.randint(31, 90), "k": rng.randint(3, 60), "town": unit.short_name}
        found = campaign.opened_on + timedelta(rng.randint(1, 30))
        shared = {
            "title": template.title.format(**given),
            "within_id": campaign.id,
            "topic_id": topic.pk,
            "severity": rng.choice((1, 1, 1, 2, 3)),
            "number": f"{campaign.number}-{k:07}",
        }
        card = self.card(Kind.FINDING, unit, found, secrecy=Secrecy.TEAM, **shared)
        fed = found + timedelta(6)
        days = [min(found + timedelta(n), fed) for n in range(len(FOUND))]
        steps = list(zip(FOUND, days, FOUND_STATES, strict=True))
        due = fed + timedelta(rng.choice((60, 90, 180)))
        remedy = self.card(
            RECTIFICATION, unit, fed, counted=True, subkind="R2", due_on=due, original_due_on=due, **shared
        )
        way = self.way(fed)
        if way[-1][0] == "close":
            steps.append(("settle", way[-1][1], "closed"))
        self.take(card, steps)
        self.take(remedy, way)
        self.measures(remedy, way)
        statement = template.statement.format(**given)
        self.rows[Finding].append((card.id, statement, "CY", iso(found), iso(due)))
        self.rows[Rectification].append((remedy.id, card.id, "整改到位", "分管领导", "法规科"))

    def measures(self, case: Card, way: list[Step]) -> None:
        """Three measures where a plan was handed in, done where closure was asked for."""
        if len(way) <= WAY.index("submit_plan"):
            return
        asked = WAY.index("request_closure")
        done, result = (iso(way[asked][1]), "已完成") if len(way) > asked else (None, "")
        due = iso(case.opened_on + timedelta(60))
        self.rows[Measure] += [
            (case.id, n, f"第 {n} 项措施", "法规科", due, "佐证材料", done, result) for n in range(1, 4)
        ]

    def way(self, fed: date) -> list[Step]:
        """How far a rectification came, and on which days."""
        last = self.rng.choices([name for name, _ in STANDS], [weight for _, weight in STANDS])[0]
        day, state, steps = fed, "", []
        for name in WAY[: WAY.index(last) + 1]:
            day = min(day + timedelta(0 if name == "open" else self.rng.randint(1, 25)), self.today)
            state = self.target[name] or state
            steps.append((name, day, state))
        return steps

    def take(self, case: Card, steps: list[Step]) -> None:
        """Write the card with its chained events, as the engine would have left it."""
        head, due = "", iso(case.due_on)
        fixed = {"post_id": self.post.pk, "due_on": due, "unit_id": case.unit_id, "within_id": case.within_id}
        for seq, (name, day, state) in enumerate(steps, 1):
            source, moved = case.state, state != case.state
            said = fixed | {"day": iso(day), "name": name, "label": name, "source": source, "state": state}
            if seq > 1 and moved and case.since < day:
                said |= {"held_state": source, "held_due_on": due, "held_since": iso(case.since)}
                said["width"] = width(case.since, day)
            before = case.recorded() if seq > 1 else {}
            case.state, case.last_seq = state, seq
            case.since = day if moved else case.since
            if seq == len(steps):
                self.settle(case, day)
            after = {fact: value for fact, value in case.recorded().items() if seq == 1 or value != before[fact]}
            words = [said.get(column) for column in trail.SAID]
            at, micros = at_ten(day)
            head = trail.chained(head, [case.id, seq, micros, *words, after, {}], self.key)
            self.rows[Event].append((case.id, seq, at, *words, json.dumps(after), "{}", self.key, head))
        self.rows[Case].append(case.row())

    def settle(self, case: Card, day: date) -> None:
        """Set holder and closure as the engine would have left them."""
        if case.state in self.ends[case.kind]:
            case.is_open, case.closed_on = False, day
        elif case.kind == RECTIFICATION:
            is_office = case.state in {State.PLAN_REVIEW, State.FINAL_REVIEW}
            case.holder_unit_id = self.office.pk if is_office else case.unit_id
            case.holder_role = str(Role.OFFICE_STAFF if is_office else Role.UNIT_LIAISON)
            case.holder_since, case.step_due_on = day, day + timedelta(14)
