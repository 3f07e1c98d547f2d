"""Faults planted in the figures, in the engine and in the tables of the circuits: each must show on the page, beside the oracle or the numbers by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboards import scene as stage
from tests.dashboards.mutants_of_figures import MUTANTS, Mutant
from tests.dashboards.oracle import Ask, Trail
from tests.dashboards.page_check import check_board, check_figure, check_rows
from tests.dashboards.page_reader import Reader
from tests.dashboards.page_world import Readers, trail_of_all
from tests.dashboards.planting import planted
from tests.dashboards.scene import Scene

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
