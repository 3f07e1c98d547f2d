"""Faults planted in the engine, the tables of the circuits, the services and the seals.

Each must show in numbers by hand or beside the oracle.
"""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.dashboards import scene as stage
from tests.dashboards.histories import TODAY, anything_goes
from tests.dashboards.mutants_of_figures import MUTANTS
from tests.dashboards.mutants_of_rules import RULES, STORIES, Rule, Story
from tests.dashboards.oracle import Ask
from tests.dashboards.page_check import look
from tests.dashboards.page_world import PageWorld, Readers, at, trail_of_all
from tests.dashboards.planting import planted
from tests.dashboards.scene_check import look_at
from ui.errors import DomainError

# That hand counts and oracle bite is shown once; test_scene.py and test_page_against_oracle.py ask them on both.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.once(reason="a fault planted in Python; what catches it is asked on both databases"),
]


def play_scene(rule: Rule) -> None:
    """Make some cards of the scene and compare their numbers with those by hand; then all is undone."""
    with transaction.atomic():
        scene = stage.make(*rule.cards)
        with stage.looked_at():
            look_at(scene, rule.ask(scene), rule.numbers)
        transaction.set_rollback(True)


@pytest.mark.parametrize("cards", sorted({rule.cards for rule in RULES}), ids="、".join)
def test_the_numbers_by_hand_hold_where_nothing_is_broken(cards: tuple[str, ...]) -> None:
    for rule in RULES:
        if rule.cards == cards:
            play_scene(rule)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.words)
def test_a_fault_in_the_rules_shows_in_numbers_counted_by_hand(rule: Rule) -> None:
    with (
        planted(rule.plant),
        pytest.raises((AssertionError, KeyError, DomainError)),
    ):  # a line that is not there is missed by its name
        play_scene(rule)


def play_story(story: Story) -> None:
    """Play a small history and compare the pages with the oracle; then all is undone."""
    with transaction.atomic():
        world = PageWorld()
        with anything_goes():
            story.play(world)
        with at(TODAY):
            ask = Ask(story.on or TODAY, TODAY)
            reader = Readers()(ask)
            table, _ = reader.figure("closure_rate", ask.query)
            assert {label: table.lines[label]["个"].said for label in story.by_hand} == story.by_hand
            look(reader, trail_of_all(), ask, story.pages, follow=False)
        transaction.set_rollback(True)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.words)
def test_a_fault_of_seals_and_tables_shows_on_the_page(story: Story) -> None:
    play_story(story)  # as it stands, all is well

    with planted(story.plant), pytest.raises(AssertionError):
        play_story(story)


def test_there_are_as_many_faults_as_were_promised() -> None:
    words = [one.words for one in (*MUTANTS, *RULES, *STORIES)]

    assert len(words) == len(set(words))
    assert len(words) >= 90
