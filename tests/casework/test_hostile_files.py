"""What a small file could cost: it is read in a child that the system ends, and said in words; the server goes on."""

from __future__ import annotations

import os
import signal
import struct
import threading
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory

from casework.files import pdf, place_of_taking, reading
from casework.files.uploads import _read_each, check, look_through
from casework.models import Attachment
from organizations.actor import Actor
from organizations.enums import Role
from rectification.enums import State
from tests.casework.test_uploads import refusal, uploaded
from tests.factories import Cast, a_rectification
from tests.papers import PDF, a_pdf, docx, xlsx
from ui.hostile import asking

BEYOND = "内容过于复杂，在限定的时间和内存内没有检查完"
WIDE = b"100 beginbfrange " + b"".join(b"<%04x0000><%04xffff><0000>\n" % (n, n) for n in range(200)) + b"endbfrange"
BUDGET = 0.3  # seconds of the processor
TICK = 0.05  # its timer is coarse, and a child that finishes just then says so
HOSTILE: dict[str, Callable[[], bytes]] = {
    # the attack of the security review: 9 kB that cost minutes
    "the same letter two hundred thousand times, nine pages, sixty fonts": lambda: a_pdf(
        *[b"BT /F1 1 Tf " + b"(A)Tj " * 33_000 + b" ET"] * 9, maps=(b"1 beginbfchar <41> <0041> endbfchar",) * 60),
    "ranges of codes without end": lambda: a_pdf(b"BT /F1 1 Tf (A) Tj ET", maps=(WIDE,) * 20),
    "begins without an end": lambda: a_pdf(b"BT /F1 1 Tf (A) Tj ET", maps=(b"endbfrange " + b"beginbfchar" * 190_000,)),
    "lists without an end": lambda: a_pdf(b"BT /F1 1 Tf (A) Tj ET",
        maps=(b"beginbfrange" + b"<00><00>[" * 200_000 + b"endbfrange",)),
    "escaped brackets": lambda: a_pdf(b"BT /F1 1 Tf " + b"(" + b"\\(" * 99_000 + b" Tj"),
    "streams in a stream": lambda: a_pdf(loose=(b"stream\n" * 4000,)),
    "streams without an end": lambda: b"%PDF-1.4\n" + b"stream\n" * 4000 + bytes(5_000_000),
    "a bomb in a stream": lambda: a_pdf(bytes(70_000_000)),
    "arrays in arrays": lambda: a_pdf(b"[" * 300_000),
    "a page that is its own parent": lambda: PDF.replace(b"/Parent 2 0 R", b"/Parent 3 0 R"),
    "pages that are pages": lambda: PDF.replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_pdf_takes_no_longer_than_its_budget(case: str, settings: Any) -> None:
    settings.READING_CPU_SECONDS = BUDGET
    file = uploaded("x", HOSTILE[case]())

    found = reading.read(file, "x.pdf", "pdf")

    assert found.problem in {"", "beyond"}
    assert found.seconds <= BUDGET + TICK  # of the child's processor; nothing of it is read here


@pytest.mark.parametrize("takes", [False, True])
def test_a_file_that_is_not_read_in_its_budget_is_refused_or_taken_with_a_word(takes: bool, settings: Any) -> None:
    settings.READING_CPU_SECONDS, settings.TAKE_UNREAD_FILES = BUDGET, takes
    content = a_pdf(  # its first page alone costs more
        b"BT /F1 1 Tf " + b"(A)Tj " * 150_000 + b" ET", maps=(b"1 beginbfchar <41> <0041> endbfchar",) * 60
    )

    if takes:
        assert check(uploaded("x", content), "报告.pdf").unread == f"未能检查：{BEYOND}"
    else:
        assert refusal("报告.pdf", content) == (
            f"“报告.pdf”的{BEYOND}，没有收下。文件没有保留。请用办公软件另存一份，或者分成几份后上传。"
        )


def test_a_file_beyond_its_memory_is_refused_in_the_same_words(settings: Any) -> None:
    settings.READING_MEMORY_BYTES = 96 * 1024 * 1024

    assert BEYOND in refusal("报告.pdf", a_pdf(bytes(70_000_000)))


def test_a_pdf_that_cannot_be_read_is_taken_with_a_word() -> None:
    assert check(uploaded("x", b"%PDF-1.4\nbroken"), "扫描.pdf").unread == "未能检查：未能读出文字，没有检查密级标志"


def test_a_pdf_whose_first_pages_take_too_long_is_taken_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS_FOR_PAGES", 0)

    assert pdf.read(BytesIO(a_pdf(*[b"BT /F1 1 Tf (A) Tj ET"] * 3))).unread == ""
    assert "没有检查完密级标志" in pdf.read(BytesIO(a_pdf(*[b"BT /F1 1 Tf (A) Tj ET"] * 4))).unread


def broken(*_: Any) -> Any:
    raise ValueError("a page that no one can read")


@pytest.mark.parametrize("what", [{"SECONDS_FOR_PAGES": 0}, {"_texts": broken}])
def test_a_program_is_found_behind_pages_that_cannot_be_read(
    what: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in what.items():
        monkeypatch.setattr(pdf, name, value)
    pages = [b"BT /F1 1 Tf (A) Tj ET"] * 4

    assert pdf.read(BytesIO(a_pdf(*pages, loose=(b"MZ" + bytes(99),)))) == pdf.Reading(program="程序")
    assert pdf.read(BytesIO(a_pdf(*pages, loose=("秘密★".encode(),)))).is_marked
    assert "没有检查" in pdf.read(BytesIO(a_pdf(*pages))).unread


def test_a_pdf_whose_streams_take_too_long_is_beyond_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS_FOR_STREAMS", -1)

    with pytest.raises(MemoryError):  # the child says beyond: refused, or taken with a word, as it is configured
        pdf.read(BytesIO(PDF))


@pytest.mark.parametrize(("name", "content"), [("报告.pdf", PDF), ("报告.docx", docx()), ("台账.xlsx", xlsx())])
def test_an_ordinary_file_is_read_to_its_end(name: str, content: bytes) -> None:
    assert check(uploaded("x", content), name).unread == ""


def test_the_reader_knows_no_secret_and_is_replaced_when_it_is_gone() -> None:
    reading.read(uploaded("x", PDF), "x.pdf", "pdf")
    assert asking._reader is not None
    process = asking._reader.process
    with open(f"/proc/{process.pid}/environ", "rb") as environment:
        known = environment.read()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    again = reading.read(uploaded("x", PDF), "x.pdf", "pdf")

    assert b"SECRET" not in known
    assert b"DATABASE" not in known
    assert (again.problem, asking._reader.process.pid != process.pid) == ("", True)


def test_when_all_places_are_taken_a_file_waits_and_is_then_refused_in_words(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.READINGS_AT_ONCE = 1
    monkeypatch.setattr(asking, "WAIT_FOR_PLACE", 0.2)
    with asking.a_place("all", 1):
        refused = refusal("报告.pdf", PDF)

    assert refused == "正在检查的文件较多，没有收下。请过一会儿再提交。"
    assert check(uploaded("x", PDF), "报告.pdf").size == len(PDF)


def test_several_are_read_side_by_side() -> None:
    found: list[reading.Reading] = []
    threads = [
        threading.Thread(target=lambda: found.append(reading.read(uploaded("x", PDF), "x.pdf", "pdf")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [one.problem for one in found] == [""] * 6


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_is_read_before_the_transaction_begins(
    signed_in: Callable[[Actor], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = a_rectification(State.REMEDYING)
    client = signed_in(Cast(case)(Role.UNIT_LIAISON))
    before, inside = Attachment.objects.filter(case=case).count(), []
    asked = asking._asked

    def watched(*given: Any) -> Any:
        inside.append(connection.in_atomic_block)
        return asked(*given)

    monkeypatch.setattr(asking, "_asked", watched)
    sent = {"files": [SimpleUploadedFile("一.pdf", PDF), SimpleUploadedFile("二.docx", docx())], "kind": "other"}

    client.post(f"/cases/{case.pk}/attach/", sent)

    assert Attachment.objects.filter(case=case).count() == before + 2
    assert inside == [False, False]  # each once, and none again within


@pytest.mark.django_db
def test_the_harness_fails_a_page_that_has_a_file_read_within_its_transaction(
    signed_in: Callable[[Actor], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = a_rectification(State.REMEDYING)
    client = signed_in(Cast(case)(Role.UNIT_LIAISON))
    monkeypatch.setattr("ui.pages.before_writing", [])  # as if nobody had them read before

    with pytest.raises(AssertionError, match="a file is read within a transaction"):
        client.post(f"/cases/{case.pk}/attach/", {"files": [SimpleUploadedFile("一.pdf", PDF)], "kind": "other"})


def test_nobody_has_a_file_read_without_having_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("casework.files.reading.read", lambda *given, **_: asked.append(given))

    look_through(RequestFactory().post("/", {"files": SimpleUploadedFile("一.pdf", PDF)}))

    assert asked == []


def test_all_files_of_a_sending_share_one_budget(settings: Any) -> None:
    settings.READING_CPU_SECONDS, settings.SENDING_CPU_SECONDS = 0.5, 0.8
    hostile = next(iter(HOSTILE.values()))()
    sent = [("files", uploaded(f"{n}.pdf", content)) for n, content in enumerate((hostile, PDF, hostile, PDF))]

    _read_each([file for _, file in sent])

    assert [file.reading.problem for _, file in sent] == ["beyond", "", "beyond", "beyond"]


def test_a_picture_that_points_everywhere_takes_little_memory() -> None:
    n = 200
    inner = struct.pack("<H", n) + b"".join(struct.pack("<HHLL", 1, 2, 0xFFFF, 8) for _ in range(n))
    outer = struct.pack("<H", n) + b"".join(struct.pack("<HHLL", 0x8825, 4, 1, 8 + 2 + 12 * n) for _ in range(n))
    data = b"\xff\xd8Exif\x00\x00II*\x00" + struct.pack("<L", 8) + outer + inner + bytes(100_000)

    tracemalloc.start()
    found = place_of_taking.patches(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sum(len(blank) for _, blank in found) <= 1 << 20
    assert most < 8 << 20
