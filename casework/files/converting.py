"""Have a PDF made of a stored Word or Excel file in the child process (`casework.files.as_pdf`)."""

from __future__ import annotations

import hashlib
import tempfile
from typing import NamedTuple

from django.conf import settings

from casework.files import reading
from casework.files.content import TYPES, extension
from casework.files.store import keep, open_stored
from casework.models import Attachment, PdfCopy
from ui.errors import DomainError
from ui.hostile import asking

READER = "casework.files.as_pdf"
CONVERTED = frozenset(TYPES[ext][0] for ext in ("docx", "xlsx"))  # what has a PDF made of it
MOST_SAID, PATIENCE = 4 * 1024, 5  # bytes of an answer; seconds of waiting for each second of the processor


class Made(NamedTuple):
    """The PDF, by its hash in the store; or why there is none."""

    sha256: str = ""
    why: str = ""


def is_there() -> bool:
    """Whether this machine has LibreOffice."""
    return bool(settings.SOFFICE)


def pdf_of(file: Attachment) -> str:
    """Return the hash of the PDF that was made of a file, or "" where there is none."""
    return PdfCopy.objects.filter(sha256=file.sha256).values_list("pdf", flat=True).first() or ""


def as_pdf(sha256: str, name: str) -> Made:
    """Make the PDF and put it into the store; it is looked through like every PDF that is taken.

    Raises:
        asking.BusyError: all places for reading are taken.
    """
    seconds = settings.CONVERTING_CPU_SECONDS
    with tempfile.TemporaryFile() as made:
        try:
            with (
                open_stored(sha256) as file,
                asking.answers(
                    READER, file, seconds=seconds, most_said=MOST_SAID, most_written=settings.ATTACHMENT_MAX_BYTES,
                    into=made, ext=extension(name), soffice=settings.SOFFICE, patience=seconds * PATIENCE,
                ) as answers,
            ):  # fmt: skip
                found, _ = answers
        except asking.BeyondError:
            return Made(why="转换超过了限定的时间或者内存")
        except DomainError as lost:
            return Made(why=lost.message)
        if "unfit" in found:
            return Made(why=found["unfit"])
        problem = reading.read(made, "转换的 PDF", "pdf").problem
        if problem == "busy":
            raise asking.BusyError
        if problem:
            return Made(why="转换出的 PDF 没有通过检查")
        made.seek(0)
        of_pdf = hashlib.file_digest(made, "sha256").hexdigest()
        keep(made, of_pdf)
    return Made(of_pdf)
