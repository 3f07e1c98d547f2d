"""Many findings at once, for measuring: rows made in bulk whose trails hold and whose figures count (`verify_trail` and `check_figures` pass)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from casework.enums import Kind, Secrecy
from casework.models import Case, Event, Topic
from casework.workflow import trail
from casework.workflow.engine import plain, width
from inspections.models import Campaign, Finding
from inspections.workflow import CAMPAIGN, FINDING
from organizations.enums import Role
from organizations.models import Post, Unit
from qingyang_inspect.demonstration.story import FARMLAND, LAND, RULE_OF_LAW
from rectification.enums import State
from rectification.models import Measure, Rectification
from rectification.workflow import circuit

TEMPLATES = (*FARMLAND, *LAND, *RULE_OF_LAW)
PIECE = 500
PER_CAMPAIGN = 400
YEARS = 10
WAY = ("open", "sign", "claim", "submit_plan", "approve_plan", "request_closure", "verify", "close")
FOUND = ("open", "submit", "approve", "confirm", "feed_back")
STANDS = (
    ("close", 951),
    ("approve_plan", 25),
    ("submit_plan", 8),
    ("claim", 6),
    ("request_closure", 6),
    ("sign", 2),
    ("open", 2),
)  # 4.9 % open (data.md)


class Bulk:
    """Makes campaigns, findings and rectifications over ten years; the same each time."""

    def __init__(self, post: Post) -> None:
        self.post, self.rng, self.today = post, random.Random(7), timezone.localdate()  # noqa: S311  the same data each time
        self.units = list(Unit.objects.inspected().order_by("code"))
        self.topics = list(Topic.objects.second_level())
        self.office = post.unit
        self.next_case = (Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        self.circuit = circuit("R2", False, False)

    def load(self, n: int, progress: Callable[[int], object]) -> None:
        """Make `n` findings with one rectification each."""
        campaign: Case | None = None
        for at in range(0, n, PIECE):
            rows: dict[Any, list[Any]] = {Case: [], Finding: [], Rectification: [], Measure: [], Event: []}
            for k in range(at, min(at + PIECE, n)):
                if campaign is None or k % PER_CAMPAIGN == 0:
                    campaign = self.campaign(k // PER_CAMPAIGN, n)
                self.finding(k, campaign, rows)
            for model, made in rows.items():
                model.objects.bulk_create(made, batch_size=PIECE)
            progress(min(PIECE, n - at))

    def campaign(self, k: int, n: int) -> Case:
        first = self.today - timedelta(days=int(365 * YEARS * (1 - k * PER_CAMPAIGN / n)) + 40)
        case = self.card(
            Kind.CAMPAIGN,
            self.office,
            first,
            number=f"QYFD-{first.year}-BM{k:04}",
            title=f"第 {k} 批督察",
            secrecy=Secrecy.TEAM,
        )
        events = list(
            self.events(
                case,
                [("open", first, str(CAMPAIGN.start)), ("submit", first, "approval"), ("approve", first, "fieldwork")],
            )
        )
        case.save(force_insert=True)
        Campaign.objects.create(
            case=case,
            kind="ZX",
            year=first.year,
            from_on=first,
            to_on=first + timedelta(60),
            with_supervision=False,
            with_publicity=False,
        )
        Event.objects.bulk_create(events)
        return case

    def card(self, kind: Kind, unit: Unit, opened: date, **given: Any) -> Case:
        pk, self.next_case = self.next_case, self.next_case + 1
        return Case(pk=pk, kind=kind, unit=unit, unit_name=unit.short_name, opened_on=opened, since=opened, **given)

    def finding(self, k: int, campaign: Case, rows: dict[Any, list[Any]]) -> None:
        """One finding and its rectification, each with the events that brought it where it stands."""
        template = TEMPLATES[k % len(TEMPLATES)]
        unit, topic = (
            self.units[min(int(self.rng.paretovariate(0.7)) - 1, 83)],
            self.topics[min(int(self.rng.paretovariate(0.8)) - 1, len(self.topics) - 1)],
        )
        given = {
            "n": self.rng.randint(2, 30),
            "m": self.rng.randint(31, 90),
            "k": self.rng.randint(3, 60),
            "town": unit.short_name,
        }
        found = campaign.opened_on + timedelta(self.rng.randint(1, 30))
        number, severity = f"{campaign.number}-{k % PER_CAMPAIGN:04}", self.rng.choice((1, 1, 1, 2, 3))
        shared = {
            "title": template.title.format(**given),
            "within": campaign,
            "topic": topic,
            "severity": severity,
            "number": number,
        }
        card = self.card(Kind.FINDING, unit, found, secrecy=Secrecy.TEAM, **shared)
        states = ("draft", "team_review", "office_review", "confirmed", "fed_back")
        fed = found + timedelta(6)
        steps = [
            (name, min(found + timedelta(n), fed), state)
            for n, (name, state) in enumerate(zip(FOUND, states, strict=True))
        ]
        due = fed + timedelta(self.rng.choice((60, 90, 180)))
        remedy = self.card(Kind.RECTIFICATION, unit, fed, counted=True, due_on=due, original_due_on=due, **shared)
        way = self.way(fed, k)
        rows[Event] += self.events(remedy, way)
        rows[Measure] += [self.measure(remedy, n, way) for n in range(1, 4) if len(way) > WAY.index("submit_plan")]
        if way[-1][0] == "close":
            steps.append(("settle", way[-1][1], "closed"))
        rows[Event] += self.events(card, steps)
        rows[Case] += [card, remedy]
        statement = template.statement.format(**given)
        rows[Finding].append(Finding(case=card, statement=statement, method="CY", discovered_on=found, rectify_by=due))
        rows[Rectification].append(
            Rectification(case=remedy, finding_id=card.pk, goal="整改到位", leader_title="分管领导", owner="法规科")
        )

    def measure(self, case: Case, n: int, way: list[tuple[str, date, str]]) -> Measure:
        """A measure of the plan, done where closure was asked for."""
        done = way[WAY.index("request_closure")][1] if len(way) > WAY.index("request_closure") else None
        return Measure(
            case=case,
            n=n,
            content=f"第 {n} 项措施",
            owner="法规科",
            due_on=case.opened_on + timedelta(60),
            deliverable="佐证材料",
            done_on=done,
            result="已完成" if done else "",
        )

    def way(self, fed: date, k: int) -> list[tuple[str, date, str]]:
        """How far a rectification came, and on which days."""
        last = self.rng.choices([name for name, _ in STANDS], [weight for _, weight in STANDS])[0]
        target = {t.name: t.target for t in self.circuit.transitions} | {"open": str(State.SIGN)}
        day, state, steps = fed, "", []
        for name in WAY[: WAY.index(last) + 1]:
            day = min(day + timedelta(0 if name == "open" else self.rng.randint(1, 25)), self.today)
            state = target[name] or state
            steps.append((name, day, state))
        return steps

    def events(self, case: Case, steps: list[tuple[str, date, str]]) -> Iterator[Event]:
        """Yield the chained events of a card and leave the card as the last one left it."""
        made, head = (
            self.circuit if case.kind == Kind.RECTIFICATION else FINDING if case.kind == Kind.FINDING else CAMPAIGN,
            "",
        )
        facts = {"state": "", "due_on": plain(case.due_on), "topic_id": case.topic_id, "severity": case.severity, "is_lead": case.is_lead, "unit_id": case.unit_id, "within_id": case.within_id,
                 "opened_on": plain(case.opened_on), "original_due_on": plain(case.original_due_on), "counted": case.counted, "title": case.title, "number": case.number}  # fmt: skip
        for seq, (name, day, state) in enumerate(steps, 1):
            moved = state != case.state
            after = (facts | {"state": state}) if seq == 1 else {"state": state} if moved else {}
            event = Event(
                case=case,
                seq=seq,
                at=datetime.combine(day, time(2, 0), tzinfo=UTC),
                day=day,
                post=self.post,
                name=name,
                label=name,
                source=case.state,
                state=state,
                after=after,
            )
            if seq > 1 and moved and case.since < day:
                event.held_state, event.held_due_on, event.held_since, event.width = (
                    case.state,
                    case.due_on,
                    case.since,
                    width(case.since, day),
                )
            if moved:
                case.since = day
            case.state, case.last_seq = state, seq
            event.due_on, event.unit_id, event.within_id = case.due_on, case.unit_id, case.within_id
            event.hash = head = trail.link(head, event)
            yield event
        self.settle(case, made, steps[-1][1])

    def settle(self, case: Case, made: Any, day: date) -> None:
        """Set holder and closure as the engine would have left them."""
        if case.state in made.terminal:
            case.is_open, case.closed_on = False, day
        elif case.kind == Kind.RECTIFICATION:
            role = Role.OFFICE_STAFF if case.state in {State.PLAN_REVIEW, State.FINAL_REVIEW} else Role.UNIT_LIAISON
            case.holder_unit, case.holder_role, case.holder_since, case.step_due_on = (
                (self.office if role == Role.OFFICE_STAFF else case.unit),
                str(role),
                day,
                day + timedelta(14),
            )
