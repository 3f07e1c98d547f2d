"""How much may be uploaded, and what is said when it is too much: one sending, a case, a unit, a day; a full disk.

The attacker's side of issue 9, section 1: 6 × 49 MB went through in one request.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from casework.apps import _unchecked_files
from casework.models import Attachment, Case, PendingFile
from casework.services import attachments
from organizations.actor import Actor
from organizations.enums import Role
from organizations.models import AccessEntry
from rectification.enums import State
from tests.factories import Cast, a_rectification, an_actor, attach
from tests.papers import PDF
from ui import receiving
from ui.hostile import asking

pytestmark = pytest.mark.django_db
KILO = 1024
TOKEN = "a-token-of-the-form-1"


@pytest.fixture(scope="module")
def made(made_once: Any) -> Case:
    case: Case = made_once(lambda: a_rectification(State.REMEDYING))
    return case


@pytest.fixture
def liaison(made: Case) -> Actor:
    return Cast(made)(Role.UNIT_LIAISON)


@pytest.fixture
def send(made: Case, liaison: Actor, signed_in: Callable[[Actor], Client]) -> Callable[..., Any]:
    client = signed_in(liaison)

    def send(*files: bytes, **more: Any) -> Any:
        sent = [SimpleUploadedFile(f"第{n}件.pdf", content) for n, content in enumerate(files, 1)]
        return client.post(f"/cases/{made.pk}/attach/", {"files": sent, "kind": "other", **more})

    return send


def a_large(n: int) -> bytes:
    return PDF + b"%" + bytes(n * 40 * KILO)


def n_stored(case: Case) -> int:
    return Attachment.objects.filter(case=case, name__startswith="第").count()


def test_more_bytes_than_a_sending_may_have_are_dropped_as_they_come(made: Case, send: Any, settings: Any) -> None:
    settings.SENDING_MOST_BYTES = 100 * KILO

    page = send(a_large(1), a_large(1), a_large(1), a_large(1), _once=TOKEN)

    assert page.status_code == 422
    assert "一次最多上传 0 MB，从“第3件.pdf”起没有收下。请分几次上传。" in page.content.decode()
    assert n_stored(made) == 0
    assert sorted(PendingFile.objects.values_list("name", flat=True)) == ["第1件.pdf", "第2件.pdf"]


def test_more_files_than_a_sending_may_have_are_refused_before_one_is_opened(
    made: Case, send: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SENDING_MOST_FILES = 2
    monkeypatch.setattr("casework.files.reading.read", None)

    page = send(PDF, PDF + b"%2", PDF + b"%3")

    assert "一次最多上传 2 件，这次有 3 件，没有收下。请分几次上传。" in page.content.decode()
    assert n_stored(made) == 0


def test_a_case_that_is_full_takes_no_more(made: Case, send: Any, settings: Any) -> None:
    settings.CASE_MOST_FILES = Attachment.objects.filter(case=made).count() + 1

    first, second = send(PDF), send(PDF + b"%2")

    assert (first.status_code, second.status_code) == (302, 422)
    assert (
        f"本件已有 {settings.CASE_MOST_FILES} 件、0 MB，最多 {settings.CASE_MOST_FILES} 件" in second.content.decode()
    )


def test_a_file_that_is_there_already_needs_no_room(made: Case, liaison: Actor, settings: Any) -> None:
    def put() -> Attachment:
        return attachments.attach(made, liaison, SimpleUploadedFile("第1件.pdf", PDF))

    first = put()
    settings.CASE_MOST_FILES = Attachment.objects.filter(case=made).count()

    assert put() == first


@pytest.mark.parametrize("of", ["files", "bytes"])
def test_a_unit_that_has_sent_its_share_of_the_day_waits_until_tomorrow(
    of: str, made: Case, send: Any, settings: Any, liaison: Actor
) -> None:
    attach(made, liaison)
    there = Attachment.objects.filter(uploaded_by__unit=liaison.unit_id)
    if of == "files":
        settings.UNIT_DAY_MOST_FILES = there.count() + 1
    else:
        settings.UNIT_DAY_MOST_BYTES = sum(there.values_list("size", flat=True)) + len(PDF) + 10

    first, second = send(PDF), send(PDF + b"%2" + bytes(20))

    assert (first.status_code, second.status_code) == (302, 422)
    assert "本单位今天已上传" in second.content.decode()
    assert "请明天再传，或者压缩后上传" in second.content.decode()


def test_a_file_that_is_kept_for_a_form_is_counted_once(made: Case, send: Any, settings: Any, liaison: Actor) -> None:
    there = Attachment.objects.filter(uploaded_by__unit=liaison.unit_id).count()
    send(PDF, formed_on="2099-01-01", _once=TOKEN)  # the day lies in the future: the form comes back
    settings.UNIT_DAY_MOST_FILES = there + 1

    page = send(_pending=PendingFile.objects.get(token=TOKEN).pk, _once=TOKEN)

    assert (page.status_code, n_stored(made)) == (302, 1)


def test_all_together_have_their_share_of_a_day(send: Any, settings: Any) -> None:
    settings.DAY_MOST_FILES = Attachment.objects.count()

    assert "本系统今天收下的文件已经到了上限" in send(PDF).content.decode()


def test_what_is_kept_for_a_form_that_comes_back_again_and_again_stays_within_one_limit(
    send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.services.pending_files.MOST", 3)

    for n in range(3):  # the day lies in the future: the form comes back
        page = send(PDF + b"%%%d" % (2 * n), PDF + b"%%%d" % (2 * n + 1), formed_on="2099-01-01", _once=TOKEN)

    assert PendingFile.objects.filter(token=TOKEN).count() == 3
    assert "“第2件.pdf”没有留下，提交前请重新选择" in page.content.decode()


@pytest.mark.parametrize("full", ["where files wait", "where files are kept"])
def test_a_full_disk_is_told_in_the_same_words_wherever_it_is_full(
    full: str, made: Case, send: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if full == "where files wait":
        settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "away")
    else:
        monkeypatch.setattr("casework.services.attachments.keep", refuse_to_write)

    page = send(PDF + bytes(3 << 20))

    assert page.status_code == 422
    assert "文件没有存下：磁盘写入失败。请稍后再试，仍不行请告知系统管理员。" in page.content.decode()
    assert n_stored(made) == 0


def refuse_to_write(file: Any, sha256: str) -> None:
    from casework.files import store

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", full_disk)
        store.keep(file, sha256)


def full_disk(*_: Any) -> None:
    raise OSError(28, "No space left on device")


def test_a_disk_that_fills_up_in_the_middle_of_a_file_is_told_as_well(
    made: Case, send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving.TemporaryFileUploadHandler, "receive_data_chunk", full_disk)

    page = send(PDF + bytes(3 << 20), _once=TOKEN)

    assert "文件没有存下：磁盘写入失败" in page.content.decode()
    assert not PendingFile.objects.exists()


@pytest.mark.parametrize("small", [True, False])
def test_where_there_is_no_room_to_read_a_file_it_is_told_as_well(
    small: bool, made: Case, send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile" if small else "os.pipe", full_disk)

    page = send(PDF if small else PDF + bytes(3 << 20), _once=TOKEN)

    assert "文件没有存下：磁盘写入失败" in page.content.decode()
    assert n_stored(made) == 0


UNSEARCHED = "没有接查毒程序（CLAMAV_SOCKET），收下的文件未查毒"
BROKEN = b"%PDF-1.4\nbroken"
LACKS = {  # what is sent, what is set, why it could not be looked at -> taken, or refused, or nothing to tell
    "read and not to be searched": (PDF, {}, "", ""),
    "not to be read": (BROKEN, {}, "未能读出文字，没有检查密级标志", "收下"),
    "beyond its budget": (PDF, {"SENDING_CPU_SECONDS": 0}, "内容过于复杂，在限定的时间和内存内没有检查完", "没有收下"),
    "beyond it, and taken": (PDF, {"SENDING_CPU_SECONDS": 0, "TAKE_UNREAD_FILES": True},
        "内容过于复杂，在限定的时间和内存内没有检查完", "收下"),
    "not searched": (PDF, {"CLAMAV_SOCKET": "/nowhere"}, "查毒程序没有答复", "没有收下"),
    "not searched, and taken":
        (PDF, {"CLAMAV_SOCKET": "/nowhere", "TAKE_UNREAD_FILES": True}, "查毒程序没有答复", "收下"),
    "refused for what it is": (b"MZ", {"CLAMAV_SOCKET": "/nowhere"}, "", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", LACKS)
def test_the_security_administrator_is_told_of_every_file_that_could_not_be_looked_at(
    case: str, send: Any, made: Case, signed_in: Any, settings: Any
) -> None:
    content, given, why, outcome = LACKS[case]
    for name, value in given.items():
        setattr(settings, name, value)
    before = n_stored(made)

    send(content)

    settings.CLAMAV_SOCKET = "/run/clamav/clamd.ctl"
    page = signed_in(an_actor(Role.SECURITY_ADMIN)).get(reverse("organizations:users")).content.decode()
    told = f"最近 7 天{outcome}未能检查的文件 1 个（{made.unit.name} 1 个），名称和 SHA-256 在运行日志里"
    lines = list(AccessEntry.objects.filter(what__startswith="un_").values_list("about", flat=True))
    assert ("未能检查的文件" in page, told in page) == (bool(why), bool(why))
    assert lines == ([f"{why}，SHA-256：{hashlib.sha256(content).hexdigest()}"] if why else [])
    assert n_stored(made) - before == (outcome == "收下" or case == "read and not to be searched")


def test_the_security_administrator_is_told_that_nothing_is_searched_and_nobody_else_is(
    liaison: Actor, settings: Any
) -> None:
    administrator = an_actor(Role.SECURITY_ADMIN)
    without = (_unchecked_files(administrator), _unchecked_files(liaison))
    settings.CLAMAV_SOCKET = "/run/clamav/clamd.ctl"

    assert without == (UNSEARCHED, "")
    assert _unchecked_files(administrator) == ""


def test_one_post_has_its_files_read_one_after_the_other(
    send: Any, liaison: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.files.uploads.WAIT_FOR_OWN", 0.1)
    with asking.a_place(f"post-{liaison.post.pk}", 1):
        page = send(PDF)

    assert "正在检查的文件较多，没有收下。请过一会儿再提交。" in page.content.decode()
    assert send(PDF).status_code == 302


def test_only_a_part_of_the_threads_waits_for_readings(send: Any, settings: Any) -> None:
    settings.SENDINGS_AT_ONCE = 2
    with asking.a_place("sendings", 2), asking.a_place("sendings", 2):
        page = send(PDF)

    assert "正在检查的文件较多，没有收下。请过一会儿再提交。" in page.content.decode()
    assert send(PDF).status_code == 302


def test_a_process_keeps_threads_for_pages_although_places_are_free(send: Any, settings: Any) -> None:
    settings.SENDINGS_AT_ONCE_OF_A_PROCESS = 2
    with asking.a_thread(2), asking.a_thread(2):
        page = send(PDF)

    assert "正在检查的文件较多，没有收下。请过一会儿再提交。" in page.content.decode()
    assert send(PDF).status_code == 302
