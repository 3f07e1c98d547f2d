"""Faults planted in the figures, in the engine and in the tables of the circuits: each must show on the page, beside the oracle or the numbers by hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from tests.dashboards import scene as stage
from tests.dashboards.histories import TODAY, anything_goes
from tests.dashboards.mutants_of_figures import MUTANTS, Mutant
from tests.dashboards.mutants_of_rules import RULES, STORIES, Rule, Story
from tests.dashboards.oracle import Ask, Trail
from tests.dashboards.page_check import check_board, check_figure, check_rows
from tests.dashboards.page_reader import Reader
from tests.dashboards.page_world import PageWorld, Readers, at, trail_of_all
from tests.dashboards.planting import planted
from tests.dashboards.scene import Scene
from tests.dashboards.scene_check import look_at

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def scene(made_once: Any) -> Scene:
    found: Scene = made_once(stage.make)
    return found


def look(reader: Reader, trail: Trail, ask: Ask, pages: tuple[str, ...], *, follow: bool) -> None:
    """Compare the pages that are named with the oracle."""
    for page in pages:
        ways = check_board(reader, trail, ask) if page == "board" else check_figure(reader, trail, page, ask)
        check_rows(reader, ways if follow else [])


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.words)
def test_a_fault_in_the_figures_shows_on_the_page(mutant: Mutant, scene: Scene) -> None:
    ask = mutant.ask(scene)
    with stage.looked_at():
        trail, reader = trail_of_all(), Readers()(ask)
        look(reader, trail, ask, mutant.pages, follow=mutant.follow)  # as it stands, all is well

        with planted(mutant.plant), pytest.raises(AssertionError):
            look(reader, trail, ask, mutant.pages, follow=mutant.follow)


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
        pytest.raises((AssertionError, KeyError)),
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
