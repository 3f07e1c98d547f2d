"""Files of a case: stored once under their hash, on record in the trail, served safely, swept when unnamed."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from casework.enums import MaterialKind
from casework.files import store
from casework.files.response import serve
from casework.files.uploads import UploadRefusedError
from casework.models import Attachment, Case, Event
from casework.services import attachments
from casework.workflow import trail
from organizations.actor import Actor
from organizations.enums import Role
from rectification.enums import State
from tests.factories import Cast, a_rectification, an_actor
from tests.papers import JPEG, PDF, compound, photo
from ui.errors import DomainError

pytestmark = pytest.mark.django_db
PHOTO_SENT = hashlib.sha256(photo()).hexdigest()


@pytest.fixture(scope="module")
def made(made_once: Any) -> Case:
    found: Case = made_once(lambda: a_rectification(State.REMEDYING))
    return found


@pytest.fixture
def case(made: Case) -> Case:
    return Case.objects.get(pk=made.pk)


@pytest.fixture
def liaison(case: Case) -> Actor:
    return Cast(case)(Role.UNIT_LIAISON)


def sent(name: str = "整改报告.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored() -> set[str]:
    from django.conf import settings

    return {path.name for path in Path(settings.MEDIA_ROOT).glob("[!.]*/*") if path.is_file()}


def aged(sha256: str, days: int = 2) -> None:
    then = time.time() - days * 86_400
    os.utime(store.stored_at(sha256), (then, then))


# ---- storing


def test_a_file_is_stored_under_its_hash_for_this_user_alone(case: Case, liaison: Actor) -> None:
    attachment = attachments.attach(case, liaison, sent(), kind=MaterialKind.REPORT, note="终稿")

    path = store.stored_at(attachment.sha256)
    assert path.read_bytes() == PDF
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert (attachment.name, attachment.size, attachment.note, attachment.uploaded_by) == (
        "整改报告.pdf",
        len(PDF),
        "终稿",
        liaison.post,
    )
    with store.open_stored(attachment.sha256) as file:
        assert hashlib.sha256(file.read()).hexdigest() == attachment.sha256


def test_attaching_is_an_event_of_the_trail(case: Case, liaison: Actor) -> None:
    attachment = attachments.attach(case, liaison, sent())

    last = Event.objects.filter(case=case).order_by("-seq")[0]
    assert (last.name, last.note["given"]["files"]) == (
        "attach",
        [{"id": attachment.pk, "name": "整改报告.pdf", "sha256": attachment.sha256}],
    )
    assert list(trail.verify(Case.objects.filter(pk=case.pk))) == []


def test_the_same_bytes_are_stored_once(case: Case, liaison: Actor) -> None:
    before = stored()

    first, second = attachments.attach(case, liaison, sent()), attachments.attach(case, liaison, sent("另一个名字.pdf"))

    assert first.sha256 == second.sha256
    assert stored() - before == {first.sha256}


@pytest.mark.accepts(2)
def test_a_refused_file_leaves_neither_row_nor_event_nor_bytes(case: Case, liaison: Actor) -> None:
    before = stored(), Attachment.objects.count(), Event.objects.count()

    with pytest.raises(UploadRefusedError):
        attachments.attach(case, liaison, sent("程序.pdf", b"MZ\x90\x00"))

    assert (stored(), Attachment.objects.count(), Event.objects.count()) == before


def test_a_material_of_tomorrow_is_refused_at_its_field(case: Case, liaison: Actor) -> None:
    tomorrow = timezone.localdate() + timedelta(1)

    with pytest.raises(DomainError) as refused:
        attachments.attach(case, liaison, sent(), formed_on=tomorrow)

    assert refused.value.message == f"形成日期 {tomorrow} 在今天之后，请核对"
    assert refused.value.fields == {"formed_on": "在今天之后"}


def test_a_full_disk_is_said_in_words_and_leaves_no_part(
    case: Case, liaison: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = stored()
    monkeypatch.setattr(store.os, "replace", full)

    with pytest.raises(DomainError) as refused:
        attachments.attach(case, liaison, sent())

    assert refused.value.message == "文件没有存下：磁盘写入失败。请稍后再试，仍不行请告知系统管理员。"
    assert stored() == before


@pytest.mark.parametrize(
    ("kind", "said"),
    [(MaterialKind.OTHER, f"；已去除图片中的拍摄位置；上传的原文件 SHA-256：{PHOTO_SENT}"), (MaterialKind.PHOTO, "")],
)
def test_a_photo_keeps_its_place_only_as_a_photo_of_the_site(
    case: Case, liaison: Actor, kind: MaterialKind, said: str
) -> None:
    attachment = attachments.attach(case, liaison, sent("现场.jpg", photo()), kind=kind, note="车间")

    assert attachment.note == f"车间{said}"
    assert (store.stored_at(attachment.sha256).read_bytes() == photo()) == (kind == MaterialKind.PHOTO)


# ---- withdrawing


def test_a_withdrawn_file_stays_on_record(case: Case, liaison: Actor) -> None:
    attachment = attachments.attach(case, liaison, sent())

    attachments.withdraw_file(attachment, liaison, "传错了")

    assert Attachment.objects.get(pk=attachment.pk).removed_at is not None
    assert store.stored_at(attachment.sha256).exists()
    last = Event.objects.filter(case=case).order_by("-seq")[0]
    assert (last.name, last.note["given"]["reason"]) == ("detach", "传错了")


def test_a_file_is_withdrawn_once(case: Case, liaison: Actor) -> None:
    attachment = attachments.attach(case, liaison, sent())
    attachments.withdraw_file(attachment, liaison, "传错了")

    with pytest.raises(DomainError, match="已经撤下"):
        attachments.withdraw_file(attachment, liaison, "再撤一次")

    assert Event.objects.filter(case=case, name="detach").count() == 1


def test_nobody_withdraws_the_file_of_another(case: Case, liaison: Actor) -> None:
    attachment = attachments.attach(case, liaison, sent())

    with pytest.raises(DomainError, match="只有上传人"):
        attachments.withdraw_file(attachment, Cast(case)(Role.UNIT_LIAISON), "不是我的")

    assert Attachment.objects.get(pk=attachment.pk).removed_at is None


# ---- sweeping


def test_a_failed_step_leaves_bytes_that_the_sweep_removes_a_day_later(case: Case, liaison: Actor) -> None:
    kept = attachments.attach(case, liaison, sent("留.pdf", PDF + b"%kept"))
    with transaction.atomic():
        lost = attachments.attach(case, liaison, sent())
        transaction.set_rollback(True)
    at_once = list(attachments.orphans())
    for sha256 in (kept.sha256, lost.sha256):
        aged(sha256)

    said = attachments.sweep()

    assert at_once == []
    assert said == "清理没有记录指向的文件 1 个"
    assert (store.stored_at(kept.sha256).exists(), store.stored_at(lost.sha256).exists()) == (True, False)


def test_a_withdrawn_file_is_not_swept(case: Case, liaison: Actor) -> None:
    attachment = attachments.attach(case, liaison, sent())
    attachments.withdraw_file(attachment, liaison, "传错了")
    aged(attachment.sha256)

    assert list(attachments.orphans()) == []


def test_an_old_orphan_sent_again_has_its_day_anew(case: Case, liaison: Actor) -> None:
    attachment = attachments.attach(case, liaison, sent())
    aged(attachment.sha256)

    attachments.attach(case, liaison, sent())

    assert store.stored_at(attachment.sha256).stat().st_mtime > time.time() - 60


@pytest.mark.parametrize(
    ("options", "left", "said"),
    [((), True, "共 1 个，未删除（加 --delete 删除）"), (("--delete",), False, "清理没有记录指向的文件 1 个")],
)
def test_the_command_removes_only_when_told(
    settings: Any, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], left: bool, said: str
) -> None:
    sha256 = hashlib.sha256(PDF).hexdigest()
    path = store.stored_at(sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(PDF)
    aged(sha256)

    call_command("sweep_attachments", *options)

    assert capsys.readouterr().out == f"{sha256} {len(PDF)} 字节\n{said}\n"
    assert path.exists() == left


# ---- serving


@pytest.fixture
def attachment(case: Case, liaison: Actor) -> Attachment:
    return attachments.attach(case, liaison, sent())


@pytest.fixture(autouse=True)
def _connection_stays() -> Iterator[None]:
    """Keep the connection with the test: a response that is closed ends its request, and that closes it."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def served(attachment: Attachment, query: str = "", **headers: str) -> Any:
    return serve(RequestFactory().get(f"/{query}", headers=headers), attachment)


