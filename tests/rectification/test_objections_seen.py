"""Who reads what of an objection: a unit must not learn who complained of it, or in which words.

docs/domain/compliance.md 6.1: 禁止未授权访问个人信息; whoever complains is known to as few as possible.
"""

from __future__ import annotations

from typing import Any

import pytest

from casework.models import Event
from rectification.enums import State
from rectification.models import Objection
from tests.rectification.scenes import H, L, S, at, today

pytestmark = pytest.mark.django_db
SAID = ("企业、经营者", "清单没有更换", "现场核对过")


def test_a_unit_reads_that_it_was_objected_to_and_never_by_whom_or_what(signed_in: Any) -> None:
    scene = at(State.PUBLICITY)
    said = {"objected_on": today(), "objector": "company", "objection": "清单没有更换"}
    scene.do("record_objection", scene.who(S), **said)
    row = Objection.objects.get(case_id=scene.pk)
    answer = {"objection_row": row, "objection_outcome": "dismissed", "objection_answer": "现场核对过"}
    scene.do("answer_objection", scene.who(S), **answer)
    page = scene.case.get_absolute_url()

    read = {role: signed_in(scene.who(role)).get(page).content.decode() for role in (S, L, H)}

    assert [words in read[S] for words in SAID] == [True] * 3
    for role in (L, H):
        assert [words in read[role] for words in SAID] == [False] * 3
        assert ("公示异议" in read[role], "不成立" in read[role]) == (True, True)


def test_what_is_said_where_the_publicity_ends_counts_and_quotes_nobody() -> None:
    scene = at(State.PUBLICITY)
    Objection.objects.create(
        case=scene.case, received_on=today(), objector="citizen", content="件数不符", outcome="dismissed",
        answer="已核对", answered_on=today(),
    )  # fmt: skip

    scene.do("end_publicity", scene.who(S))

    told = Event.objects.get(case_id=scene.pk, name="end_publicity").note["worked_out"]
    assert told == "公示期间收到异议 1 件：不成立 1 件"
