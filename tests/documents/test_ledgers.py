"""Ledgers: one definition for screen, export and template; written out in the background for whoever asked."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from casework.enums import WorkStatus
from casework.jobs import work_states
from casework.jobs.worker import do_work
from casework.models import Case
from documents import services
from documents.ledger import Ledger, ledgers
from documents.models import Export
from inspections.enums import RectifyType
from organizations.enums import ADMINISTRATORS, Role
from rectification.enums import State
from tests.factories import a_post, a_rectification, acting
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
ALL = sorted(ledgers())
RECTIFICATION = ledgers()["rectification"]


def office() -> Any:
    return acting(a_post(Role.OFFICE_STAFF))


def asked(actor: Any, query: str = "") -> Export:
    return services.ask_export(RECTIFICATION, actor, query)


def written(export: Export) -> Export:
    services.write_export(export)
    return Export.objects.get(pk=export.pk)


def sheet_of(export: Export) -> Any:
    return load_workbook(services.folder() / export.file).active


# ---------- the contract of every ledger ----------


@pytest.mark.parametrize("ledger", [ledgers()[name] for name in ALL], ids=ALL)
def test_screen_export_and_template_are_drawn_from_the_same_columns(ledger: Ledger) -> None:
    labels = [column.label for column in ledger.columns]

    assert [column.label for column in ledger.export] == labels
    assert [column.label for column in ledger.template] == [
        column.label for column in ledger.columns if not column.computed
    ]
    assert {column.label for column in ledger.screen} <= set(labels)


@pytest.mark.parametrize("ledger", [ledgers()[name] for name in ALL], ids=ALL)
def test_the_export_asks_as_much_for_three_rows_as_for_one(ledger: Ledger) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as found:
            for row in services.numbered(ledger.with_all(ledger.rows(actor)).order_by(*ledger.order).iterator(500)):
                [column.get(row) for column in ledger.export]
        return len(found)

    actor = office()
    a_rectification(State.REMEDYING)
    questions()  # the calendar and the like are read once
    first = questions()
    for _ in range(2):
        a_rectification(State.REMEDYING)

    assert questions() == first


# ---------- 问题整改台账 ----------


def test_the_rectification_ledger_has_the_32_items_in_order() -> None:
    items = [column.item for column in RECTIFICATION.columns]

    assert sorted(set(items)) == list(range(1, 33))
    assert items == sorted(items)


def test_a_closed_case_is_written_with_its_dates_and_words() -> None:
    case = a_rectification(State.CLOSED)

    sheet = sheet_of(written(asked(office())))

    head, row = ([cell.value for cell in line] for line in sheet.iter_rows(min_row=1, max_row=2))
    found = dict(zip(head, row, strict=True))
    assert (found["序号"], found["问题编号"], found["整改状态"], found["预警"]) == (
        1,
        case.number,
        "已销号",
        "灰 已销号",
    )
    assert (found["销号日期"].date(), found["自验日期"].date()) == (case.closed_on, case.closed_on)
    assert (found["进度"], found["佐证材料"], found["回头看结论"]) == (None, 2, "未抽查")
    assert found["定性依据"] == "《行政处罚法》第五十八条"


def test_only_the_rows_of_the_conditions_are_written() -> None:
    a_rectification(State.CLOSED)
    open_case = a_rectification(State.REMEDYING)

    export = written(asked(office(), f"state={State.REMEDYING}"))

    assert (export.total, export.done, sheet_of(export)["B2"].value) == (1, 1, open_case.number)


def test_a_unit_exports_its_own_rows_only() -> None:
    mine, _other = a_rectification(State.REMEDYING), a_rectification(State.REMEDYING)

    export = written(asked(acting(a_post(Role.UNIT_LIAISON, mine.unit))))

    assert sheet_of(export).max_row == 2
    assert sheet_of(export)["B2"].value == mine.number


# ---------- the way of an export ----------


def test_an_export_is_put_into_the_queue_when_the_request_is_committed(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_rectification(State.SIGN)
    queued: list[int] = []
    monkeypatch.setattr(type(do_work), "enqueue", lambda self, label, pk: queued.append(pk))

    with django_capture_on_commit_callbacks(execute=True):
        export = asked(office())

    assert queued == [export.pk]


def test_the_worker_writes_what_is_in_the_queue() -> None:
    a_rectification(State.SIGN)
    export = asked(office())

    do_work.func("documents.Export", export.pk)
    do_work.func("documents.Export", export.pk)

    assert Export.objects.get(pk=export.pk).status == WorkStatus.READY
    assert len(list(services.folder().iterdir())) == 1


def test_nobody_else_gets_the_file(signed_in: Any) -> None:
    a_rectification(State.SIGN)
    owner = office()
    export = written(asked(owner))
    address = reverse("export_file", args=[export.pk])

    assert signed_in(office()).get(address).status_code == 404
    page = signed_in(owner).get(address)
    assert load_workbook(BytesIO(b"".join(page.streaming_content))).active.max_row == 2


def test_a_stopped_export_leaves_no_file() -> None:
    a_rectification(State.SIGN)
    export = asked(office())
    work_states.stop(export)

    assert written(export).status == WorkStatus.STOPPED
    assert not services.folder().exists()


def test_stopping_in_the_middle_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    a_rectification(State.SIGN)
    export = asked(office())
    plain = services.stream_sheet

    def stopped_meanwhile(*args: Any) -> Any:
        work_states.stop(export)
        yield from plain(*args)

    monkeypatch.setattr(services, "stream_sheet", stopped_meanwhile)

    assert written(export).status == WorkStatus.STOPPED
    assert list(services.folder().iterdir()) == []


def test_a_failure_is_said_and_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    a_rectification(State.SIGN)
    export = asked(office())
    monkeypatch.setattr(services, "stream_sheet", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        services.write_export(export)

    assert Export.objects.get(pk=export.pk).problem == "生成中出错，已记入日志，请重新导出"
    assert list(services.folder().iterdir()) == []


def test_who_has_left_the_post_gets_nothing() -> None:
    a_rectification(State.SIGN)
    actor = office()
    export = asked(actor)
    type(actor.post).objects.filter(pk=actor.post.pk).update(to_on=timezone.localdate() - timedelta(1))

    assert written(Export.objects.get(pk=export.pk)).problem == "提出导出的岗位已经离任"


def test_nothing_to_export_and_too_many_at_once_are_refused() -> None:
    actor = office()
    with pytest.raises(DomainError, match="没有符合条件的件"):
        asked(actor)
    a_rectification(State.SIGN)
    for _ in range(services.AT_ONCE):
        asked(actor)

    with pytest.raises(DomainError, match="正在生成"):
        asked(actor)


def test_an_export_whose_worker_was_ended_is_given_up_and_old_ones_are_swept() -> None:
    a_rectification(State.SIGN)
    actor = office()
    stuck, old = asked(actor), written(asked(actor))
    long_ago = timezone.now() - timedelta(days=30)
    Export.objects.filter(pk=stuck.pk).update(status=WorkStatus.RUNNING, moved_at=long_ago)
    Export.objects.filter(pk=old.pk).update(asked_at=long_ago)

    services.sweep_exports()

    assert [(e.pk, e.problem) for e in Export.objects.all()] == [(stuck.pk, "后台任务中断，请重新提出")]


# ---------- pages ----------


@pytest.mark.parametrize("role", list(Role))
def test_the_pages_open_for_everybody_but_administrators(role: Role, signed_in: Any) -> None:
    client = signed_in(acting(a_post(role)))
    addresses = [
        reverse("documents"),
        reverse("ledger", args=["rectification"]),
        reverse("ledger_template", args=["rectification"]),
    ]

    assert {client.get(address).status_code for address in addresses} == {404 if role in ADMINISTRATORS else 200}


def test_an_export_is_asked_for_on_the_page_and_its_progress_shown(signed_in: Any) -> None:
    a_rectification(State.SIGN)
    client = signed_in(office())

    page = client.post(reverse("export_ledger", args=["rectification"]), {"query": ""}, follow=True)
    part = client.get(reverse("export", args=[Export.objects.get().pk]), headers={"HX-Request": "true"})

    assert "排队中" in page.content.decode()
    assert "<html" not in part.content.decode()


def test_a_worker_that_does_not_run_is_said(signed_in: Any) -> None:
    a_rectification(State.SIGN)
    actor = office()
    export = asked(actor)
    Export.objects.filter(pk=export.pk).update(asked_at=timezone.now() - timedelta(minutes=5))

    page = signed_in(actor).get(export.get_absolute_url())

    assert "请告知系统管理员" in page.content.decode()


def test_an_unknown_ledger_is_not_there(signed_in: Any) -> None:
    assert signed_in(office()).get(reverse("ledger", args=["nothing"])).status_code == 404


def test_a_deadline_that_is_kept_up_for_good_is_said_in_words(signed_in: Any) -> None:
    case = a_rectification(State.REMEDYING, rectify_type=RectifyType.LONG_TERM)

    page = signed_in(office()).get(reverse("ledger", args=["rectification"])).content.decode()

    assert f"{Case.objects.get(pk=case.pk).due_on:%Y-%m-%d} 并长期坚持" in page
