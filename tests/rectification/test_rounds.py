"""进展调度: called, answered on one page, reminded once; 无变化, 滞后 and the support that a unit needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.errors import NotPermittedError, RefusedError
from casework.models import Case, Event, Notice
from casework.workflow import engine
from organizations.enums import Role
from organizations.models import Unit
from rectification import facts
from rectification.enums import CallState, NeedState, State
from rectification.models import ProgressReport, ProgressRound, SupportNeed
from rectification.querysets import behind
from rectification.services import Answer, answer_call, asked, call_round, coverage, remind_round, to_remind
from tests.factories import UnitFactory, a_campaign, a_need, a_post, a_rectification, acting
from tests.rectification.scenes import in_days
from ui.errors import DomainError

pytestmark = pytest.mark.django_db


class World:
    """Two units with something under way, and who reports for the first."""

    def __init__(self) -> None:
        self.unit, self.other = UnitFactory(), UnitFactory()
        self.campaign = a_campaign(units=[self.unit, self.other])
        self.cases = [a_rectification(State.REMEDYING, campaign=self.campaign, unit=self.unit) for _ in range(2)]
        a_rectification(State.REMEDYING, campaign=self.campaign, unit=self.other)
        a_rectification(State.PLAN, campaign=self.campaign, unit=self.other)
        self.post, self.staff_post = a_post(Role.UNIT_LIAISON, self.unit), a_post(Role.OFFICE_STAFF)

    @property
    def liaison(self) -> Any:
        return acting(self.post)

    @property
    def staff(self) -> Any:
        return acting(self.staff_post)

    def call(self, **given: Any) -> ProgressRound:
        return call_round(self.staff, title=f"进展{ProgressRound.objects.count()}", due_on=in_days(10), **given)

    def card(self, called: ProgressRound, unit: Unit | None = None) -> Case:
        return Case.objects.get(progresscall__round=called, unit=unit or self.unit)

    def answer(self, called: ProgressRound, *answers: Any) -> Case:
        """Answer what is asked, one after the other, each with the fields given for it."""
        card = self.card(called)
        rows = [Answer(one.item.pk, **given) for one, given in zip(asked(card), answers, strict=True)]
        return answer_call(card, self.liaison, rows)


@pytest.fixture(scope="module")
def world(made_once: Any) -> Iterator[World]:
    return made_once(World)  # type: ignore[no-any-return]


SAID = {"percent": 30, "text": "已成立专班"}
SAME = {"unchanged": True}


def test_a_round_asks_each_unit_once_for_all_it_has_under_way(world: World) -> None:
    called = world.call()

    cards = Case.objects.filter(progresscall__round=called).order_by("pk")
    assert {card.unit: card.progresscall.items.count() for card in cards} == {world.unit: 2, world.other: 1}
    assert {(card.state, card.holder_role) for card in cards} == {(CallState.ASKED, Role.UNIT_LIAISON)}
    assert Notice.objects.filter(post=world.post, case=world.card(called)).count() == 1


def test_a_round_may_ask_some_units_or_one_campaign(world: World) -> None:
    elsewhere = a_rectification(State.REMEDYING)

    of_unit = world.call(units=[world.unit])
    of_campaign = world.call(within=elsewhere.within)

    assert [card.unit for card in Case.objects.filter(progresscall__round=of_unit)] == [world.unit]
    assert [card.unit_id for card in Case.objects.filter(progresscall__round=of_campaign)] == [elsewhere.unit_id]


@pytest.mark.parametrize("role", [Role.OFFICE_DIRECTOR, Role.UNIT_LIAISON, Role.UNIT_HEAD])
def test_nobody_else_calls_a_round(world: World, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        call_round(
            acting(a_post(role, world.unit if role != Role.OFFICE_DIRECTOR else None)), title="x", due_on=in_days(9)
        )


def test_all_is_answered_on_one_page_and_each_is_a_report_of_its_own(world: World, signed_in: Any) -> None:
    card = world.card(world.call())
    client, url = signed_in(world.liaison), reverse("progress-answer", args=[card.pk])
    page = client.get(url)
    fields: dict[str, Any] = {"seen": card.last_seq}
    for row in page.context["rows"]:
        fields |= {f"{row.prefix}-percent": "30", f"{row.prefix}-text": "已成立专班"}

    client.post(url, fields)

    assert Case.objects.get(pk=card.pk).state == CallState.ANSWERED
    for case in world.cases:
        assert Event.objects.filter(case=case, name="report_progress", post=world.post).count() == 1
    assert [one.last.percent for one in asked(world.card(world.call())) if one.last] == [30, 30]


def test_what_is_missing_is_said_beside_it_and_nothing_is_written(world: World) -> None:
    with pytest.raises(DomainError) as refused:
        world.answer(world.call(), SAID, {"percent": 40, "text": " "})

    assert [field.partition("-")[2] for field in refused.value.fields] == ["text"]
    assert not ProgressReport.objects.filter(case__in=world.cases).exists()


def test_nothing_changed_is_one_click_but_not_three_times_running_without_a_word(world: World) -> None:
    world.answer(world.call(), SAID, SAID)
    world.answer(world.call(), SAME, SAME)
    world.answer(world.call(), SAME, SAID)  # the very same words and figure change nothing either
    third = world.call()

    with pytest.raises(DomainError, match="连续两次报无变化"):
        world.answer(third, SAME, {"percent": 45, "text": "又办 3 件"})
    world.answer(third, SAME | {"why": "等上级批复"}, {"percent": 45, "text": "又办 3 件"})

    first, second = (ProgressReport.objects.filter(case=case).order_by("-pk")[0] for case in world.cases)
    assert (first.text, first.percent, first.is_unchanged) == ("无变化：等上级批复", 30, True)
    assert (second.text, second.is_unchanged) == ("又办 3 件", False)


@pytest.mark.parametrize("words", ["无变化", "已成立专班"])
def test_a_single_report_keeps_the_same_rule_also_with_its_old_words(world: World, words: str) -> None:
    case, said = world.cases[0], {"percent": 30, "note_progress": words}
    engine.perform(case, "report_progress", world.liaison, percent=30, note_progress="已成立专班")
    for _ in range(2):
        engine.perform(case, "report_progress", world.liaison, **said)

    with pytest.raises(DomainError, match="写明为什么") as refused:
        engine.perform(case, "report_progress", world.liaison, **said)
    assert set(refused.value.fields) == {"why_unchanged"}
    engine.perform(case, "report_progress", world.liaison, **said, why_unchanged="等上级批复")
    with pytest.raises(DomainError, match="写明为什么"):
        engine.perform(case, "report_progress", world.liaison, percent=30, note_progress="已成立专班")
    engine.perform(case, "report_progress", world.liaison, percent=30, note_progress="无变化：仍等上级批复")
    engine.perform(case, "report_progress", world.liaison, percent=30, note_progress="已办结 3 件")

    reports = ProgressReport.objects.filter(case=case).order_by("-pk")
    assert [(report.text, report.is_unchanged) for report in reports] == [
        ("已办结 3 件", False), ("无变化：仍等上级批复", True), ("无变化：等上级批复", True),
        ("无变化", True), ("无变化", True), ("已成立专班", False),
    ]  # fmt: skip


def test_nothing_can_stay_as_it_was_before_it_was_ever_reported(world: World) -> None:
    with pytest.raises(DomainError, match="以前没有报过进展"):
        engine.perform(world.cases[0], "report_progress", world.liaison, percent=0, note_progress="无变化")


def test_what_went_on_meanwhile_is_not_asked_any_more(world: World) -> None:
    card = world.card(world.call())
    Case.objects.filter(pk=world.cases[1].pk).update(state=State.SUPERVISION)

    assert [one.case.pk for one in asked(card)] == [world.cases[0].pk]


def test_a_unit_is_reminded_once_and_who_has_answered_is_not(world: World) -> None:
    called = world.call()
    world.answer(called, SAID, SAID)
    post = a_post(Role.UNIT_LIAISON, world.other)

    assert remind_round(called, world.staff) == 1
    assert remind_round(called, world.staff) == 0

    card = world.card(called, world.other)
    assert Notice.objects.filter(post=post, case=card, text__contains="提醒").count() == 1
    with pytest.raises(RefusedError, match="已经提醒过"):
        engine.perform(card, "remind", world.staff)


def test_the_page_of_a_round_asks_the_same_number_of_questions_however_many_units(
    world: World, signed_in: Any, django_assert_num_queries: Any
) -> None:
    called = world.call()
    client, url = signed_in(world.staff), reverse("progress-round", args=[called.pk])
    client.get(url)
    with django_assert_num_queries(QUERIES):
        page = client.get(url)
    assert [(row.case.unit, row.is_answered) for row in page.context["rows"]] == [
        (world.unit, False), (world.other, False),
    ]  # fmt: skip
    for _ in range(3):
        a_rectification(State.REMEDYING, campaign=a_campaign())
    many = world.call()

    with django_assert_num_queries(QUERIES):
        page = client.get(reverse("progress-round", args=[many.pk]))

    assert len(page.context["rows"]) == 5


QUERIES = 11  # who is asking, his bar and queue, the round, its cards, what they are asked about, the reminders


def test_coverage_says_who_lags_and_who_had_nothing_new(world: World) -> None:
    Case.objects.filter(pk=world.cases[0].pk).update(opened_on=in_days(-50), due_on=in_days(50))
    world.answer(world.call(), SAID, SAID)
    called = world.call()
    world.answer(called, SAME, {"percent": 60, "text": "过半"})

    row = next(row for row in coverage(called, world.staff) if row.case.unit == world.unit)

    assert (row.is_answered, row.n_unchanged, row.n_behind) == (True, 1, 1)


@pytest.mark.parametrize(
    ("opened", "due", "percent", "is_behind"),
    [(-50, 50, 44, True), (-50, 50, 45, False), (-50, 50, None, True), (-1, 99, None, False), (-90, -2, 94, True),
     (-90, -2, 95, False)],
)  # fmt: skip
def test_progress_stands_beside_the_time_gone_and_the_ledger_finds_what_lags(
    world: World, opened: int, due: int, percent: int | None, is_behind: bool
) -> None:
    case = world.cases[0]
    Case.objects.filter(pk=case.pk).update(opened_on=in_days(opened), due_on=in_days(due))
    if percent is not None:
        ProgressReport.objects.create(case=case, post=world.post, day=timezone.localdate(), percent=percent, text="办")

    now = facts.pace(Case.objects.get(pk=case.pk))

    assert now is not None
    assert now.is_behind is is_behind
    found = behind(Case.objects.filter(pk=case.pk), timezone.localdate())
    assert [row.pk for row in found] == ([case.pk] if is_behind else [])


def test_a_need_for_support_lies_with_the_office_until_it_is_answered(world: World) -> None:
    need = a_need(world.cases[0])

    assert (need.state, need.holder_role, need.unit) == (NeedState.OPEN, Role.OFFICE_STAFF, world.unit)
    assert need.number == f"{world.cases[0].number}-Z01"
    after = engine.perform(need, "answer_need", world.staff, answer="已请市财政局列入预算")
    assert after.state == NeedState.ANSWERED
    assert SupportNeed.objects.get(pk=need.pk).answer == "已请市财政局列入预算"
    assert Notice.objects.filter(post=world.post, case=need).exists()


def test_who_is_employed_by_the_unit_leaves_its_need_to_another(world: World) -> None:
    need, post = a_need(world.cases[0]), a_post(Role.OFFICE_STAFF)
    post.user.home_unit = world.unit
    post.user.save()

    with pytest.raises(RefusedError, match="应当回避"):
        engine.perform(need, "answer_need", acting(post), answer="已协调")


def test_support_asked_for_in_a_round_stands_on_the_rectification(world: World, signed_in: Any) -> None:
    world.answer(world.call(), SAID | {"support": "请协调测绘单位", "problem": "界线不清"}, SAID)

    page = signed_in(world.staff).get(world.cases[0].get_absolute_url()).content.decode()

    assert "请协调测绘单位" in page
    assert "等市委依法治市办答复" in page


def test_the_deadline_of_a_round_is_no_day_of_rest() -> None:
    case = a_rectification(State.REMEDYING)
    saturday = timezone.localdate() + timedelta((5 - timezone.localdate().weekday()) % 7 + 7)

    called = call_round(acting(a_post(Role.OFFICE_STAFF)), title="周末", due_on=saturday, units=[case.unit])

    assert called.due_on > saturday


def test_a_whole_round_is_cancelled_for_one_reason_and_the_answers_stay(world: World, signed_in: Any) -> None:
    called = world.call()
    world.answer(called, SAID, SAID)
    told = a_post(Role.UNIT_LIAISON, world.other)
    client, url = signed_in(world.staff), reverse("progress-cancel", args=[called.pk])
    assert world.other.short_name in client.get(url).content.decode()
    assert client.post(url, {"reason": " "}).status_code == 422

    client.post(url, {"reason": "与年终考核的调度重复"})

    assert world.card(called).state == CallState.ANSWERED
    other = world.card(called, world.other)
    event = Event.objects.get(case=other, name="cancel")
    assert (other.state, other.is_open, event.reason) == (CallState.CANCELLED, False, "与年终考核的调度重复")
    assert Notice.objects.filter(post=told, case=other).count() == 1
    assert "取消这次调度" not in client.get(reverse("progress-round", args=[called.pk])).content.decode()


def test_to_remind_is_one_question(world: World, django_assert_num_queries: Any) -> None:
    called = world.call()
    with django_assert_num_queries(1):
        assert len(to_remind(called)) == 2


PROBLEM, SUPPORT = "专职人员不足。", "请协调增加编制。"


@pytest.mark.parametrize(
    ("said", "need"),
    [
        ({"problem": PROBLEM}, "存在问题：专职人员不足。"),
        ({"support": SUPPORT}, SUPPORT),
        ({"problem": PROBLEM, "support": SUPPORT}, "请协调增加编制；存在问题：专职人员不足。"),
    ],
)
def test_a_problem_that_is_reported_is_a_to_do_of_the_office(world: World, said: dict[str, str], need: str) -> None:
    engine.perform(world.cases[0], "report_progress", world.liaison, percent=20, note_progress="已摸底", **said)

    asked_for = SupportNeed.objects.get(rectification=world.cases[0])
    assert asked_for.need == need
    assert asked_for.case in Case.objects.awaiting(world.staff)


TABS = ["整改台账", "进展调度", "支持事项", "整改工作方案", "市级整改方面", "对标认领"]


def test_rounds_and_needs_stand_beside_the_ledger(world: World, signed_in: Any) -> None:
    client = signed_in(world.staff)
    for name in ("rectifications", "progresscalls", "supportneeds"):
        page = client.get(reverse(name))
        assert [title for _, title in page.context["tabs"]] == TABS
        assert [item["label"] for item in page.context["nav"] if item["is_current"]] == ["整改台账"]
        assert f'href="{reverse(name)}" aria-current="page"' in page.content.decode()
    assert client.get(reverse("lookbacks")).context["tabs"] == []
