"""The page of a unit: its whole history, in its reader's scope, with the numbers of the lists and of the board."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casework.kinds import all_kinds
from clues.services import register_clue
from organizations import services
from organizations.access import opens_unit
from organizations.enums import Role, UnitCategory
from organizations.models import Unit
from rectification.enums import State
from tests.factories import UnitFactory, a_campaign, a_finding, a_look_back, a_post, a_rectification, an_actor

pytestmark = pytest.mark.django_db


def county(name: str = "环县") -> Unit:
    return UnitFactory(name=name, category=UnitCategory.COUNTY)


def a_history(unit: Unit, n: int = 1) -> None:
    """Give a unit a campaign, a closed rectification that is to be looked back at, n open ones and n clues."""
    campaign = a_campaign(units=[unit])
    a_look_back(a_rectification(State.CLOSED, finding=a_finding("fed_back", campaign=campaign)))
    for i in range(n):
        a_rectification(State.PLAN, finding=a_finding("fed_back", campaign=campaign))
        actor = an_actor(Role.OFFICE_STAFF)
        register_clue(actor, campaign=campaign, unit=unit, title=f"超限{i}", content="现场", source="hotline")


@pytest.fixture(scope="module")
def few_and_many(made_once: Any) -> tuple[Unit, Unit]:
    """Two counties with a history: one with one of what is open, one with three."""

    def make() -> tuple[Unit, Unit]:
        few, many = county("华池县"), county("宁县")
        a_history(few, n=1)
        a_history(many, n=3)
        return few, many

    found: tuple[Unit, Unit] = made_once(make)
    return found


def page_of(client: Client, unit: Unit, role: Role, at: Unit | None = None) -> Any:
    client.force_login(a_post(role, at).user)
    return client.get(unit.get_absolute_url())


def the_section(answer: Any, name: str) -> Any:
    return next(one.context for one in answer.context["sections"] if name in one.context)


def kinds_of(answer: Any) -> dict[str, Any]:
    return {one.context["kind"]: one.context for one in answer.context["sections"] if "kind" in one.context}


def test_the_office_sees_every_kind_with_the_number_its_list_shows(
    client: Client, few_and_many: tuple[Unit, Unit]
) -> None:
    found = kinds_of(page_of(client, few_and_many[0], Role.OFFICE_STAFF))

    assert {kind: one["count"] for kind, one in found.items()} == {
        "campaign": 1, "finding": 2, "feedback": 2, "rectification": 2, "lookback": 1, "clue": 1,
    }  # fmt: skip
    for one in found.values():
        assert client.get(one["url"]).context["count"] == one["count"]


def test_every_list_that_asks_for_a_unit_has_its_section() -> None:
    conditions = {spec.name: spec.listing.filterset for spec in all_kinds()}

    asked = {name for name, found in conditions.items() if found is not None and "unit" in found.base_filters}

    assert asked == {"campaign", "finding", "feedback", "rectification", "lookback", "clue", "unitclaim"}


def test_the_figures_are_those_of_the_board_narrowed_to_the_unit(
    client: Client, few_and_many: tuple[Unit, Unit]
) -> None:
    figures = the_section(page_of(client, few_and_many[0], Role.OFFICE_STAFF), "heads")

    board = client.get(figures["board"]).context["heads"]
    shown = {head.headline.name: head.number.value for row in figures["heads"] for head in row}
    assert shown == {name: head.number.value for name, head in board.items()}
    assert (shown["closure"].n, shown["closure"].of) == (1, 2)
    assert [row.line.label for row in figures["campaigns"].rows] == ["行政执法专项督察"]


def test_who_holds_what_opens_the_very_rows(client: Client) -> None:
    unit = county()
    a_history(unit, n=2)

    held = the_section(page_of(client, unit, Role.OFFICE_STAFF), "held")["held"]

    assert {one.holder: one.n for one in held} == {unit.short_name: 2, "市委依法治市办": 3}
    for one in held:
        assert client.get(one.url).context["count"] == one.n


def test_what_a_merged_unit_left_is_in_the_history_of_the_one_that_carries_on(client: Client) -> None:
    old, new = UnitFactory(name="市国土局"), UnitFactory(name="市自然资源局")
    a_rectification(State.CLOSED, unit=old)
    keeper = an_actor(Role.SYSTEM_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False))
    services.merge_units([old], into=new, on=timezone.localdate(), actor=keeper)

    answer = page_of(client, new, Role.OFFICE_STAFF)

    assert kinds_of(answer)["rectification"]["count"] == 1
    assert the_section(answer, "heads")["heads"][0][0].number.value.n == 1
    assert "市国土局" in answer.content.decode()


def test_earlier_names_stand_with_their_days() -> None:
    unit = UnitFactory(name="甲局", opened_on=date(2010, 1, 1))
    keeper = an_actor(Role.SYSTEM_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION, is_inspected=False))
    for name, on in (("乙局", date(2019, 1, 10)), ("丙局", date(2024, 3, 1))):
        services.rename_unit(unit, name=name, short_name=name, on=on, actor=keeper)

    found = Unit.objects.get(pk=unit.pk).names_with_days()

    assert [(past.name, begun, past.to_on) for past, begun in found] == [
        ("乙局", date(2019, 1, 10), date(2024, 2, 29)),
        ("甲局", date(2010, 1, 1), date(2019, 1, 9)),
    ]


def test_leaders_and_the_unit_see_what_is_theirs_and_administrators_no_business(
    client: Client, few_and_many: tuple[Unit, Unit]
) -> None:
    unit, _ = few_and_many

    leader = kinds_of(page_of(client, unit, Role.CITY_LEADER))
    own = kinds_of(page_of(client, unit, Role.UNIT_LIAISON, unit))
    keeper = page_of(client, unit, Role.SYSTEM_ADMIN)

    for found in (leader, own):
        assert found["rectification"]["count"] == 2
        assert not {"finding", "campaign"} & found.keys()  # 底稿 and campaigns are the office's and the teams'
    assert (keeper.status_code, keeper.context["sections"]) == (200, [])


def test_a_draft_is_not_told_to_the_unit_by_the_number_of_what_is_held(client: Client) -> None:
    unit = county()
    a_finding(unit=unit)

    office, own = (page_of(client, unit, role, at) for role, at in ((Role.OFFICE_STAFF, None), (Role.UNIT_HEAD, unit)))

    assert [one.n for one in the_section(office, "held")["held"]] == [1]
    assert not any("held" in one.context for one in own.context["sections"])


def test_the_page_costs_the_same_for_one_and_for_three(client: Client, few_and_many: tuple[Unit, Unit]) -> None:
    client.force_login(a_post(Role.OFFICE_STAFF).user)
    client.get(few_and_many[0].get_absolute_url())

    costs = []
    for unit in few_and_many:
        with CaptureQueriesContext(connection) as asked:
            client.get(unit.get_absolute_url())
        costs.append(len(asked))

    # five of them for what was fed back to it, three for what it was asked to claim: sections as the others
    assert costs == [53, 53]


@pytest.mark.parametrize("role", list(Role))
def test_a_mention_leads_only_where_its_reader_may_go(role: Role) -> None:
    theirs, other = UnitFactory(), UnitFactory()
    actor = an_actor(role, theirs)

    led = [unit.pk for unit in (theirs, other) if opens_unit(actor, unit.pk)]

    assert Unit.objects.visible_to(actor).filter(pk__in=led).count() == len(led)


def test_lists_search_and_the_page_of_a_case_lead_to_the_unit(client: Client) -> None:
    unit = county()
    case = a_rectification(State.PLAN, unit=unit)
    client.force_login(a_post(Role.OFFICE_STAFF).user)
    to = f'href="{unit.get_absolute_url()}"'
    pages = [reverse("rectifications"), reverse("findings"), case.get_absolute_url(),
             case.content.finding.get_absolute_url(), case.within.get_absolute_url()]  # fmt: skip

    for url in pages:
        assert to in client.get(url).content.decode(), url
    found = client.get(reverse("search"), {"q": "环县"})
    assert found.context["units"] == [unit]
    assert re.search(rf"单位页：\s*<a {to}>环县</a>", found.content.decode())


def test_a_stranger_is_led_nowhere_by_the_name_of_a_unit(client: Client) -> None:
    unit = county()
    case = a_rectification(State.PLAN, unit=unit)
    client.force_login(case.content.finding.team.members.get(duty="member").post.user)

    page = client.get(reverse("findings")).content.decode()

    assert "环县" in page
    assert unit.get_absolute_url() not in page
    assert client.get(unit.get_absolute_url()).status_code == 404