def body(response: Any) -> bytes:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return content


def test_a_file_is_a_download_that_nobody_keeps_or_guesses(attachment: Attachment) -> None:
    response = served(attachment)

    assert body(response) == PDF
    kept = (
        "Content-Type", "Content-Length", "Accept-Ranges", "ETag", "Cache-Control", "X-Content-Type-Options",
        "Content-Security-Policy", "Content-Disposition",
    )  # fmt: skip
    assert [response.status_code, *(response[name] for name in kept)] == [
        200, "application/pdf", str(len(PDF)), "bytes", f'"{attachment.sha256}"', "private, no-store", "nosniff",
        "default-src 'none'; sandbox",
        "attachment; filename=\"____.pdf\"; filename*=UTF-8''%E6%95%B4%E6%94%B9%E6%8A%A5%E5%91%8A.pdf",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=5-", 5, len(PDF) - 1),
        ("bytes=-7", len(PDF) - 7, len(PDF) - 1),
        ("bytes=0-", 0, len(PDF) - 1),
        ("bytes=-9999", 0, len(PDF) - 1),
        ("bytes=3-9999", 3, len(PDF) - 1),
    ],
)
def test_a_range_is_answered_with_that_range(attachment: Attachment, asked: str, first: int, last: int) -> None:
    response = served(attachment, range=asked)

    assert body(response) == PDF[first : last + 1]
    assert (response.status_code, response["Content-Range"], response["Content-Length"]) == (
        206,
        f"bytes {first}-{last}/{len(PDF)}",
        str(last - first + 1),
    )


