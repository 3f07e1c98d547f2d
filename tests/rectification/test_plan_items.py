"""方案逐条审核: what was accepted stays shut, only what was returned is open again, the old stands beside the new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casework.errors import NotPermittedError
from casework.models import Case, Event
from inspections.enums import RectifyType
from rectification.enums import State
from rectification.facts import goal_hint
from rectification.models import Measure, PlanVerdict, Rectification, StageGoal
from rectification.pages.case import measures
from rectification.services import (
    MeasureDraft,
    Said,
    StageDraft,
    change_measure,
    open_items,
    remove_measure,
    review_plan,
    save_plan,
)
from rectification.services import add_measure as add
from rectification.workflow.plan_items import review_of
from tests.factories import a_rectification, an_actor
from tests.papers import PDF
from tests.rectification.scenes import D, H, L, S, Scene, at, in_days
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
YES = Said("accepted")
NO = Said("returned", "时限不合理", "一个月内做不完，请分两步写。")


@pytest.fixture(scope="module")
def scenes(made_once: Any) -> Iterator[dict[str, Scene]]:
    def make() -> dict[str, Scene]:
        reviewed, back = at(State.PLAN_REVIEW), at(State.PLAN_REVIEW)
        review_plan(back.case, back.who(S), {0: YES, 1: YES, 2: NO})
        return {"reviewed": reviewed, "back": back}

    return made_once(make)  # type: ignore[no-any-return]


def test_all_accepted_is_the_plan_approved(scenes: Any) -> None:
    scene = scenes["reviewed"]

    after = review_plan(scene.case, scene.who(S), {0: YES, 1: YES, 2: YES}, opinion="可行")

    assert after.state == State.REMEDYING
    said = PlanVerdict.objects.filter(case=after).values_list("item", "verdict")
    assert sorted(said) == [(0, "accepted"), (1, "accepted"), (2, "accepted")]


def test_one_returned_sends_the_plan_back_and_says_why_of_that_one(scenes: Any) -> None:
    case = scenes["back"].case

    assert case.state == State.PLAN_RETURNED
    assert [(one.n, one.is_accepted) for one in review_of(case)] == [(0, True), (1, True), (2, False)]
    event = Event.objects.get(case=case, name="return_plan")
    assert event.reason == "措施 2：时限不合理。一个月内做不完，请分两步写。"
    assert [row["name"] for row in event.note["given"]["measures"]] == ["2. 措施2"]


@pytest.mark.parametrize(
    ("said", "beside"),
    [
        ({0: YES, 1: YES}, "2-verdict"),
        ({0: YES, 1: YES, 2: Said("returned", "", "写清楚")}, "2-kind"),
        ({0: YES, 1: YES, 2: Said("returned", "自己编的", "写清楚")}, "2-kind"),
        ({0: YES, 1: YES, 2: Said("returned", "时限不合理", " ")}, "2-reason"),
    ],
)
def test_an_item_not_judged_or_returned_without_kind_and_sentence_is_refused(
    scenes: Any, said: dict[int, Said], beside: str
) -> None:
    scene = scenes["reviewed"]

    with pytest.raises(DomainError) as refused:
        review_plan(scene.case, scene.who(S), said)

    assert list(refused.value.fields) == [beside]
    assert (scene.case.state, PlanVerdict.objects.filter(case=scene.case).count()) == (State.PLAN_REVIEW, 0)


@pytest.mark.parametrize("role", [L, H, D])
def test_nobody_else_reviews(scenes: Any, role: Any) -> None:
    scene = scenes["reviewed"]

    with pytest.raises(NotPermittedError):
        review_plan(scene.case, scene.who(role), {0: YES, 1: YES, 2: YES})


def test_what_was_accepted_is_shut_and_what_was_returned_is_open(scenes: Any) -> None:
    scene = scenes["back"]
    first, second = scene.measures

    with pytest.raises(DomainError, match="审核已同意"):
        change_measure(first, scene.who(L), content="改头换面")
    with pytest.raises(DomainError, match="审核已同意"):
        remove_measure(first, scene.who(H))
    with pytest.raises(NotPermittedError):
        save_plan(scene.case, scene.who(L), {"goal": "改头换面"})
    with pytest.raises(DomainError, match="阶段目标不能再改"):
        save_plan(scene.case, scene.who(L), {}, stages=[StageDraft(in_days(20), "一半")])
    change_measure(second, scene.who(L), due_on=in_days(60))

    changes = [one.changes for one in review_of(scene.case)]
    assert changes[0] == changes[1] == []
    assert changes[2] == [("完成时限", f"{in_days(30)}", f"{in_days(60)}")]


def test_a_forged_form_changes_nothing_that_was_accepted(scenes: Any, signed_in: Any) -> None:
    scene = scenes["back"]
    first, second = scene.measures
    client = signed_in(scene.who(L))
    fields: dict[str, Any] = {"seen": scene.case.last_seq, "goal": "改头换面", "leader_title": "别人"}
    fields |= {"measures-TOTAL_FORMS": 2, "measures-INITIAL_FORMS": 2}
    for n, measure in enumerate((first, second)):
        fields |= {f"measures-{n}-pk": measure.pk, f"measures-{n}-content": "改头换面", f"measures-{n}-owner": "别人"}
        fields |= {
            f"measures-{n}-due_on": f"{in_days(30)}",
            f"measures-{n}-deliverable": "无",
            f"measures-{n}-standard": "无",
        }
    fields["measures-0-DELETE"] = "on"

    client.post(reverse("rectification-plan", args=[scene.pk]), fields)

    assert [m.content for m in scene.measures] == ["措施1", "改头换面"]
    assert scene.case.content.goal == "案卷法制审核率达到 100%"


def test_the_papers_of_a_plan_are_sent_with_it_and_a_refused_one_keeps_the_form(scenes: Any, signed_in: Any) -> None:
    scene = scenes["back"]
    client, url = signed_in(scene.who(L)), reverse("rectification-plan", args=[scene.pk])
    fields: dict[str, Any] = {"seen": scene.case.last_seq, "measures-TOTAL_FORMS": 0, "measures-INITIAL_FORMS": 0}
    before = list(scene.case.attachments.values_list("pk", flat=True))

    refused = client.post(url, fields | {"papers": SimpleUploadedFile("方案.pdf", b"MZ")})
    assert (refused.status_code, "没有收下" in refused.content.decode()) == (422, True)
    assert list(scene.case.attachments.values_list("pk", flat=True)) == before
    client.post(url, fields | {"papers": [SimpleUploadedFile(name, PDF) for name in ("方案.pdf", "纪要.pdf")]})

    assert [file.name for file in scene.case.attachments.order_by("pk")][len(before) :] == ["方案.pdf", "纪要.pdf"]


def test_the_stages_of_the_plan_are_offered_where_it_is_kept_up_for_good(scenes: Any, signed_in: Any) -> None:
    scene = scenes["reviewed"]
    case = review_plan(scene.case, scene.who(S), {0: YES, 1: YES, 2: YES})
    for days, goal in ((-5, "已经过去"), (30, "完成一半"), (80, "全部完成")):
        StageGoal.objects.create(case=case, due_on=in_days(days), goal=goal)

    page = signed_in(scene.who(D)).get(f"/cases/{scene.pk}/steps/make_long_term/")

    form = page.context["form"]
    offered = {name: form[name].value() for name in ("stage_goal", "next_review_on", "expected_on")}
    assert offered == {"stage_goal": "完成一半", "next_review_on": in_days(30), "expected_on": in_days(80)}
    several = signed_in(scene.who(D)).get(f"/cases/batch/rectification/?case={scene.pk}&step=make_long_term")
    assert several.context["form"]["stage_goal"].value() is None


def test_where_no_department_judges_the_page_says_so(signed_in: Any) -> None:
    alone, supervised = a_rectification(State.REMEDYING), at(State.REMEDYING)
    alone = Case.objects.get(pk=alone.pk)
    Measure.objects.create(case=alone, n=9, content="补审", due_on=in_days(9), owner="科", deliverable="表")
    staff = an_actor(S)

    told = {
        case.pk: [row.supervisor and row.supervisor.label for row in measures(case, staff)]
        for case in (alone, supervised.case)
    }

    assert set(told[alone.pk]) == {"不需要认定"}
    assert "不需要认定" not in told[supervised.pk]
    assert "不需要认定" in signed_in(staff).get(alone.get_absolute_url()).content.decode()


def test_only_what_was_returned_is_reviewed_again_the_old_beside_the_new(scenes: Any, signed_in: Any) -> None:
    scene = scenes["back"]
    change_measure(scene.measures[1], scene.who(L), content="分两步补审")
    add(scene.case, scene.who(L), content="新添", owner="法规科", due_on=in_days(9), deliverable="表", standard="齐全")
    scene.take("submit_plan", H, commitment=True)
    client = signed_in(scene.who(S))

    page = client.get(reverse("rectification-plan-review", args=[scene.pk]))

    assert open_items(scene.case) == [2, 3]
    assert [row.item.n for row in page.context["item_forms"]] == [2, 3]
    assert "<del>措施2</del>" in page.content.decode()
    assert "<ins>分两步补审</ins>" in page.content.decode()
    assert "审核后新增" in page.content.decode()
    sent = {"seen": scene.case.last_seq, "i2-verdict": "accepted", "i3-verdict": "accepted"}
    assert client.post(reverse("rectification-plan-review", args=[scene.pk]), sent).status_code == 302
    assert scene.case.state == State.REMEDYING


def test_the_number_of_a_measure_that_was_reviewed_is_given_to_no_other(scenes: Any) -> None:
    scene = scenes["back"]
    remove_measure(scene.measures[1], scene.who(L))

    new = add(
        scene.case, scene.who(L), content="另一条", owner="甲", due_on=in_days(9), deliverable="表", standard="全"
    )

    assert new.n == 3
    assert [(one.n, one.is_gone, one.is_new) for one in review_of(scene.case)][1:] == [
        (1, False, False), (3, False, True), (2, True, False),
    ]  # fmt: skip


def test_a_return_of_all_leaves_all_open(scenes: Any) -> None:
    scene = scenes["reviewed"]

    scene.take("return_plan", S, reason="目标写得太空", return_kind=["目标不可量化"])

    rows = [MeasureDraft("措施一", "乙", in_days(20), "表", "全", pk=scene.measures[0].pk)]
    save_plan(scene.case, scene.who(L), {"goal": "复核 20 份"}, rows)
    assert [one.said.kind for one in review_of(scene.case) if one.said] == ["目标不可量化"] * 3
    assert [one.is_untouched for one in review_of(scene.case)] == [False, False, True]


def test_stages_stand_in_order_of_their_days_and_within_the_rectification(scenes: Any) -> None:
    scene = scenes["reviewed"]
    scene.take("return_plan", S, reason="请分阶段")

    save_plan(scene.case, scene.who(L), {}, stages=[StageDraft(in_days(40), "全部"), StageDraft(in_days(20), "一半")])

    assert [stage.goal for stage in Case.objects.get(pk=scene.pk).stage_goals.all()] == ["一半", "全部"]
    with pytest.raises(DomainError, match="整改时限以前"):
        save_plan(scene.case, scene.who(L), {}, stages=[StageDraft(in_days(400), "太晚")])


@pytest.mark.parametrize(
    ("goal", "hint"),
    [("全部整改到位，不再发生", True), ("20 份案卷法制审核率达到 100%", False), ("十二月底前全部印发", False),
     ("三份制度印发并公开", False), ("", False)],
)  # fmt: skip
def test_a_goal_without_figure_or_date_is_hinted_at(goal: str, hint: bool) -> None:
    assert bool(goal_hint(goal)) is hint


def test_the_head_and_the_office_read_the_hint_too(scenes: Any, signed_in: Any) -> None:
    scene = scenes["reviewed"]
    Rectification.objects.filter(pk=scene.pk).update(goal="全部整改到位")

    page = signed_in(scene.who(S)).get(reverse("rectification-plan-review", args=[scene.pk]))

    assert "没有数字，也没有日期" in page.content.decode()


def test_the_plan_for_a_like_finding_is_offered_as_a_start(scenes: Any, signed_in: Any) -> None:
    before = scenes["reviewed"].case
    again = at(State.PLAN, unit=before.unit, statement=before.content.finding.statement)
    client, url = signed_in(again.who(L)), reverse("rectification-plan", args=[again.pk])

    offered = client.get(url).context["likes"]
    page = client.get(url, {"from": offered[0].pk})

    assert before.pk in {case.pk for case in offered}
    assert page.context["form"].initial["goal"] == before.content.goal
    assert [row["content"].initial for row in page.context["rows"]][:2] == ["措施1", "措施2"]
    assert {row["due_on"].initial for row in page.context["rows"]} == {None}
    other = at(State.PLAN)
    assert client.get(reverse("rectification-plan", args=[other.pk])).status_code == 404


def test_a_plan_of_another_unit_is_no_start(scenes: Any, signed_in: Any) -> None:
    again = at(State.PLAN)

    page = signed_in(again.who(L)).get(reverse("rectification-plan", args=[again.pk]), {"from": scenes["back"].pk})

    assert page.context["form"].initial["goal"] == ""


def test_what_is_to_be_remedied_at_once_has_thirty_days() -> None:
    scene = at(State.REMEDYING, rectify_type=RectifyType.IMMEDIATE)
    given = {"content": "公开", "owner": "法规科", "deliverable": "公开页面"}

    add(scene.case, scene.who(L), due_on=in_days(30), **given)
    with pytest.raises(DomainError, match="30 日内"):
        add(scene.case, scene.who(L), due_on=in_days(31), **given)
