"""Faults planted in the figures, over one scene: each must show on the page, beside the oracle."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboards import scene as stage
from tests.dashboards.mutants_of_figures import MUTANTS, Mutant
from tests.dashboards.page_check import look
from tests.dashboards.page_world import Readers, trail_of_all
from tests.dashboards.planting import planted
from tests.dashboards.scene import Scene

# That the oracle bites is shown once; test_page_against_oracle.py and test_scene.py ask it on both.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.once(reason="a fault planted in Python; the oracle that catches it is asked on both databases"),
]


@pytest.fixture(scope="module")
def scene(made_once: Any) -> Scene:
    found: Scene = made_once(stage.make)
    return found


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.words)
def test_a_fault_in_the_figures_shows_on_the_page(mutant: Mutant, scene: Scene) -> None:
    ask = mutant.ask(scene)
    with stage.looked_at():
        trail, reader = trail_of_all(), Readers()(ask)
        look(reader, trail, ask, mutant.pages, follow=mutant.follow)  # as it stands, all is well

        with planted(mutant.plant), pytest.raises(AssertionError):
            look(reader, trail, ask, mutant.pages, follow=mutant.follow)
