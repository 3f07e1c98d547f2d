"""The number of a case of any kind, typed in any way, finds it in its list and in the search of everything."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.kinds import all_kinds, spec_of
from casework.models import Case
from clues.enums import ClueSource
from clues.services import register_clue
from organizations.enums import Role
from rectification.enums import State
from tests.factories import a_look_back, a_need, a_post, a_rectification, an_actor
from tests.house.test_every_search_box import WAYS
from tests.programmes import a_programme, issued

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def of_every_kind(made_once: Any) -> dict[str, list[Case]]:
    return made_once(one_of_every_kind)


def one_of_every_kind() -> dict[str, list[Case]]:
    """By kind, the cards that bear a number: a campaign, a finding, its rectification, a look-back (-H01), a clue."""
    rectification = a_rectification(State.CLOSED)
    a_look_back(rectification)
    a_need(a_rectification(State.REMEDYING))
    issued(a_programme([rectification.unit]))
    register_clue(
        an_actor(Role.OFFICE_STAFF),
        campaign=rectification.within.campaign,
        unit=rectification.unit,
        title="收费没有公示",
        content="办事窗口没有公示收费项目。",
        source=ClueSource.HOTLINE,
    )
    found: dict[str, list[Case]] = {spec.name: [] for spec in all_kinds() if spec.number}
    for card in Case.objects.filter(kind__in=found).exclude(number=None):
        found[card.kind].append(card)
    return found


@pytest.mark.parametrize("way", ["full-width", "spaces about hyphens"])
@pytest.mark.parametrize("kind", [spec.name for spec in all_kinds() if spec.number])
def test_the_number_of_every_kind_finds_its_card_from_its_list_and_from_everywhere(
    of_every_kind: dict[str, list[Case]], client: Client, kind: str, way: str
) -> None:
    card = of_every_kind[kind][-1]
    asked = {"q": WAYS[way](card.number)}
    client.force_login(a_post(Role.OFFICE_STAFF).user)

    listed = client.get(reverse(spec_of(kind).listing.url_name), asked).context["rows"]
    sought = client.get(reverse("search"), {**asked, "kind": kind}).context["rows"]

    assert card.pk in {row.pk for row in listed}
    assert card.pk in {row.pk for row in sought}
    assert {row.number for row in sought} <= {row.number for row in of_every_kind[kind]}
