"""审签: the head reads what he signs, what differs from what he signed before is marked, and nothing else is signed."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
from django.urls import reverse

from casework import kinds
from casework.models import Case, Event
from casework.workflow import engine, trail
from casework.workflow.signing import ContentChangedError, mark_of
from rectification.enums import State
from rectification.models import Measure, RootCause
from rectification.services import MeasureDraft, Said, review_plan, save_plan
from tests.closures import SIGNED
from tests.factories import Cast, UnitFactory, a_post, a_rectification, acting, attach
from tests.house.sources import ROOT
from tests.rectification.scenes import D, H, L, S, Scene, at, in_days, planned
from tests.rectification.test_questions import questions
from tests.words import spoken

pytestmark = pytest.mark.django_db
NO = Said("returned", "时限不合理", "一个月内做不完，请分两步写。")
FIRST, CHANGED = "首次签发。", "您打开以后，签发的内容有改动，没有签发。"


@pytest.fixture(scope="module")
def scenes(made_once: Any) -> dict[str, Scene]:
    def make() -> dict[str, Scene]:
        unit = UnitFactory()
        drafted, back = planned(at(State.PLAN, unit=unit)), planned(at(State.PLAN))
        back.do("submit_plan", back.who(H), commitment=True)
        review_plan(back.case, back.who(S), dict.fromkeys((0, 1, 2), NO))
        ready = planned(at(State.PLAN))
        ready.do("submit_plan", ready.who(H), commitment=True)
        ready.do("approve_plan", ready.who(S))
        ready.take("send_closure_for_signature", L)
        return {"drafted": drafted, "back": back, "ready": ready}

    return made_once(make)  # type: ignore[no-any-return]


def rewrite(scene: Scene, **head: Any) -> None:
    """The liaison writes the head of the plan anew, moves the first measure, takes out the second, adds a third."""
    first, second = scene.measures
    save_plan(
        scene.case,
        scene.who(L),
        {"goal": "案卷法制审核率达到 100%，抽查合格率 95%"} | head,
        [
            MeasureDraft("措施1", "法规科", in_days(20), "复核记录", "逐份复核", pk=first.pk),
            MeasureDraft("", "", in_days(30), "", pk=second.pk, removed=True),
            MeasureDraft("逐人考核", "人事科", in_days(25), "考核成绩", "全员合格"),
        ],
    )


def address(scene: Scene, name: str, page: str = "step") -> str:
    return reverse(page, args=[scene.pk, name])


def words(response: Any) -> str:
    return " ".join(spoken(response.content.decode()).split())


def hidden(response: Any) -> dict[str, str]:
    """What the form carries along, as the page has it now."""
    page = response.content.decode()
    return dict(re.findall(r'<input type="hidden" name="(seen|shown)" value="([^"]*)"', page))


def signed_events(scene: Scene, name: str) -> list[Event]:
    return list(Event.objects.filter(case_id=scene.pk, name=name).order_by("seq"))


def test_the_whole_plan_is_read_before_it_is_signed_and_the_first_time_is_said(scenes: Any, signed_in: Any) -> None:
    scene = scenes["drafted"]

    for page in ("step", "printed_step"):
        said = words(signed_in(scene.who(H)).get(address(scene, "submit_plan", page)))

        assert FIRST in said
        due = f"{in_days(30):%Y-%m-%d}"
        assert (
            f"整改目标 案卷法制审核率达到 100% 问题根源 {scene.case.content.cause} 责任领导 局长 责任人 法规科" in said
        )
        assert f"措施 1 措施 措施1 责任人 法规科 完成时限 {due} 成果 复核记录 验收标准 逐份复核" in said
        assert scene.case.content.finding.statement in said


def test_what_differs_from_the_last_signature_stands_beside_it(scenes: Any, signed_in: Any) -> None:
    scene = scenes["back"]
    rewrite(scene)

    page = signed_in(scene.who(H)).get(address(scene, "submit_plan"))

    said, source = words(page), re.sub(r"\s+", " ", page.content.decode())
    assert FIRST not in said
    assert "“签字报送方案”时相比， 改了 4 处" in said
    for before, after in (
        ("案卷法制审核率达到 100%", "案卷法制审核率达到 100%，抽查合格率 95%"),
        (f"{in_days(30):%Y-%m-%d}", f"{in_days(20):%Y-%m-%d}"),
    ):
        assert re.search(rf"<del>{before}</del>.{{0,99}}<ins>{after}</ins>", source)
    assert "措施 2 已删去" in said
    assert "措施 3 新增" in said


def test_nothing_changed_is_said(scenes: Any, signed_in: Any) -> None:
    scene = scenes["back"]

    assert "没有改动。" in words(signed_in(scene.who(H)).get(address(scene, "submit_plan")))


def test_another_head_signs_it_for_the_first_time(scenes: Any, signed_in: Any) -> None:
    scene = scenes["back"]
    successor = acting(a_post(H, scene.case.unit))

    assert FIRST in words(signed_in(successor).get(address(scene, "submit_plan")))


def test_what_was_changed_meanwhile_is_not_signed_but_shown_anew(scenes: Any, signed_in: Any) -> None:
    scene = scenes["drafted"]
    window = signed_in(scene.who(H))
    opened = hidden(window.get(address(scene, "submit_plan")))
    rewrite(scene)

    refused = window.post(address(scene, "submit_plan"), opened | {"commitment": "on"})

    assert refused.status_code == 422
    assert CHANGED in words(refused)
    assert "抽查合格率 95%" in words(refused)
    assert signed_events(scene, "submit_plan") == []

    taken = window.post(address(scene, "submit_plan"), hidden(refused) | {"commitment": "on"})

    assert (taken.status_code, scene.case.state) == (302, State.PLAN_REVIEW)
    (event,) = signed_events(scene, "submit_plan")
    assert event.note["signed"]["方案总体"]["整改目标"] == "案卷法制审核率达到 100%，抽查合格率 95%"
    assert list(trail.verify(Case.objects.filter(pk=scene.pk))) == []


def test_a_change_that_no_event_of_the_case_tells_of_is_noticed_too(scenes: Any, signed_in: Any) -> None:
    scene = scenes["drafted"]
    window = signed_in(scene.who(H))
    opened = hidden(window.get(address(scene, "submit_plan")))
    RootCause.objects.filter(pk=scene.case.content.cause_id).update(name="另一个根源")

    refused = window.post(address(scene, "submit_plan"), opened | {"commitment": "on"})

    assert (refused.status_code, scene.case.state) == (422, State.PLAN)
    assert CHANGED in words(refused)
    with pytest.raises(ContentChangedError):  # between the form and the lock: the engine looks again
        engine.perform(scene.case, "submit_plan", scene.who(H), shown=opened["shown"], commitment=True)


@pytest.mark.parametrize("forged", [{}, {"shown": ""}, {"shown": mark_of({"方案总体": {}})}])
def test_a_form_that_shows_nothing_signs_nothing(scenes: Any, signed_in: Any, forged: dict[str, str]) -> None:
    scene = scenes["drafted"]
    given = {"seen": str(scene.case.last_seq), "commitment": "on"} | forged

    answer = signed_in(scene.who(H)).post(address(scene, "submit_plan"), given)

    assert (answer.status_code, scene.case.state) == (422, State.PLAN)


def test_the_closing_report_is_read_whole_and_the_plan_in_it_was_signed_before(scenes: Any, signed_in: Any) -> None:
    scene = scenes["ready"]

    said = words(signed_in(scene.who(H)).get(address(scene, "request_closure")))

    assert FIRST in said
    print(said[said.index(FIRST) :][:400])
    assert "“签字报送方案”时相比，没有改动" in said
    for measure in scene.measures:
        files = "、".join(f"{file.name}（校验码 {file.sha256[:8]}）" for file in measure.evidence.all())
        assert f"措施 {measure.n} 措施 {measure.content} 责任人 {measure.owner}" in said
        assert f"完成日期 {measure.done_on:%Y-%m-%d} 完成情况 已完成 佐证 {files}" in said
    assert "建章立制" not in said  # what is empty and was is not read out


def test_the_director_sees_what_changed_since_he_refused(scenes: Any, signed_in: Any) -> None:
    case = a_rectification(State.FINAL_REVIEW)  # of a campaign without supervision and publicity
    scene = Scene(case.pk, Cast(case))
    scene.take("verify", S, opinion="佐证齐全")
    before = words(signed_in(scene.who(D)).get(address(scene, "close")))
    scene.do("refuse_closure", scene.who(D), reason="台账缺 3 份")
    Measure.objects.filter(case_id=scene.pk, n=1).update(result="台账补齐 20 份")
    engine.note(scene.case, scene.who(L), "measure_done", "措施 1 完成")
    scene.do("request_closure", scene.who(H), **SIGNED)
    scene.take("verify", S, opinion="齐全")

    after = signed_in(scene.who(D)).get(address(scene, "close"))

    assert FIRST in before
    assert FIRST not in words(after)
    assert "“不予销号”时相比， 改了" in words(after)
    assert re.search(r"<del>已完成</del>.{0,99}<ins>台账补齐 20 份</ins>", re.sub(r"\s+", " ", after.content.decode()))


def test_the_page_asks_as_much_for_five_measures_as_for_two(scenes: Any, signed_in: Any) -> None:
    scene = scenes["ready"]
    window, page = signed_in(scene.who(H)), address(scene, "request_closure")
    assert questions(window, page) == QUERIES
    for n in (3, 4, 5):
        measure = Measure.objects.create(
            case_id=scene.pk, n=n, content=f"措施{n}", owner="法规科", due_on=in_days(9), deliverable="记录",
            standard="逐份", done_on=in_days(0), result="已完成",
        )  # fmt: skip
        measure.evidence.add(attach(scene.case, scene.who(L), f"{n}"))

    assert questions(window, page) == QUERIES


QUERIES = 30


def test_every_signature_of_the_signed_sheet_is_of_a_content_that_its_form_shows() -> None:
    """docs/rights.csv names the steps by which a head signs, 签字…; walked, so that one added later is held too."""
    sheet = list(csv.DictReader((ROOT / "docs" / "rights.csv").open(encoding="utf-8-sig")))
    signing = {(row["件类"], row["代码"]) for row in sheet if row["步骤"].startswith("签字")}
    lines = {(spec.label, line.name): line for spec in kinds.all_kinds() for line in spec.table.whole.transitions}

    assert {one[1] for one in signing} >= {"submit_plan", "sign_extension", "request_closure"}
    assert [one for one in sorted(signing) if lines[one].signs is None] == []
    shown = {one: {"signed", "differences"} & {*line.shows} for one, line in lines.items() if line.signs}
    assert [one for one, names in shown.items() if not names] == []
