"""A Word or Excel file that proves something is converted once, by the worker, and looked at as a PDF."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook
from pypdf import PdfReader

from casework.files import converting
from casework.files.converting import Made
from casework.files.store import keep, stored_at
from casework.models import Attachment, PdfCopy
from casework.services import attachments
from organizations.models import AccessEntry
from qingyang_inspect.demonstration.paper import docx
from rectification import services
from rectification.enums import State
from rectification.models import Proof
from rectification.services import pdf_copies
from tests.conftest import SOFFICE
from tests.papers import PDF
from tests.rectification.scenes import L, Scene, at, today
from ui.hostile.asking import BusyError

pytestmark = pytest.mark.django_db


def a_sheet() -> bytes:
    book = Workbook()
    book.active.append(["案卷", "复核人"])
    into = BytesIO()
    book.save(into)
    return into.getvalue()


SHEET = a_sheet()


@pytest.fixture
def filed(settings: Any, monkeypatch: Any) -> Scene:
    settings.SOFFICE = "soffice"
    monkeypatch.setattr(pdf_copies, "_seen_to", [0])
    scene = at(State.REMEDYING)
    sheet = SimpleUploadedFile("台账.xlsx", SHEET)
    services.complete_measure(
        scene.measures[0], scene.who(L), result="已建台账", done_on=today(), filed=[services.Filed(sheet)]
    )
    return scene


def sheet_of(scene: Scene) -> Attachment:
    return Attachment.objects.get(case=scene.pk, name="台账.xlsx")


def seen(scene: Scene, signed_in: Any) -> str:
    text: str = signed_in(scene.who(L)).get(reverse("rectification-evidence", args=[scene.pk])).content.decode()
    return text


@pytest.mark.office
@pytest.mark.once(reason="LibreOffice")
def test_libreoffice_makes_a_pdf_within_the_limits_of_the_reader(settings: Any) -> None:
    settings.SOFFICE = SOFFICE
    files = {"台账.xlsx": SHEET, "报告.docx": docx("关于整改情况的报告"), "坏的.docx": b"PK\x03\x04" + bytes(200)}
    for content in files.values():
        keep(BytesIO(content), hashlib.sha256(content).hexdigest())

    made = {name: converting.as_pdf(hashlib.sha256(content).hexdigest(), name) for name, content in files.items()}

    assert {name: one.why for name, one in made.items()} == {
        "台账.xlsx": "", "报告.docx": "", "坏的.docx": "文件损坏或者设有口令，转换不出来",
    }  # fmt: skip
    report = PdfReader(BytesIO(stored_at(made["报告.docx"].sha256).read_bytes()))
    assert "关于整改情况的报告" in report.pages[0].extract_text()


def test_each_file_is_converted_once_whatever_came_of_it(filed: Scene, monkeypatch: Any) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        converting, "as_pdf", lambda sha256, name: asked.append(name) or Made(why="转换超过了限定的时间")
    )

    did = [pdf_copies.convert_next() for _ in range(3)]
    monkeypatch.setattr(pdf_copies, "_seen_to", [0])  # another worker begins
    did.append(pdf_copies.convert_next())

    assert (did, asked) == ([True, False, False, False], ["台账.xlsx"])


def test_what_was_numbered_earlier_and_committed_later_is_converted_too(filed: Scene, monkeypatch: Any) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        converting, "as_pdf", lambda sha256, name: asked.append(name) or Made(why="转换超过了限定的时间")
    )
    late, later = Proof.objects.get(), Proof.objects.get()
    later.pk += 1  # of another measure: its transaction is done first
    later.measure = filed.measures[1]
    later.file = Attachment.objects.create(
        case=filed.case, name="照片.jpg", size=1, sha256="1" * 64, content_type="image/jpeg", uploaded_at=timezone.now()
    )
    late.delete()
    later.save(force_insert=True)

    before = pdf_copies.convert_next()
    Proof.objects.create(pk=later.pk - 1, measure=filed.measures[0], file=sheet_of(filed))

    assert (before, pdf_copies.convert_next(), asked) == (False, True, ["台账.xlsx"])


def test_a_file_waits_while_no_place_is_free_and_is_not_given_up(filed: Scene, monkeypatch: Any) -> None:
    def busy(sha256: str, name: str) -> Made:
        raise BusyError

    with monkeypatch.context() as patch:
        patch.setattr(converting, "as_pdf", busy)
        waiting = pdf_copies.convert_next()
    monkeypatch.setattr(converting, "as_pdf", lambda sha256, name: Made("0" * 64))

    assert (waiting, pdf_copies.convert_next(), PdfCopy.objects.get().pdf) == (False, True, "0" * 64)


def test_the_page_shows_the_pdf_or_says_why_there_is_none(filed: Scene, signed_in: Any, settings: Any) -> None:
    sheet, sha256 = sheet_of(filed), hashlib.sha256(PDF).hexdigest()

    waiting = seen(filed, signed_in)
    settings.SOFFICE = ""
    without = seen(filed, signed_in)
    copy = PdfCopy.objects.create(sha256=sheet.sha256, why="转换超过了限定的时间或者内存")
    failed = seen(filed, signed_in)
    PdfCopy.objects.filter(pk=copy.pk).update(pdf=sha256, why="")
    shown = seen(filed, signed_in)

    assert "正在把它转换成 PDF" in waiting
    assert "本系统没有配备文件转换程序" in without
    assert "没有转换成 PDF：转换超过了限定的时间或者内存" in failed
    assert f'<iframe class="qy-frame" src="/attachments/{sheet.pk}/pdf/?show=1#navpanes=0"' in shown


def test_the_pdf_is_served_and_told_as_the_file_is(filed: Scene, signed_in: Any) -> None:
    sheet, sha256 = sheet_of(filed), hashlib.sha256(PDF).hexdigest()
    url = reverse("attachment-pdf", args=[sheet.pk])
    none_yet = signed_in(filed.who(L)).get(url).status_code
    keep(BytesIO(PDF), sha256)
    PdfCopy.objects.create(sha256=sheet.sha256, pdf=sha256)
    before = AccessEntry.objects.filter(what="download").count()

    shown = signed_in(filed.who(L)).get(f"{url}?show=1")

    assert b"".join(shown.streaming_content) == PDF
    said = [shown[name] for name in ("Content-Type", "Content-Security-Policy", "X-Frame-Options")]
    assert said == ["application/pdf", "default-src 'none'; sandbox", "SAMEORIGIN"]
    assert (before, AccessEntry.objects.filter(what="download").count()) == (0, 1)
    stranger = signed_in(at(State.REMEDYING).who(L))
    assert (none_yet, stranger.get(url).status_code) == (404, 404)


def test_the_pdf_stays_as_long_as_its_file(filed: Scene, settings: Any) -> None:
    sheet = sheet_of(filed)
    keep(BytesIO(PDF), hashlib.sha256(PDF).hexdigest())
    PdfCopy.objects.create(sha256=sheet.sha256, pdf=hashlib.sha256(PDF).hexdigest())
    lying = {path.name for path in attachments.orphans(older_than=-attachments.GRACE)}
    attachments.withdraw_file(sheet, filed.who(L), "传错了")
    settings.WITHDRAWN_FILES_KEPT_DAYS = -1

    attachments.wipe_withdrawn()

    left = {path.name for path in attachments.orphans(older_than=-attachments.GRACE)}
    assert hashlib.sha256(PDF).hexdigest() not in lying
    assert left >= {sheet.sha256, hashlib.sha256(PDF).hexdigest()}
    assert PdfCopy.objects.count() == 0
