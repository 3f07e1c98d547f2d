"""Files as they come in over the wire: counted before they fill a disk, and a full disk told in words.

A file that is not taken in comes to its form as one with a sentence (`refused`), which the field says beside itself:
what was typed stays, and so do the good files.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

from ui.hostile.unfit import DISK_FULL

MEGABYTE = 1024 * 1024


def refusal_of(file: Any) -> str:
    """Return why a file was not taken in, or ""."""
    return str(getattr(file, "refused", ""))


def refused_file(name: str | None, why: str) -> UploadedFile:
    """Return an empty file that says why the one of this name was not taken in."""
    file = SimpleUploadedFile(name or "文件", b"")
    file.refused = why  # type: ignore[attr-defined]  # a mark of ours, read by refusal_of
    return file


class CountedHandler(FileUploadHandler):
    """Let no more bytes of one sending through than is allowed; the rest is read off the wire and dropped."""

    total = 0
    is_over = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.is_over = self.total > settings.SENDING_MOST_BYTES

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.total += len(raw_data)
        self.is_over = self.is_over or self.total > settings.SENDING_MOST_BYTES
        return None if self.is_over else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.is_over:
            return None
        most = settings.SENDING_MOST_BYTES // MEGABYTE
        return refused_file(self.file_name, f"一次最多上传 {most} MB，从“{self.file_name}”起没有收下。请分几次上传。")


class OnDiskHandler(TemporaryFileUploadHandler):
    """Django's own, which puts what comes in on the disk; where the disk takes no more, that is said in words."""

    is_full = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().new_file(*args, **kwargs)
            self.is_full = False
        except OSError:
            self.is_full = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        try:
            if not self.is_full:
                super().receive_data_chunk(raw_data, start)
        except OSError:
            self.is_full = True
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        try:
            if not self.is_full:
                taken: UploadedFile | None = super().file_complete(file_size)
                return taken
        except OSError:
            pass
        return refused_file(self.file_name, DISK_FULL)
