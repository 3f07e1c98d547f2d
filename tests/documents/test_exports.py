"""The sheet of a long list is written in the background, for whoever asked and as the list would give it to him."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from casework.enums import WorkStatus
from casework.jobs import work_states, worker
from documents import services
from documents.models import Export
from organizations.enums import INSPECTED, OFFICE, Role
from rectification.enums import State
from tests.factories import a_post, a_rectification, acting
from ui import lists
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
LEDGER = "/rectifications/"


def office() -> Any:
    return acting(a_post(Role.OFFICE_STAFF))


def asked(actor: Any, query: str = "", path: str = LEDGER) -> Export:
    return services.ask_export(actor, path, query)


def written(export: Export) -> Export:
    worker.do(export)
    return Export.objects.get(pk=export.pk)


def sheet_of(export: Export) -> Any:
    return load_workbook(services.folder() / export.file).active


# ---------- what is written ----------


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


def test_the_worker_writes_what_is_in_the_queue_once() -> None:
    a_rectification(State.SIGN)
    export = asked(office())

    assert worker.next_work() == export
    worker.do(export)
    worker.do(Export.objects.get())

    assert worker.next_work() is None
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


@pytest.mark.django_db(transaction=True, databases=["default", "reading"])
@pytest.mark.usefixtures("_two_connections")
def test_stopping_in_the_middle_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    a_rectification(State.SIGN)
    export = asked(office())
    plain = services.save_sheet

    def stopped_meanwhile(*args: Any) -> int:
        work_states.stop(export)
        return plain(*args)

    monkeypatch.setattr(services, "save_sheet", stopped_meanwhile)

    assert written(export).status == WorkStatus.STOPPED
    assert list(services.folder().iterdir()) == []


def test_a_failure_is_said_and_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    a_rectification(State.SIGN)
    export = asked(office())
    monkeypatch.setattr(services, "save_sheet", lambda *args: 1 / 0)

    worker.do(export)

    assert Export.objects.get(pk=export.pk).problem == "生成中出错，已记入日志，请重新导出"
    assert list(services.folder().iterdir()) == []


def test_who_has_left_the_post_gets_nothing() -> None:
    a_rectification(State.SIGN)
    actor = office()
    export = asked(actor)
    type(actor.post).objects.filter(pk=actor.post.pk).update(to_on=timezone.localdate() - timedelta(1))

    assert written(Export.objects.get(pk=export.pk)).problem == "提出的岗位已经离任，没有办理"


def test_nothing_to_export_and_too_many_at_once_are_refused() -> None:
    actor = office()
    with pytest.raises(DomainError, match="没有符合条件的件"):
        asked(actor)
    a_rectification(State.SIGN)
    for _ in range(services.EXPORTS.at_once):
        asked(actor)

    with pytest.raises(DomainError, match="您已有 3 项“导出”正在进行"):
        asked(actor)


def test_old_exports_are_swept_and_files_without_a_row() -> None:
    a_rectification(State.SIGN)
    actor = office()
    kept, old = written(asked(actor)), written(asked(actor))
    Export.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=30))
    an_hour_ago = (timezone.now() - timedelta(hours=2)).timestamp()
    just_begun, left = (services.folder() / f"{pk}.1.part" for pk in (old.pk + 1, old.pk))
    just_begun.write_bytes(b"taken by a worker after the sweep has read which run")
    left.write_bytes(b"half")
    for path in (services.folder() / old.file, left):
        os.utime(path, (an_hour_ago, an_hour_ago))

    services.sweep_exports()

    assert list(Export.objects.all()) == [kept]
    assert {path.name for path in services.folder().iterdir()} == {kept.file, just_begun.name}


def test_a_file_that_is_finished_while_files_are_swept_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    services.folder().mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(Path, "glob", lambda folder, pattern: iter([folder / "7.1.part", folder / "gone.xlsx"]))

    services.sweep_files()


# ---------- any list, and nothing but lists ----------


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.OFFICE_STAFF, "/findings/"),
        (Role.OFFICE_STAFF, "/figures/rows/total/"),
        (Role.SYSTEM_ADMIN, "/units/"),
    ],
)
def test_every_list_can_be_written_in_the_background(role: Role, path: str) -> None:
    a_rectification(State.REMEDYING)
    actor = acting(a_post(role))

    sheet = sheet_of(written(asked(actor, path=path)))

    assert sheet.max_row > 1


@pytest.mark.parametrize("path", ["/account/", "/clues/new/", "/logout/", "/admin/", "/nothing/", "/users/", "/login/"])
def test_what_is_no_list_of_his_is_not_exported(path: str) -> None:
    a_rectification(State.SIGN)

    with pytest.raises(DomainError, match="没有这个列表，或者它不能导出"):
        asked(office(), path=path)


def test_a_condition_that_cannot_be_read_is_said_and_nothing_is_exported() -> None:
    a_rectification(State.SIGN)

    with pytest.raises(DomainError, match="筛选条件读不出来，没有导出。时限自：“x”不是日期，写成 2026-07-06"):
        asked(office(), "due_from=x")


@pytest.mark.parametrize(("export", "n_lines"), [("xlsx", 1 + 3), ("print", 4 + 3 + 3 + 1)])
def test_the_background_writes_what_the_page_itself_would_send(signed_in: Any, export: str, n_lines: int) -> None:
    for _ in range(3):
        a_rectification(State.REMEDYING)
    actor, query = office(), f"sort=-number&export={export}"

    here = load_workbook(BytesIO(b"".join(signed_in(actor).get(f"{LEDGER}?{query}").streaming_content)))
    later = sheet_of(written(asked(actor, query)))

    assert [[cell.value for cell in row] for row in later] == [[cell.value for cell in row] for row in here.active]
    assert later.max_row == n_lines


def test_what_is_announced_is_what_was_written() -> None:
    a_rectification(State.REMEDYING)
    export = asked(office())
    a_rectification(State.REMEDYING)

    export = written(export)

    assert (export.total, export.done, sheet_of(export).max_row - 1) == (2, 2, 2)
    assert str(export) == "问题整改台账"  # a number in the title would be that of the day it was asked for


# ---------- pages ----------


@pytest.mark.parametrize("role", list(Role))
def test_the_papers_open_for_whoever_may_export(role: Role, signed_in: Any) -> None:
    client = signed_in(acting(a_post(role)))

    answer = client.get(reverse("documents"))

    assert answer.status_code == (200 if role in OFFICE | INSPECTED else 404)


def test_the_papers_lead_to_the_ledger_and_count_its_columns(signed_in: Any) -> None:
    client = signed_in(office())

    (ledger,) = client.get(reverse("documents")).context["ledgers"]
    sheet = load_workbook(BytesIO(b"".join(client.get(f"{ledger['url']}?export=xlsx").streaming_content))).active

    assert (ledger["title"], ledger["url"]) == ("问题整改台账", LEDGER)
    assert ledger["n_columns"] == sheet.max_column


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/documents/ledgers/rectification/?state=sign", f"{LEDGER}?state=sign"),
        ("/documents/ledgers/rectification/", LEDGER),
        ("/documents/ledgers/rectification/template/", f"{LEDGER}?export=blank"),
    ],
)
def test_old_addresses_lead_to_the_one_ledger(signed_in: Any, old: str, new: str) -> None:
    answer = signed_in(office()).get(old)

    assert (answer.status_code, answer.url) == (302, new)


def test_a_long_list_is_asked_for_on_its_page_and_its_progress_shown(
    signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "AT_ONCE", 1)
    for _ in range(2):
        a_rectification(State.SIGN)
    client = signed_in(office())

    later = client.get(f"{LEDGER}?state=sign&page=1").context["later"]
    refused = client.get(f"{LEDGER}?export=xlsx")
    page = client.post(later["url"], {"list": later["list"], "query": later["query"]}, follow=True)
    first = Export.objects.get()
    part = client.get(first.get_absolute_url(), headers={"HX-Request": "true"})
    client.post(later["url"], {"list": later["list"], "query": later["query"], "print": "1"})
    on_paper = Export.objects.exclude(query="state=sign").get()

    assert (on_paper.title, on_paper.query) == ("问题整改台账（打印版）", "state=sign&export=print")
    assert client.get(f"{LEDGER}?export=print").status_code == 409
    assert (first.path, first.query) == (LEDGER, "state=sign")
    assert (refused.status_code, "在后台生成" in refused.content.decode()) == (409, True)
    assert "排队中" in page.content.decode()
    assert "<html" not in part.content.decode()


def test_a_short_list_is_sent_at_once(signed_in: Any) -> None:
    a_rectification(State.SIGN)

    assert signed_in(office()).get(LEDGER).context["later"] == {}


@pytest.mark.parametrize("forged", ["", LEDGER, "x:y:z"])
def test_an_address_that_no_page_signed_is_not_there(signed_in: Any, forged: str) -> None:
    a_rectification(State.SIGN)

    assert signed_in(office()).post(reverse("ask_export"), {"list": forged, "query": ""}).status_code == 404
    assert not Export.objects.exists()


def test_a_sheet_for_paper_leads_back_to_the_list_and_not_to_its_paper() -> None:
    at = "/rectifications/"
    assert Export(path=at, query="q=环县&export=print").list_url == f"{at}?q={quote('环县')}"
    assert Export(path=at, query="export=print").list_url == at


def test_a_worker_that_does_not_run_is_said(signed_in: Any) -> None:
    a_rectification(State.SIGN)
    actor = office()
    export = asked(actor)
    Export.objects.filter(pk=export.pk).update(asked_at=timezone.now() - timedelta(minutes=5))

    page = signed_in(actor).get(export.get_absolute_url())

    assert "请告知系统管理员" in page.content.decode()
