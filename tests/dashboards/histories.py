"""Random histories for the property test: what may happen to cards.

They are played through the real engine, on a circuit that refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from django.db.models import Max
from hypothesis import strategies as st

from casework import kinds
from casework.enums import AT_REST
from casework.errors import RefusedError
from casework.models import Case, Event
from casework.workflow import engine
from casework.workflow.circuits import Circuit, step
from casework.workflow.relations import SYSTEM
from casework.workflow.tables import Table
from dashboards.cube import seals
from dashboards.cube.labels import Labels
from dashboards.cube.selection import Selection
from dashboards.declared.registry import dimensions
from inspections.enums import Kind
from organizations.enums import Role, UnitCategory
from rectification.enums import LOOK_BACK, RECTIFICATION, State
from tests.factories import TopicFactory, UnitFactory, a_post, acting

FIRST, LAST, TODAY = date(2024, 11, 15), date(2026, 1, 10), date(2026, 2, 20)
OPEN_STATES = tuple(str(s) for s in State if s not in {State.CLOSED, State.REASSIGNED, State.VOID})
ENDED = {str(State.CLOSED), str(State.REASSIGNED), str(State.VOID)}

# ---------- what may happen ----------

day = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(n))
leap = st.one_of(st.integers(0, 40), st.sampled_from((1, 2, 4, 8, 16, 32, 64)))
card = st.integers(0, 7)
which = st.integers(0, 2)
MOVES = (
    *OPEN_STATES,
    str(State.LONG_TERM),
    str(State.SUSPENDED),
    *[str(State.CLOSED)] * 5,
    str(State.VOID),
    str(State.REASSIGNED),
)
# closings on the edges of the clock: exactly on the deadline, a day before and after
AGES = (-1, 0, 1, 15, 16, 30, 31, 60, 61)
act = st.one_of(
    st.tuples(st.just("open"), day, which, which, st.integers(1, 3), st.booleans(), which),
    st.tuples(st.just("move"), card, leap, st.sampled_from(MOVES)),
    st.tuples(st.just("close_by_deadline"), card, st.sampled_from((-1, 0, 1))),
    st.tuples(st.just("extend"), card, leap, st.integers(-60, 90)),
    st.tuples(st.just("correct"), card, leap, st.sampled_from(("topic_id", "severity", "is_lead", "subkind")), which),
    st.tuples(st.just("withdraw"), card),
    st.tuples(st.just("batch"), leap, st.sampled_from((str(State.REMEDYING), str(State.CLOSED)))),
    st.tuples(st.just("seal"), card, st.integers(0, 2), st.booleans()),
    st.tuples(st.just("seal_all")),
)
NARROW = {"unit": st.sampled_from(((0,), (0, 2))), "topic": st.just((1,)), "within": st.just((0,))}  # which of three
LABELS = {
    "severity": st.integers(1, 3).map(lambda key: (key,)),
    "lead": st.integers(0, 1).map(lambda key: (key,)),
    "type": st.sampled_from((("R1",), ("R2", "R3"))),
}
months = st.sampled_from(((2024 * 12 + 11,), (2025 * 12 + 2,), (2025 * 12 + 5, 2025 * 12 + 6)))
filters = st.fixed_dictionaries({}, optional=NARROW | LABELS | {"opened": months, "ended": months})
asks = st.tuples(day, filters)
near_deadline = st.tuples(card, st.just("due_on"), st.sampled_from(AGES))
near_step = st.tuples(card, st.sampled_from(("since", "closed_on", "opened_on")), st.sampled_from((-1, 0, 1)))
history = st.tuples(
    st.lists(act, min_size=8, max_size=28),
    st.lists(asks, min_size=2, max_size=3),
    st.tuples(near_deadline, near_deadline, near_step),
)


def permissive() -> Circuit:
    """A circuit on which every state leads to every other.

    Dates and labels can be changed, and the last step can be taken back.
    """
    everywhere = {str(s) for s in State}
    still_open = set(OPEN_STATES)
    lines = [step(f"to_{s}", s, still_open, s, SYSTEM, withdrawable=True) for s in everywhere]
    lines += [
        step(
            "extend",
            "延期",
            still_open,
            None,
            SYSTEM,
            changes=lambda case, given, day: {"due_on": given["to"]},
            withdrawable=True,
        ),
        step(
            "correct", "更正", everywhere, None, SYSTEM, changes=lambda case, given, day: dict(given), withdrawable=True
        ),
    ]
    holders = {s: lambda case: (case.unit_id, "unit_liaison") for s in State}
    return Circuit(
        RECTIFICATION,
        State,
        State.SIGN,
        frozenset(ENDED),
        dict.fromkeys(State, AT_REST),
        holders,
        tuple(lines),
        (),
        (),
    )


@contextmanager
def anything_goes() -> Iterator[None]:
    """Put the permissive circuit in the place of the rectification's, and stop the clock at TODAY."""
    circuit = permissive()
    spec = replace(kinds.spec_of(RECTIFICATION), table=Table(circuit), facts=None)
    visits = kinds.spec_of(LOOK_BACK)  # what comes of a relapse is another act of the histories
    whole = visits.table.whole
    bare = replace(whole, transitions=tuple(replace(t, effects=()) for t in whole.transitions))
    with (
        patch.dict(kinds._specs, {RECTIFICATION: spec, LOOK_BACK: replace(visits, table=Table(bare))}),
        patch("casework.workflow.engine.step_deadline", lambda *_: None),
        patch("django.utils.timezone.localdate", lambda *_: TODAY),
        patch(
            "casework.workflow.engine.INSIDE",
            [hook for hook in engine.INSIDE if hook.__module__ == "dashboards.cube.seals"],
        ),
    ):
        yield


