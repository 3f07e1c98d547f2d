"""A clue goes 登记 → 转办 → 办结 → 核查 → 销号; each step by its own people, each return with its reason."""

from typing import Any

import pytest

from casework.errors import NotPermittedError, RefusedError
from casework.models import Case
from casework.workflow import engine, trail
from clues.enums import ClueSource, ClueState
from clues.services import register_clue
from inspections.enums import CampaignState
from organizations.actor import Actor
from organizations.enums import OFFICE, Role
from tests.factories import TopicFactory, UnitFactory, a_campaign, a_post, acting
from ui.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts() -> dict[str, Any]:
    unit = UnitFactory()
    return {
        role: a_post(role, None if role in OFFICE else unit)
        for role in (Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, Role.UNIT_LIAISON)
    }


@pytest.fixture
def clue(posts: dict[str, Any]) -> Case:
    unit = posts[Role.UNIT_LIAISON].unit
    made = register_clue(
        acting(posts[Role.OFFICE_STAFF]),
        campaign=a_campaign(units=[unit]),
        unit=unit,
        title="超限检测站夜间不开灯",
        content="10 月 2 日夜间 3 次路过均未开灯。",
        source=ClueSource.values[0],
        topic=TopicFactory(),
    )
    return made.case


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def go(case: Case, name: str, actor: Actor, **given: Any) -> Case:
    return engine.perform(case, name, actor, **given)


def handled(case: Case, posts: dict[str, Any]) -> Case:
    go(case, "transfer", acting(posts[Role.OFFICE_STAFF]))
    return go(case, "report", acting(posts[Role.UNIT_LIAISON]), handling="已整改，灯具全部修复。")


def test_a_clue_is_taken_to_closure_by_three_people(clue: Case, posts: dict[str, Any]) -> None:
    handled(clue, posts)
    go(clue, "verify", acting(posts[Role.OFFICE_STAFF]), opinion="实地核查属实")
    go(clue, "close", acting(posts[Role.OFFICE_DIRECTOR]))

    assert (again(clue).state, again(clue).is_open) == (ClueState.CLOSED, False)
    assert again(clue).content.result == "已整改，灯具全部修复。"
    assert list(trail.verify()) == []


def test_the_unit_sees_a_clue_once_it_is_transferred(clue: Case, posts: dict[str, Any]) -> None:
    liaison = posts[Role.UNIT_LIAISON]
    assert not Case.objects.visible_to(acting(liaison)).filter(pk=clue.pk).exists()

    go(clue, "transfer", acting(posts[Role.OFFICE_STAFF]))

    assert Case.objects.visible_to(acting(liaison)).filter(pk=clue.pk).exists()
    assert not Case.objects.visible_to(acting(a_post(Role.UNIT_LIAISON))).filter(pk=clue.pk).exists()


def test_who_verified_does_not_close(clue: Case, posts: dict[str, Any]) -> None:
    staff = posts[Role.OFFICE_STAFF]
    handled(clue, posts)
    go(clue, "verify", acting(staff), opinion="属实")

    with pytest.raises(RefusedError, match="本件由您核查"):
        go(clue, "close", acting(a_post(Role.OFFICE_DIRECTOR, user=staff.user)))


@pytest.mark.parametrize(
    ("name", "role", "before"), [("return", Role.OFFICE_STAFF, False), ("return_to_unit", Role.OFFICE_DIRECTOR, True)]
)
def test_a_return_needs_its_reason_and_gives_the_clue_back(
    clue: Case, posts: dict[str, Any], name: str, role: Role, before: bool
) -> None:
    handled(clue, posts)
    if before:
        go(clue, "verify", acting(posts[Role.OFFICE_STAFF]), opinion="属实")

    with pytest.raises(DomainError):
        go(clue, name, acting(posts[role]))
    go(clue, name, acting(posts[role]), reason="没有附照片")

    assert (again(clue).state, again(clue).holder_unit) == (ClueState.TRANSFERRED, clue.unit)


def test_nobody_but_the_staff_registers_and_transfers(clue: Case, posts: dict[str, Any]) -> None:
    with pytest.raises(DomainError, match="督察科登记"):
        register_clue(
            acting(posts[Role.OFFICE_DIRECTOR]),
            campaign=clue.within.campaign,
            unit=clue.unit,
            title="题",
            content="事",
            source=ClueSource.values[0],
        )
    with pytest.raises(NotPermittedError):
        go(clue, "transfer", acting(posts[Role.OFFICE_DIRECTOR]))


def test_an_ended_campaign_takes_no_clue(posts: dict[str, Any]) -> None:
    ended = a_campaign(CampaignState.ENDED)

    with pytest.raises(DomainError, match="已结束"):
        register_clue(
            acting(posts[Role.OFFICE_STAFF]),
            campaign=ended,
            unit=UnitFactory(),
            title="题",
            content="事",
            source=ClueSource.values[0],
        )


def test_a_clue_is_not_taken_up_with_a_reason(clue: Case, posts: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        go(clue, "drop", acting(posts[Role.OFFICE_STAFF]))

    assert go(clue, "drop", acting(posts[Role.OFFICE_STAFF]), reason="不属于督察范围").state == ClueState.DROPPED
