"""维护: chores on a terminal and in the background, how far they are, what they find, and that they may be stopped."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from casework.chore import chore
from casework.enums import WorkStatus
from casework.files.store import stored_at
from casework.jobs import chore_requests, night, work_states, worker
from casework.models import Attachment, ChoreRun, Event, Words
from casework.workflow import locks, trail
from organizations.enums import Role, UnitCategory
from organizations.records import ledger
from rectification.enums import State
from tests.factories import UnitFactory, a_post, a_rectification, acting
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
ALL = [
    "verify_trail",
    "verify_attachments",
    "rebuild_words",
    "verify_rows",
    "verify_heads",
    "check_figures",
    "rebuild_figures",
]


def auditor() -> Any:
    return acting(a_post(Role.AUDIT_ADMIN, UnitFactory(category=UnitCategory.ADMINISTRATION)))


def asked(name: str) -> ChoreRun:
    return chore_requests.ask(chore(name), auditor())


def done(run: ChoreRun) -> ChoreRun:
    worker.do(run)
    return ChoreRun.objects.get(pk=run.pk)


def on_terminal(name: str, **options: Any) -> str:
    out = StringIO()
    call_command(name, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("name", ALL)
def test_the_page_and_the_terminal_say_the_same_of_a_sound_store(name: str) -> None:
    a_rectification(State.CLOSED)
    asked_for = asked(name)
    ledger.sign()

    run = done(asked_for)

    assert (run.status, run.n_wrong, run.done) == (WorkStatus.READY, 0, run.total)
    assert on_terminal(name, **({"cards": 0} if name == "check_figures" else {})).strip() == run.said


def test_a_changed_file_is_found_and_a_missing_one() -> None:
    a_rectification(State.CLOSED)
    first, second = Attachment.objects.order_by("pk")[:2]
    Attachment.objects.filter(pk=second.pk).update(sha256="0" * 64)
    stored_at(first.sha256).chmod(0o600)
    stored_at(first.sha256).write_bytes(b"forged")

    run = done(asked("verify_attachments"))

    found = run.wrong.splitlines()
    assert run.n_wrong == len(found)
    assert f"卡片 {first.case_id} 的附件 {first.pk}：文件内容与登记的 SHA-256 不符" in found
    assert f"卡片 {second.case_id} 的附件 {second.pk}：文件不在" in found
    assert "请保护现场" in run.mend
    with pytest.raises(CommandError, match="处不符"):
        on_terminal("verify_attachments")


def test_a_card_changed_past_the_trail_is_named_without_its_title() -> None:
    """The audit administrator sees no business content (docs/domain/dictionaries.md 9.13)."""
    case = a_rectification(State.REMEDYING)
    type(case).objects.filter(pk=case.pk).update(state=State.PLAN)

    trail_run, figures_run = done(asked("verify_trail")), done(asked("check_figures"))

    assert f"卡片 {case.pk} 第 {case.last_seq} 条：末条与卡片不符" in trail_run.wrong
    assert f"卡片 {case.pk}（{case.number}）与经过不符" in figures_run.wrong
    assert case.title not in trail_run.wrong + figures_run.wrong


@pytest.mark.usefixtures("_lifted")
def test_triggers_that_are_down_are_a_fault() -> None:
    assert "触发器不全" in done(asked("verify_trail")).wrong


@pytest.fixture
def _lifted() -> Any:
    trail.lift()
    yield
    trail.install()


def test_stopping_in_the_middle_leaves_what_is_done_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    a_rectification(State.CLOSED)
    run, moves = asked("rebuild_words"), list[int]()
    plain = work_states.move

    def then_stop(work: Any, at: int, of: int) -> None:
        plain(work, at, of)
        moves.append(at)
        work_states.stop(work)

    monkeypatch.setattr(work_states, "move", then_stop)
    monkeypatch.setattr("casework.search.index._batches", lambda rows, size: ([row] for row in rows))

    ended = done(run)

    assert (ended.status, ended.done, moves) == (WorkStatus.STOPPED, 1, [1])
    assert Words.objects.count() >= 1


def test_a_failure_is_said_and_may_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run = asked("verify_trail")
    monkeypatch.setattr(locks, "strangers", lambda: 1 / 0)

    worker.do(run)

    assert ChoreRun.objects.get().problem == "出错中断，已记入日志，请告知系统管理员"
    monkeypatch.undo()
    assert done(asked("verify_trail")).status == WorkStatus.READY


def test_one_at_a_time() -> None:
    asked("verify_trail")

    with pytest.raises(DomainError, match="正在进行"):
        asked("verify_trail")

    assert asked("verify_attachments").status == WorkStatus.QUEUED


def test_the_page_asks_shows_how_far_and_stops(signed_in: Any) -> None:
    browser = signed_in(auditor())

    address = browser.post(reverse("ask_chore", args=["verify_trail"])).url
    ChoreRun.objects.update(status=WorkStatus.RUNNING, done=40, total=100)
    page = browser.get(address).content.decode()
    browser.post(reverse("stop_long_work", args=["chore", ChoreRun.objects.get().pk]))

    assert "40/100" in page
    assert "hx-get" in page
    assert ChoreRun.objects.get().status == WorkStatus.STOPPED


def test_nothing_is_rebuilt_while_a_difference_of_the_night_is_unexplained(settings: Any) -> None:
    case = a_rectification(State.PLAN)
    found = case.rectification.finding_id
    assert Words.objects.filter(case=found).update(text="改过") == 1
    trail.lift()
    Event.objects.filter(case=case).latest("seq").delete()
    trail.install()
    ledger.sign()
    assert any(outcome.has_failed for outcome in night.run())

    refused = done(asked("rebuild_words"))

    assert (refused.n_wrong > 0, refused.said[:4]) == (True, "没有重建")
    assert Words.objects.get(case=found).text == "改过"
    assert on_terminal("rebuild_words", explained="已查清").startswith("已重建")
    reason, kept = [json.loads(line) for file in Path(settings.OVERWRITTEN).iterdir() for line in file.open()]
    assert (reason["explained"], kept) == ("已查清", {"case_id": found, "text": "改过"})
