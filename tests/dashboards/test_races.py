"""A late entry and the sealing of its month cannot pass each other; a page reads one moment."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError, connections, transaction

from casework.errors import ConflictError, RefusedError
from casework.models import Case
from casework.workflow import engine
from dashboards.cube import seals
from dashboards.cube.reading import Wanted, read
from dashboards.cube.row_sets import CLOSED
from dashboards.cube.selection import Selection
from dashboards.cube.sources import CARDS
from dashboards.models import Seal
from rectification.enums import State
from tests.dashboards.histories import FIRST, LAST, TODAY, World, anything_goes
from tests.dashboards.opinions import as_counted
from ui.readonly import WroteWhileReadingError, reading

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "reading"])
NAMES = ["unit", "topic", "within", "severity", "days"]
STEPS, SEALS, SECONDS = 60, 8, 20  # until so much has happened, or so long


def closed_of(selection: Selection) -> int:
    return CLOSED.count(read(selection, [Wanted(CARDS)], soon=TODAY).whole())


def _world(cards: int) -> World:
    world = World()
    for n in range(cards):
        world.open(FIRST + timedelta(n % 40), n % 3, n % 3, n % 3 + 1, bool(n % 2))
    return world


def _goes_on(seen: Counter[str], until: float) -> bool:
    return time.monotonic() < until and (seen["steps"] < STEPS or seen["seals"] < SEALS)


def _work(number: int, cards: list[int], until: float, seen: Counter[str]) -> None:
    """Close late and correct closed ones, on days of finished months."""
    rng = random.Random(number)
    try:
        while _goes_on(seen, until):
            time.sleep(0.005)  # SQLite's waiting writers are not a queue: let the others in
            case = Case.objects.get(pk=rng.choice(cards))
            try:
                if case.is_open:
                    engine.perform(case, "to_closed", None, day=FIRST + timedelta(40 + rng.randrange(300)))
                elif rng.random() < 0.5:
                    engine.perform(case, "correct", None, day=LAST, severity=rng.randint(1, 3))
                else:
                    engine.withdraw(case, None, reason="错办")
                seen["steps"] += 1
            except (RefusedError, ConflictError):
                seen["refused"] += 1
    finally:
        connections.close_all()


def _seal(number: int, periods: list[str], until: float, seen: Counter[str]) -> None:
    rng = random.Random(number)
    try:
        while _goes_on(seen, until):
            time.sleep(0.005)
            seen["seals"] += seals.seal(rng.choice(periods))
    finally:
        connections.close_all()


def _caught(work, number, cards, until, seen, wrong) -> None:  # type: ignore[no-untyped-def]
    try:
        work(number, cards, until, seen)
    except (OperationalError, AssertionError, KeyError, IndexError) as error:
        wrong.append(repr(error))


@pytest.mark.slow
def test_sealing_and_late_entries_leave_no_difference() -> None:
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    with anything_goes():
        world = _world(40)
        periods = ["2024", "2025", *(f"2025-{m:02}" for m in range(1, 13))]
        until = time.monotonic() + SECONDS
        works = [(_work, n, world.cards) for n in range(4)] + [(_seal, 10 + n, periods) for n in range(2)]
        threads = [
            threading.Thread(target=_caught, args=(work, n, what, until, seen, wrong)) for work, n, what in works
        ]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert wrong == []
        assert seen["steps"] >= STEPS
        assert seen["seals"] >= SEALS
        for on in (TODAY, LAST, LAST - timedelta(100)):
            for filters in ({}, {"lead": (1,)}, {"severity": (2,)}, {"unit": (0,)}):
                asked = world.selection(on, filters)
                sealed, live = (as_counted(asked, world.labels, NAMES, use_seals=one) for one in (True, False))
                assert sealed == live, (on, filters, seen)


@pytest.mark.slow
def test_a_late_entry_begun_before_the_count_is_waited_for() -> None:
    """The order that a missing lock would get wrong: entry written, not committed; count begins; entry commits."""
    with anything_goes():
        world = _world(1)
        case = Case.objects.get(pk=world.cards[0])
        entered, go = threading.Event(), threading.Event()

        def enter() -> None:
            try:
                with transaction.atomic():
                    engine.perform(case, "to_closed", None, day=FIRST + timedelta(60))
                    entered.set()
                    go.wait(5)
            finally:
                connections.close_all()

        entry = threading.Thread(target=enter)
        entry.start()
        entered.wait(5)
        threading.Timer(0.3, go.set).start()
        seals.seal("2025-01")
        entry.join()

        counted = closed_of(Selection(TODAY, TODAY))
        assert counted == 1
        assert Seal.objects.get(pk="2025-01").valid


@pytest.mark.usefixtures("_two_connections")
def test_a_page_reads_one_moment_and_refuses_to_write() -> None:
    with anything_goes():
        world = _world(3)
        selection = Selection(TODAY, TODAY)

        def close_one() -> None:
            try:
                engine.perform(Case.objects.get(pk=world.cards[0]), "to_closed", None, day=LAST)
            finally:
                connections.close_all()

        with reading():
            before = closed_of(selection)
            other = threading.Thread(target=close_one)
            other.start()
            other.join()
            during = closed_of(selection)
            with pytest.raises(WroteWhileReadingError):
                Case.objects.filter(pk=world.cards[1]).update(severity=3)
        after = closed_of(selection)

        assert (before, during, after) == (0, 0, 1)
        assert Case.objects.get(pk=world.cards[1]).state == State.SIGN


@pytest.mark.usefixtures("_two_connections")
def test_the_reading_connection_itself_refuses_to_write() -> None:
    with anything_goes():
        world = _world(1)

        with pytest.raises(DatabaseError), transaction.atomic(using="reading"):
            Case.objects.using("reading").filter(pk=world.cards[0]).update(severity=3)