class World:
    """Three units, topics and campaigns, and the cards of one history."""

    def __init__(self) -> None:
        self.units = [UnitFactory(category=UnitCategory.COUNTY if n == 0 else UnitCategory.PARTY) for n in range(3)]
        self.units[1].successor, self.units[1].abolished_on = (
            self.units[2],
            LAST,
        )  # its figures are shown under its successor
        self.units[1].save()
        self.topics = [TopicFactory(code=f"P{n}", name=f"类别{n}") for n in range(3)]
        ended = {"state": "ended", "is_open": False, "since": FIRST, "opened_on": FIRST, "closed_on": LAST}
        self.campaigns = [
            Case.objects.create(kind=Kind.CAMPAIGN, unit=self.units[0], unit_name="", title=f"督察{n}", **ended)
            for n in range(3)
        ]
        self.cards: list[int] = []

    def play(self, acts: list[Any]) -> None:
        for name, *given in acts:
            try:
                getattr(self, name)(*given)
            except RefusedError:
                continue

    def last_day(self, pk: int) -> date:
        found: date = Event.objects.filter(case=pk).aggregate(last=Max("day"))["last"]
        return found

    def picked(self, n: int) -> Case | None:
        return Case.objects.get(pk=self.cards[n % len(self.cards)]) if self.cards else None

    def open(self, on: date, unit: int, topic: int, severity: int, is_lead: bool, subkind: int = 1) -> None:
        case = engine.open_case(
            RECTIFICATION,
            None,
            unit=self.units[unit],
            title="件",
            make=lambda case: None,
            day=on,
            within=self.campaigns[(unit + topic) % 3],
            topic=self.topics[topic] if topic else None,
            severity=severity,
            is_lead=is_lead,
            subkind=f"R{subkind + 1}",
            counted=True,
            due_on=on + timedelta(60),
        )
        self.cards.append(case.pk)

    def _do(self, case: Case | None, name: str, later: int, **given: Any) -> None:
        if case is not None:
            engine.perform(case, name, None, day=min(self.last_day(case.pk) + timedelta(later), LAST), **given)

    def move(self, n: int, later: int, state: str) -> None:
        case = self.picked(n)
        if case is not None and case.is_open:
            self._do(case, f"to_{state}", later)

    def close_by_deadline(self, n: int, off: int) -> None:
        case = self.picked(n)
        if case is not None and case.is_open:
            on = max(min(case.due_on + timedelta(off), LAST), self.last_day(case.pk))
            engine.perform(case, "to_closed", None, day=on)

    def extend(self, n: int, later: int, by: int) -> None:
        case = self.picked(n)
        if case is not None and case.is_open:
            self._do(case, "extend", later, to=case.due_on + timedelta(by))

    def correct(self, n: int, later: int, label: str, value: int) -> None:
        new = {
            "topic_id": self.topics[value].pk,
            "severity": value + 1,
            "is_lead": bool(value % 2),
            "subkind": f"R{value + 1}",
        }[label]
        self._do(self.picked(n), "correct", later, **{label: new})

    def withdraw(self, n: int) -> None:
        case = self.picked(n)
        if case is not None:
            engine.withdraw(case, None, reason="错办")

    def batch(self, later: int, state: str) -> None:
        cards = list(Case.objects.filter(pk__in=self.cards, is_open=True).order_by("pk"))
        on = min(LAST, max([FIRST, *(self.last_day(c.pk) for c in cards)]) + timedelta(later))
        for case in cards:
            engine.perform(case, f"to_{state}", None, day=on)

    def seal(self, n: int, later: int, year: bool) -> None:
        case = self.picked(n)
        if case is not None:
            near = case.since + timedelta(30 * later)
            seals.seal(f"{near:%Y}" if year else f"{near:%Y-%m}")

    def seal_all(self) -> None:
        for period in seals.periods_to_seal():
            seals.seal(period)

    def selection(self, on: date, asked: dict[str, Any]) -> Selection:
        rows = {"unit": self.units, "topic": self.topics, "within": self.campaigns}
        found = {
            dimensions()[name]: tuple(rows[name][n].pk for n in value) if name in rows else value
            for name, value in asked.items()
        }
        return Selection(on, TODAY, found)

    @property
    def labels(self) -> Labels:
        return Labels(acting(a_post(Role.OFFICE_STAFF)))
