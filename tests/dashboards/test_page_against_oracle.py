"""Every number of the page as each role gets it, beside an oracle that knows only the trail.

Histories, days, readers and filters are random.
QY_EXAMPLES=400 runs the long profile: more histories, and every row behind every number instead of some.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone

from casework.models import Case
from casework.workflow import engine
from tests.dashboards import oracle_figures as should
from tests.dashboards.histories import TODAY, anything_goes
from tests.dashboards.oracle import Ask
from tests.dashboards.page_check import check_board, check_compared, check_figure, check_rows, check_sheet
from tests.dashboards.page_world import PageWorld, Readers, at, history, trail_of_all

pytestmark = pytest.mark.django_db
DEEP = "QY_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("QY_EXAMPLES", "8"))
FOLLOWED = 10_000 if DEEP else 5  # ways followed to their rows, of each question
SHANGHAI_DAY = timezone.localdate  # the real one: `anything_goes` puts a fixed day in its place
MOMENTS = ((0, 1), (7, 0), (9, 0), (23, 59))  # at 07:00 in Shanghai it is still yesterday in UTC


def look_through(world: PageWorld, readers: Readers, told: Any, n: int) -> None:
    """Ask one question and compare everything that answers it; which ways are followed turns with n."""
    ask, trail = world.ask(told), trail_of_all()
    reader = readers(ask)
    ways = check_board(reader, trail, ask)
    ways += [way for name in should.figures_of(ask) for way in check_figure(reader, trail, name, ask)]
    ways += check_compared(reader, trail, ask, ask.on - timedelta(1 + n % 200))
    step = max(len(ways) // FOLLOWED, 1)
    check_rows(reader, ways[n % step :: step])
    names = should.figures_of(ask)
    for name in names if DEEP else names[n % 4 :: 4]:
        check_sheet(reader, trail, name, ask)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(EXAMPLES))
def test_the_page_says_what_the_trail_says(seed: int) -> None:
    chance = Random(seed)
    with transaction.atomic():
        world = PageWorld()
        with anything_goes():
            world.play(history(chance))
        with at(TODAY, *MOMENTS[seed % len(MOMENTS)]):
            readers = Readers()
            for told in (world.edge(chance), world.question(chance), world.question(chance)):
                look_through(world, readers, told, chance.randrange(1000))
        transaction.set_rollback(True)


@pytest.mark.parametrize(("hour", "minute"), [(0, 1), (7, 0), (7, 59), (8, 1), (23, 59)])
def test_a_step_counts_on_its_day_in_shanghai(hour: int, minute: int) -> None:
    """Fed back and closed on the first of a month, whatever day it is in UTC; nothing of it on the day before."""
    first = date(2025, 7, 1)
    world = PageWorld()
    with anything_goes(), patch("django.utils.timezone.localdate", SHANGHAI_DAY), at(first, hour, minute):
        world.open(timezone.localdate(), 0, 0, 1, True)
        engine.perform(Case.objects.get(pk=world.cards[0]), "to_closed", None)
        reader = Readers()(Ask(first, first))

        today, before = (reader.figure("trend", query)[0].lines for query in ({}, {"on": "2025-06-30"}))

    assert (today["7 月"]["反馈"].said, today["7 月"]["销号"].said, today["6 月"]["反馈"].said) == (1, 1, 0)
    assert before["6 月"]["反馈"].said == 0
    days = {event["day"] for event in trail_of_all().stories[world.cards[0]].events}
    assert days == {first}
