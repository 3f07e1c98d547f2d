"""The night: killed in the middle it goes on where it was, and what is done is not done twice.

What is wrong fails it until it is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from casework.chore import Found
from casework.jobs import casework_nights, night
from casework.jobs.night import Night, NightlyJob
from casework.models import Bigram, Case, NightlyProgress, Words
from casework.search import bigram_counts
from casework.workflow import trail
from organizations.records import ledger
from rectification.enums import State
from tests.factories import a_rectification

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What nothing catches: the process is gone."""


@pytest.fixture
def some_cards() -> list[int]:
    """Two findings, their feedbacks and rectifications, each with words where its kind has some."""
    a_rectification(State.PLAN)
    a_rectification(State.SIGN)
    return list(Case.objects.order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Night], Found]], None]:
    """Return a function that makes one job the whole night."""

    def be(job: Callable[[Night], Found]) -> None:
        monkeypatch.setattr(night, "JOBS", [NightlyJob(1, "it", "任务", job)])

    return be


def said() -> list[str]:
    return [outcome.said for outcome in night.run()]


def in_pieces_of_one(seen: list[int], killed_at: int | None = None) -> Callable[[Night], Found]:
    def work(keys: list[int]) -> Sequence[str]:
        if len(seen) == killed_at:
            raise Killed
        seen.extend(keys)
        return [f"第 {keys[0]} 件不对"] if len(seen) == 1 else ()

    def job(of: Night) -> Found:
        of.each(Case.objects.all(), work, 1)
        return Found(f"{of.done} 件", of.found)

    return job


def test_a_night_killed_in_the_middle_goes_on_where_it_was(some_cards: list[int], only: Any) -> None:
    seen: list[int] = []
    only(in_pieces_of_one(seen, killed_at=2))
    with pytest.raises(Killed):
        said()
    only(in_pieces_of_one(seen))

    answer = said()

    assert seen == some_cards
    assert answer == [f"{len(some_cards)} 件；第 {some_cards[0]} 件不对；"]


def test_another_day_begins_anew(some_cards: list[int], only: Any) -> None:
    seen: list[int] = []
    only(in_pieces_of_one(seen, killed_at=2))
    with pytest.raises(Killed):
        said()
    only(in_pieces_of_one(again := []))

    list(night.run(timezone.localdate() + timedelta(1)))

    assert again == some_cards


def test_what_was_done_well_is_not_done_twice_on_a_day(only: Any) -> None:
    times: list[int] = []
    only(lambda of: (times.append(1), Found("做好了"))[1])

    assert [*said(), *said()] == ["做好了", "今日已做：做好了"]
    assert len(times) == 1


def test_what_was_wrong_is_looked_at_again_after_it_was_mended(only: Any) -> None:
    wrong = ["坏了"]
    only(lambda of: Found("看过", list(wrong), "请修"))
    with pytest.raises(CommandError, match="没有做好：任务"):
        call_command("nightly", stdout=StringIO())
    wrong.clear()

    assert said() == ["看过"]


def test_a_job_that_breaks_holds_up_no_other_and_goes_on_the_next_time(
    some_cards: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def breaks(of: Night) -> Found:
        of.each(Case.objects.all(), lambda keys: seen.extend(keys) or (1 / (len(seen) != 3) and None), 1)
        return Found(f"{of.done} 件")

    monkeypatch.setattr(
        night, "JOBS", [NightlyJob(1, "a", "甲", breaks), NightlyJob(2, "b", "乙", lambda of: Found("好"))]
    )

    first, second = list(night.run()), list(night.run())

    assert [(o.said, o.has_failed) for o in first] == [
        ("出错中断，原因见日志；已办 2，下次接着做", True),
        ("好", False),
    ]
    assert [(o.said, o.has_failed) for o in second] == [(f"{len(some_cards)} 件", False), ("今日已做：好", False)]


def test_two_processes_do_not_do_one_job_side_by_side(some_cards: list[int], only: Any) -> None:
    def job(of: Night) -> Found:
        def work(keys: list[int]) -> None:
            NightlyProgress.objects.update(done=99)  # the other one has gone on

        of.each(Case.objects.all(), work, 1)
        return Found("")

    only(job)

    assert said() == ["另一处正在做，这里不再做"]


def test_bigrams_counted_by_a_killed_night_are_those_of_one_in_one_go(
    some_cards: list[int], monkeypatch: pytest.MonkeyPatch, only: Any
) -> None:
    bigram_counts.count_bigrams()
    whole = dict(Bigram.objects.values_list("token", "n"))
    monkeypatch.setattr(bigram_counts, "TEXTS", 1)
    Bigram.objects.all().delete()
    Bigram.objects.create(token="旧", n=7, n_so_far=3)
    plain, pieces = bigram_counts.count_piece, list[int]()

    def killed_in_the_second(keys: Sequence[int]) -> None:
        plain(keys)
        pieces.append(1)
        if len(pieces) == 2:
            raise Killed

    monkeypatch.setattr(bigram_counts, "count_piece", killed_in_the_second)
    only(casework_nights.count_bigrams)
    with pytest.raises(Killed):
        said()
    in_between = Bigram.objects.get(token="旧").n

    (answer,) = said()

    assert Words.objects.count() >= 2
    assert in_between == 7
    assert dict(Bigram.objects.values_list("token", "n")) == whole
    assert not Bigram.objects.exclude(n_so_far=0).exists()
    assert answer == f"{Words.objects.count()} 件的词对 {len(whole) - 1} 个"


def test_the_night_names_a_broken_trail_of_yesterday_or_today(only: Any) -> None:
    case = a_rectification(State.PLAN)
    trail.lift()
    case.events.filter(seq=2).update(label="改过")
    trail.install()
    only(casework_nights.verify_recent_trails)

    (outcome,) = night.run()

    assert outcome.has_failed
    assert f"卡片 {case.pk} 第 2 条：内容与链值不符" in outcome.said


def test_the_whole_night_says_what_each_job_did(some_cards: list[int]) -> None:
    ledger.sign()
    out = StringIO()

    call_command("nightly", stdout=out)

    lines = out.getvalue().splitlines()
    assert [line.split("：")[0] for line in lines] == [
        "核对触发器和封存", "核对办理经过", "轮流核对办理经过", "核对存证", "核对附件", "核对状态与内容",
        "核对日链值", "留存日链值", "统计词对频次", "核对放假安排", "记录设置的变动",
        "清理待提交的文件", "清除撤下的附件", "清理附件",
        "封存统计", "核对统计", "清理导出",
    ]  # fmt: skip
    assert lines[0] == "核对触发器和封存：触发器齐全，封存相符"
    assert lines[2] == f"轮流核对办理经过：全部 {len(some_cards)} 件，全部相符"
    assert lines[1] == f"核对办理经过：当日有办理的 {len(some_cards)} 件，全部相符"
    assert NightlyProgress.objects.filter(ended_at=None).count() == 0


def test_in_a_large_store_every_card_has_its_turn(some_cards: list[int]) -> None:
    day, half = timezone.localdate(), -(-len(some_cards) // 2)

    nights = [night.share_of(Case.objects.order_by("pk"), day + timedelta(n), most=half) for n in range(2)]

    assert [share.said for share in nights] == ["每 2 夜一遍，本夜"] * 2
    assert sorted(pk for share in nights for pk in share.rows.values_list("pk", flat=True)) == some_cards
