"""One word for one state: the row, the ledger's counts and its filter; the road never says a word twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from casework.models import Event
from casework.pages.case_page import Milestone, road
from casework.workflow import engine
from casework.workflow.circuits import all_circuits, circuit_of, word_for
from organizations.enums import Role
from organizations.models import Post, Unit
from rectification.enums import State
from tests.factories import a_post, acting
from tests.rectification.scenes import WHY, D, L, S, Scene
from tests.rectification.scenes import at as a_scene

pytestmark = pytest.mark.django_db
LEDGER = "/rectifications/"
READERS = (Role.UNIT_LIAISON, Role.OFFICE_STAFF)


def the_road(scene: Scene, role: Role) -> list[Milestone]:
    case = scene.case
    return road(case, list(Event.objects.filter(case=case).order_by("seq")), circuit_of(case), role)


def at(scene: Scene, role: Role) -> dict[str, str]:
    """Return the words of the road with their days."""
    return {one.label: one.note for one in the_road(scene, role)}


@pytest.mark.parametrize("state", [State.PLAN_REVIEW, State.SUPERVISION, State.PUBLICITY, State.FINAL_REVIEW])
def test_count_row_and_filter_say_the_same_word(state: State, signed_in: Any) -> None:
    scene = a_scene(state)
    for role in READERS:
        actor = scene.who(role)
        word = word_for(scene.case, actor).label

        page = signed_in(actor).get(LEDGER)
        counted = page.context["by_state"]
        asked = signed_in(actor).get(LEDGER + counted[0]["url"])
        typed = signed_in(actor).get(LEDGER, {"state": str(state)})

        assert [(one["label"], one["n"]) for one in counted] == [(word, 1)]
        assert [row.pk for row in asked.context["rows"]] == [row.pk for row in typed.context["rows"]] == [scene.pk]
        assert asked.context["chips"][0].label == typed.context["chips"][0].label == f"状态：{word}"


def later(n: int) -> Any:
    day = date.today() + timedelta(n)
    return patch("django.utils.timezone.localdate", lambda *_: day)


@pytest.mark.parametrize("state", [State.SUPERVISION, State.PUBLICITY, State.FINAL_REVIEW])
def test_the_road_says_no_word_twice(state: State) -> None:
    scene = a_scene(state)
    for role in READERS:
        words = [one.label for one in the_road(scene, role)]

        assert len(words) == len(set(words))
        assert [one.label for one in the_road(scene, role) if one.is_current] == [
            word_for(scene.case, scene.who(role)).label
        ]


def test_a_unit_reads_on_after_publicity_not_back() -> None:
    words = [one.label for one in the_road(a_scene(State.FINAL_REVIEW), Role.UNIT_LIAISON)]

    assert words.index("已申请销号") == words.index("公示中") + 1


def test_a_return_takes_the_days_of_what_it_undid_away() -> None:
    scene = a_scene(State.PLAN_REVIEW)
    with later(3):
        scene.take("return_plan", S, **WHY)
        returned = at(scene, Role.OFFICE_STAFF)
    with later(5):
        engine.amend(scene.case, scene.who(L), {"goal": "另写的目标"})  # unchanged, it would not go out again
        scene.take("submit_plan", Role.UNIT_HEAD, commitment=True)
        again = at(scene, Role.OFFICE_STAFF)

    day = timezone.localdate()
    assert returned["方案退回"] == f"{day + timedelta(3):%m-%d}"
    assert "方案审核" not in returned
    assert again["方案审核"] == f"{day + timedelta(5):%m-%d}"


def test_a_dispute_dismissed_leads_back_and_shows_the_day_of_the_return() -> None:
    scene = a_scene(State.CLAIM)
    scene.take("dispute", L, **WHY)
    with later(4):
        scene.take("dismiss_dispute", D, **WHY)
        words = at(scene, Role.OFFICE_STAFF)

    assert words["待认领"] == f"{timezone.localdate() + timedelta(4):%m-%d}"


@pytest.mark.parametrize("circuit", all_circuits(), ids=lambda one: str(one.kind))
def test_the_office_reads_another_word_for_every_state(circuit: Any) -> None:
    words = [circuit.word(str(state), Role.OFFICE_STAFF).label for state in circuit.states]

    assert len(words) == len(set(words))


def test_an_unknown_value_of_a_filter_shows_no_rows_and_says_so(signed_in: Any) -> None:
    scene = a_scene(State.PLAN)
    for condition in ({"unit": 10**9}, {"topic": "x"}, {"state": "nothing"}, {"within": 10**9}):
        page = signed_in(scene.who(S)).get(LEDGER, condition)
        assert page.context["rows"] == []
        assert "条件读不出来" in page.content.decode()


def test_a_unit_no_longer_inspected_can_still_be_asked_for(signed_in: Any) -> None:
    scene, _ = a_scene(State.PLAN), a_scene(State.PLAN)
    Unit.objects.filter(pk=scene.case.unit_id).update(is_inspected=False)

    page = signed_in(scene.who(S)).get(LEDGER, {"unit": scene.case.unit_id})

    assert [row.pk for row in page.context["rows"]] == [scene.pk]


def test_the_ledger_says_where_nobody_is_and_closing_the_account_says_what_it_leaves(signed_in: Any) -> None:
    """The only liaison cannot be let go any more; nobody is there when his account is closed some other way."""
    scene = a_scene(State.PLAN)
    admin = acting(a_post(Role.SYSTEM_ADMIN))
    person = scene.who(L).post.user
    close = f"/people/{person.pk}/close/"
    beside = Post.objects.filter(unit=scene.case.unit, role=L).exclude(user=person)
    with_another = signed_in(admin).get(close).content.decode()
    beside.update(to_on=timezone.localdate() - timedelta(1))

    before = signed_in(scene.who(S)).get(LEDGER).content.decode()
    shown = signed_in(admin).get(close).content.decode()
    said = signed_in(admin).post(close).content.decode()
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    after = signed_in(scene.who(S)).get(LEDGER).content.decode()
    page = signed_in(scene.who(S)).get(scene.case.get_absolute_url()).content.decode()

    assert "无人在岗" not in with_another
    assert "无人在岗" not in before
    for text in (shown, said):
        assert f"单位联络员无人在岗，有 1 件未办结在其手上（待报方案 1）：{scene.case.number}" in text
    assert "单位联络员（无人在岗）" in after
    assert "单位联络员（无人在岗）" in page