@pytest.mark.parametrize("asked", [f"bytes={len(PDF)}-", "bytes=-0", "bytes=9-3", f"bytes={10**17}-"])
def test_a_range_that_is_not_there_is_refused(attachment: Attachment, asked: str) -> None:
    response = served(attachment, range=asked)

    assert (response.status_code, response["Content-Range"], body(response)) == (416, f"bytes */{len(PDF)}", b"")


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=0-1,4-5", "items=0-3", "bytes=" + "9" * 5000 + "-", "bytes=a-b"])
def test_what_is_no_single_range_gets_the_whole(attachment: Attachment, asked: str) -> None:
    response = served(attachment, range=asked)

    assert (response.status_code, body(response)) == (200, PDF)


@pytest.mark.parametrize(("held", "status"), [(lambda a: f'"{a.sha256}"', 206), (lambda a: '"something else"', 200)])
def test_a_range_of_other_bytes_gets_the_whole(
    attachment: Attachment, held: Callable[[Attachment], str], status: int
) -> None:
    response = served(attachment, **{"range": "bytes=0-3", "if-range": held(attachment)})

    assert (response.status_code, body(response)) == (status, PDF[:4] if status == 206 else PDF)


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [("报告.pdf", PDF, "inline"), ("照片.jpg", JPEG, "inline"), ("表.et", compound("Workbook"), "attachment")],
)
def test_only_pdf_and_pictures_open_in_the_page(
    case: Case, liaison: Actor, name: str, content: bytes, shown: str
) -> None:
    response = served(attachments.attach(case, liaison, sent(name, content)), "?show=1")

    assert (response["Content-Disposition"].partition(";")[0], response["Content-Security-Policy"]) == (
        shown,
        "default-src 'none'; sandbox",
    )
    response.close()


def test_nginx_is_told_where_the_bytes_lie_and_sends_them_itself(
    attachment: Attachment, liaison: Actor, signed_in: Callable[[Actor], Client], settings: Any
) -> None:
    settings.FILES_SENT_BY_NGINX = "/sent-files/"

    own = signed_in(liaison).get(attachment.get_absolute_url(), headers={"range": "bytes=0-3"})
    other = signed_in(an_actor(Role.UNIT_LIAISON)).get(attachment.get_absolute_url())

    assert (own.status_code, own.content, own["X-Accel-Redirect"], own["Content-Type"], own["Cache-Control"]) == (
        200,
        b"",
        f"/sent-files/{attachment.sha256[:2]}/{attachment.sha256}",
        "application/pdf",
        "private, no-store",
    )
    assert own["Content-Disposition"].startswith("attachment;")
    assert (other.status_code, other.has_header("X-Accel-Redirect")) == (404, False)


def test_a_row_without_its_bytes_is_said_in_words(attachment: Attachment) -> None:
    store.stored_at(attachment.sha256).unlink()

    with pytest.raises(DomainError, match="请告知系统管理员核对备份"):
        served(attachment)


def test_the_page_serves_who_sees_the_case_and_nobody_else(
    attachment: Attachment, liaison: Actor, signed_in: Callable[[Actor], Client]
) -> None:
    own = signed_in(liaison).get(attachment.get_absolute_url())
    content, policy = b"".join(own.streaming_content), own["Content-Security-Policy"]
    other = signed_in(an_actor(Role.UNIT_LIAISON)).get(attachment.get_absolute_url())

    assert (own.status_code, content, policy) == (200, PDF, "default-src 'none'; sandbox")
    assert other.status_code == 404


def test_a_withdrawn_file_is_not_served(
    attachment: Attachment, liaison: Actor, signed_in: Callable[[Actor], Client]
) -> None:
    attachments.withdraw_file(attachment, liaison, "传错了")

    assert signed_in(liaison).get(attachment.get_absolute_url()).status_code == 404
