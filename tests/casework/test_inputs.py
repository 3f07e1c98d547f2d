"""What a step needs is given only by what is an answer of its shape."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, get_args

import pytest

from casework.errors import RefusedError
from casework.models import Case, Topic
from casework.workflow import engine
from casework.workflow.inputs import Input, Shape
from organizations.enums import Role
from rectification.enums import State
from tests.factories import Cast, TopicFactory, a_rectification, prepare

pytestmark = pytest.mark.django_db
BLANKS: list[Any] = [None, "", "   ", "\n\t", "　", [], (), set(), frozenset(), {}]
# shape: (what answers it, what does not besides the blanks)
ANSWERS: dict[str, tuple[list[Any], list[Any]]] = {
    "long": (["已整改", " 已整改 "], [True, 3, ["已整改"]]),
    "short": (["已整改"], [True, 0]),
    "choice": (["A"], [True, ["A"]]),
    "choices": ([["A"], ("A", "B")], ["A", True]),
    "date": ([date(2026, 7, 1), datetime(2026, 7, 1, 9)], ["2026-07-01", True, 20260701]),
    "percent": ([0, 1, 100], [-1, 101, True, False, "30", 30.5]),
    "yes": ([True], [False, "true", "on", "是", 1, 0]),
    "statements": ([[{"code": "YS1", "text": "全部落实", "word": ""}]], [True, "全部落实"]),
    "files": ([["file"], ("file",), {"file"}], [True, "file"]),
}
SAID = [(shape, value, True) for shape, (good, _) in ANSWERS.items() for value in good]
SAID += [(shape, value, False) for shape, (_, bad) in ANSWERS.items() for value in (*bad, *BLANKS)]


def test_every_shape_is_here() -> None:
    assert {*ANSWERS, "row", "rows"} == set(get_args(Shape))


@pytest.mark.parametrize(("shape", "value", "answers"), SAID, ids=repr)
def test_the_shape_decides_what_an_answer_is(shape: Any, value: Any, answers: bool) -> None:
    assert Input("asked", "所问", shape).is_given(value) is answers


def test_rows_are_given_when_there_is_one() -> None:
    one, several = Input("one", "一个", "row"), Input("several", "几个", "rows")
    topic = TopicFactory()

    assert [one.is_given(value) for value in (topic, Topic(), topic.pk, *BLANKS)] == [True] + [False] * 12
    rows = (Topic.objects.all(), [topic], (topic,), {topic})
    assert [several.is_given(value) for value in rows] == [True] * 4
    assert [several.is_given(value) for value in (Topic.objects.none(), topic, True, *BLANKS)] == [False] * 13


@pytest.mark.parametrize("said", [False, "", "是", 1, None])
def test_the_head_must_really_have_read_what_he_signs(said: Any) -> None:
    case = a_rectification(State.PLAN)
    head = Cast(case)(Role.UNIT_HEAD)
    prepare(case, "submit_plan", head)

    with pytest.raises(RefusedError) as refused:
        engine.perform(case, "submit_plan", head, commitment=said)

    assert refused.value.reasons == ["请填写“本人已审阅并对真实性负责”"]
    assert Case.objects.get(pk=case.pk).state == State.PLAN
    assert engine.perform(case, "submit_plan", head, commitment=True).state == State.PLAN_REVIEW


@pytest.mark.parametrize("reason", ["   ", "\n", "　　"])
def test_a_blank_is_no_reason(reason: str) -> None:
    case = a_rectification(State.PLAN_REVIEW)

    with pytest.raises(RefusedError):
        engine.perform(case, "return_plan", Cast(case)(Role.OFFICE_STAFF), reason=reason)
