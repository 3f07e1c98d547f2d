"""部分到位 says what is missing and by when; that day is the clock of the unit once the case is sent back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casework.models import StepLimit
from casework.services import recompute_deadlines
from rectification import services
from rectification.enums import State, Verdict
from rectification.services import Word, judge
from tests.papers import PDF
from tests.rectification.scenes import WHY, H, L, R, Scene, at, in_days, today, workday_in
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
LACKING = "10 月至 11 月的复核记录"


@pytest.fixture(scope="module")
def reviewed(made_once: Any) -> Scene:
    scene: Scene = made_once(lambda: at(State.SUPERVISION))
    return scene


def partly(scene: Scene, n: int, by: date, **more: Any) -> None:
    given = {"lacking": LACKING, "supply_by": by} | more
    judge(scene.measures[n], scene.who(R), Verdict.PARTLY, "复核记录只到 9 月", **given)


def supply(scene: Scene) -> None:
    record = SimpleUploadedFile("复核记录.pdf", PDF)
    services.complete_measure(
        scene.measures[0], scene.who(L), result="已补齐", done_on=today(), filed=[services.Filed(record)]
    )


def step_due(scene: Scene) -> tuple[date | None, str]:
    case = scene.case
    return case.step_due_on, str(case.holder_role)


def test_the_first_day_of_supply_is_the_clock_of_what_was_sent_back(reviewed: Scene, signed_in: Any) -> None:
    partly(reviewed, 0, workday_in(12))
    partly(reviewed, 1, workday_in(6))

    reviewed.do("return_by_supervisor", reviewed.who(R), **WHY)

    assert step_due(reviewed) == (workday_in(6), L)
    liaison = signed_in(reviewed.who(L))
    home, page = (liaison.get(url).content.decode() for url in ("/", reviewed.case.get_absolute_url()))
    assert f"{workday_in(6):%Y-%m-%d}" in home
    assert f"还差：{LACKING}，<b>{workday_in(6):%Y-%m-%d}</b> 前补齐" in page


def test_the_clock_goes_on_in_whosever_hands_of_the_unit_whatever_was_supplied(reviewed: Scene) -> None:
    partly(reviewed, 0, workday_in(6))
    reviewed.do("return_by_supervisor", reviewed.who(R), **WHY)
    supply(reviewed)

    reviewed.do("send_closure_for_signature", reviewed.who(L))
    with_head = step_due(reviewed)
    reviewed.do("return_closure_to_liaison", reviewed.who(H), **WHY)

    assert (with_head, step_due(reviewed)) == ((workday_in(6), H), (workday_in(6), L))


def test_a_later_word_takes_the_clock_away(reviewed: Scene) -> None:
    partly(reviewed, 0, workday_in(6))
    judge(reviewed.measures[0], reviewed.who(R), Verdict.NOT_DONE, "记录不是本单位的")

    reviewed.do("return_by_supervisor", reviewed.who(R), **WHY)

    assert step_due(reviewed) == (reviewed.case.due_on, L)


def test_a_limit_of_the_state_does_not_move_the_day_that_was_said(reviewed: Scene) -> None:
    partly(reviewed, 0, workday_in(6))
    reviewed.do("return_by_supervisor", reviewed.who(R), **WHY)
    limit = StepLimit.objects.create(kind="rectification", state=State.SENT_BACK, n=2, unit="workday")

    recompute_deadlines.of_limit(limit)

    assert step_due(reviewed) == (workday_in(6), L)


@pytest.mark.parametrize(
    ("given", "beside"),
    [
        ({"lacking": " "}, {"lacking"}),
        ({"supply_by": None}, {"supply_by"}),
        ({"supply_by": today()}, {"supply_by"}),
        ({"supply_by": in_days(4_000)}, {"supply_by"}),
    ],
)
def test_what_is_missing_and_a_day_that_can_be_are_asked_for(
    reviewed: Scene, given: dict[str, Any], beside: set[str]
) -> None:
    with pytest.raises(DomainError) as refused:
        partly(reviewed, 0, workday_in(6), **given)

    assert set(refused.value.fields) == beside


def test_the_sheet_says_beside_the_field_what_is_wrong_and_writes_nothing(reviewed: Scene, signed_in: Any) -> None:
    client, url = signed_in(reviewed.who(R)), reverse("rectification-verdicts", args=[reviewed.pk])
    sent = {"v1-verdict": "done", "v2-verdict": "partly", "v2-reason": "只到 9 月", "v2-lacking": LACKING}

    no_day = client.post(url, sent)
    too_late = client.post(url, sent | {"v2-supply_by": f"{in_days(4_000):%Y-%m-%d}"})
    misplaced = client.post(url, sent | {"v2-verdict": "not_done"})
    right = client.post(url, sent | {"v2-supply_by": f"{workday_in(6):%Y-%m-%d}"})

    forms = [[form.errors for form in answer.context["verdict_forms"]] for answer in (no_day, too_late, misplaced)]
    assert [[set(errors) for errors in each] for each in forms] == [
        [set(), {"supply_by"}],
        [set(), {"supply_by"}],
        [set(), {"lacking"}],
    ]
    assert right.status_code == 302
    assert [v.supply_by for m in reviewed.measures for v in m.verdicts.exclude(judge="unit")] == [None, workday_in(6)]


def test_saying_the_same_again_writes_nothing(reviewed: Scene) -> None:
    word = Word(reviewed.measures[0], Verdict.PARTLY, "只到 9 月", LACKING, workday_in(6))
    given = [services.judge_all(reviewed.case, reviewed.who(R), [word]) for _ in range(2)]
    given.append(services.judge_all(reviewed.case, reviewed.who(R), [word._replace(supply_by=workday_in(12))]))

    assert given == [1, 0, 1]
