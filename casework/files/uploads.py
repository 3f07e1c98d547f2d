"""What may be uploaded: an office's own formats, judged by content, and nothing that bears a classification mark.

Rules: docs/domain/dictionaries.md 9.8, docs/domain/compliance.md 6.2, issue section 10. A refused file leaves no trace
but its name and hash in the log.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from casework.files import classification, content, quotas, reading, viruses
from organizations.requests import actor_of
from organizations.services import access_log
from ui.errors import DomainError
from ui.hostile import asking
from ui.hostile.unfit import DISK_FULL
from ui.taking import Taken, What

log = logging.getLogger(__name__)
LONGEST_NAME = 120
BEYOND = "内容过于复杂，在限定的时间和内存内没有检查完"
NO_ANSWER = "查毒程序没有答复"
UNREAD = "未能检查"
BUSY = "正在检查的文件较多，没有收下。请过一会儿再提交。"
SIMPLER = "请用办公软件另存一份，或者分成几份后上传。"
WAIT_FOR_OWN = 3  # seconds, for what the same post sends in another window
RESERVED = re.compile(
    r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE
)  # devices, on the Windows machines that will download it


def most() -> str:
    """Return how large one file may be, in words."""
    return f"{settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)} MB"


# stands at every field that takes files
TERMS = (
    f"可以上传 {content.WORDS}，可以一次选多件，单件不超过 {most()}；HEIC、WebP 照片收下时转成 jpg。"
    "本系统为非涉密系统，严禁上传涉密文件。"
)
ACCEPTED = ",".join(f".{ext}" for ext in content.TYPES)  # what a browser offers


class UploadRefusedError(DomainError):
    """The file was not taken; the message says why and what to do."""


@dataclass(frozen=True)
class CheckedFile:
    """What was found about a file that may be taken.

    `sent_as`: the SHA-256 of what was sent, where something else is kept; `said`: why, in words; `lost_location`: the
    place where the photo was made has been taken out; `unread`: what of it could not be searched
    for marks, in words, or ""; `is_searched`: for viruses; `places_left`: how many pictures inside still say
    where they were made.
    """

    name: str
    size: int
    sha256: str
    content_type: str
    lost_location: bool = False
    unread: str = ""
    is_searched: bool = False
    places_left: int = 0
    sent_as: str = ""
    said: str = ""

    @property
    def words(self) -> str:
        """What stands beside the file for whoever reads it."""
        return "；".join(
            filter(
                None,
                (
                    self.said,
                    "已去除图片中的拍摄位置" if self.lost_location else "",
                    f"其中 {self.places_left} 张图片带有拍摄位置，没有去除" if self.places_left else "",
                    self.unread,
                    f"上传的原文件 SHA-256：{self.sent_as}" if self.sent_as else "",
                ),
            )
        )


def clean_name(name: str) -> str:
    """Return a name safe to show and download.

    No path, no control or direction characters, none that Windows keeps for itself.

    Raises:
        UploadRefusedError: nothing is left, or it is longer than 120 characters.
    """
    base = name.replace("\\", "/").rpartition("/")[2]
    base = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C").strip(" .")
    base = re.sub(r'[<>:"|?*]', "_", base)
    if not base:
        raise UploadRefusedError("文件没有名字，没有收下。请改名后重新选择。")
    if len(base) > LONGEST_NAME:
        raise UploadRefusedError(
            f"“{base[:30]}…”的文件名有 {len(base)} 个字，超过 {LONGEST_NAME} 个，没有收下。请改短后重新选择。"
        )
    return f"_{base}" if RESERVED.fullmatch(base) else base


def look_through(request: HttpRequest) -> None:
    """Have every file of a request read before its transaction begins.

    What was found is kept with the file for `check`, and what is beyond a quota is said beside its field.

    One budget for all files of a sending: those after it is spent are not read at all. One post has its files read one
    after the other, in whatever number of windows it sends them; and no more than a part of the threads that answer, of
    all and of each process, wait for readings at once, so that pages are answered whatever is sent.
    """
    files: list[Any] = [file for _, files in request.FILES.lists() for file in files]
    actor: Any = getattr(request, "actor", None)
    if not files or actor is None:  # an open page takes none: nobody has one read without having signed in
        return
    if why := quotas.beyond_sending(len(files)) or quotas.beyond_day(actor, files):
        for file in files:
            file.refused = why
        return
    try:
        with (
            asking.a_thread(settings.SENDINGS_AT_ONCE_OF_A_PROCESS),  # first: whoever waits holds a thread
            asking.a_place("sendings", settings.SENDINGS_AT_ONCE, wait=0),
            asking.a_place(f"post-{actor.post.pk}", settings.READINGS_AT_ONCE_OF_A_POST, wait=WAIT_FOR_OWN),
        ):
            _read_each(files)
            _tell_of_unread(request, files)
    except asking.BusyError:
        _say_of_unread(files, reading.Reading("busy"))
    except OSError:
        log.exception("no room to read what was sent")
        _say_of_unread(files, reading.Reading("unfit", DISK_FULL))


def _tell_of_unread(request: HttpRequest, files: list[Any]) -> None:
    """Tell the log of what could not be looked at or was not searched for viruses, whether it is then taken or not: the
    security administrator's first page counts it. Its name stands in the log of the server alone.
    """
    for file in files:
        found: reading.Reading = getattr(file, "reading", reading.Reading("unfit"))
        lack = _lack_of(found, getattr(file, "scan", viruses.UNSEARCHED))
        if not lack.what:
            continue
        what: What = "un_not" if lack.is_refused else "un_taken"
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        log.warning("file not examined, %s: %s %s", "refused" if lack.is_refused else "taken", file.name, sha256)
        access_log.record(request, Taken(what, f"{lack.what}，SHA-256：{sha256}", unit_id=actor_of(request).unit_id))


class Lack(NamedTuple):
    """What could not be looked at of a file that is fit otherwise, or ""; whether it is refused for that."""

    what: str = ""
    is_refused: bool = False


def _lack_of(found: reading.Reading, scan: viruses.Scan) -> Lack:
    """Say it of a file; whether it is refused is the office's setting, but for marks that could not be sought in parts
    of it: then it is taken with a word.
    """
    is_refused = not settings.TAKE_UNREAD_FILES
    if found.problem == "beyond":
        return Lack(BEYOND, is_refused)
    if found.problem or scan.virus:  # not taken anyway
        return Lack()
    if settings.CLAMAV_SOCKET and not scan.is_searched:
        return Lack(NO_ANSWER, is_refused)
    return Lack(found.words)


def _say_of_unread(files: list[Any], what: reading.Reading) -> None:
    for file in files:
        file.reading = getattr(file, "reading", None) or what


def _read_each(files: list[Any]) -> None:
    left: float = settings.SENDING_CPU_SECONDS
    is_hung = False
    for file in files:
        with suppress(UploadRefusedError):  # by its name: said at its field, by `check`
            name = clean_name(file.name)
            ext = content.extension(name)
            if ext in content.TYPES and 0 < file.size <= settings.ATTACHMENT_MAX_BYTES:
                file.reading = reading.read(file, name, ext, seconds=left) if left > 0 else reading.Reading("beyond")
                left -= file.reading.seconds
                if file.reading.problem not in {"unfit", "marked", "busy"}:  # refused anyway
                    file.scan = viruses.UNSEARCHED if is_hung else viruses.search(file)
                    is_hung = is_hung or file.scan.is_hung  # each further one would wait as long


def check(file: Any, name: str, *, keep_location: bool = False, as_it_is: bool = False) -> CheckedFile:
    """Look a file through and return what it is; reads in pieces and leaves the file at its start.

    What is kept in its place, such as a photo without where it was made, is written over the file given before it is
    measured.

    Args:
        keep_location: leave in a photo where it was made.
        as_it_is: leave everything as it came: it is looked through again when it is kept for good.

    Raises:
        UploadRefusedError: it is empty, too large, of a kind not taken, not what its name says, packed to burst, or
            marked as classified.
    """
    name, ext = _named(file, name)
    sent_as = _sent_as(file, name)
    found = file.reading = getattr(file, "reading", None) or reading.read(file, name, ext)  # once, as it was sent
    scan = _refuse_unfit(file, name, found)
    lost_location = False
    if found.copy and not as_it_is:
        lost_location = found.copy.write_over(file, with_place=keep_location)
        name = f"{name[: -len(ext)]}{found.ext}" if found.ext else name
    size, sha256 = _measure(file, name)
    file.seek(0)
    unread = BEYOND if found.problem else found.words
    return CheckedFile(
        name,
        size,
        sha256,
        content.TYPES[content.extension(name)][0],
        lost_location,
        f"{UNREAD}：{unread}" if unread else "",
        scan.is_searched,
        0 if keep_location else found.places_left,
        sent_as if sent_as != sha256 else "",
        found.said,
    )


def _sent_as(file: Any, name: str) -> str:
    """Return the SHA-256 of what was sent, also when the same file is taken into another case and was written over."""
    if not hasattr(file, "sent_as"):
        file.sent_as = _measure(file, name)[1]
    return str(file.sent_as)


def _named(file: IO[bytes], name: str) -> tuple[str, str]:
    """Return the clean name and what it ends with; refuse a file for these alone."""
    name = clean_name(name)
    if classification.in_text(name):
        raise _marked(file, name, "文件名")
    ext = content.extension(name)
    if ext not in content.TYPES:
        raise UploadRefusedError(f"“{name}”不是可以上传的格式，没有收下。可以上传 {content.WORDS}。{content.NOT_KEPT}")
    return name, ext


def _refuse_unfit(file: IO[bytes], name: str, found: reading.Reading) -> viruses.Scan:
    """Refuse a file for what was found in it, or for what could not be looked at; return what the search said."""
    if found.problem == "unfit":
        raise UploadRefusedError(found.words)
    if found.problem == "busy":
        raise UploadRefusedError(BUSY)
    if found.problem == "marked":
        raise _marked(file, name, "文件内容")
    scan: viruses.Scan = getattr(file, "scan", None) or viruses.search(file)
    if scan.virus:
        raise _infected(file, name, scan.virus)
    lack = _lack_of(found, scan)
    if lack.is_refused and lack.what == BEYOND:
        raise UploadRefusedError(f"“{name}”的{BEYOND}，没有收下。{content.NOT_KEPT}{SIMPLER}")
    if lack.is_refused:
        raise UploadRefusedError(
            f"“{name}”没有收下：{NO_ANSWER}。{content.NOT_KEPT}请稍后再试，仍不行请告知系统管理员。"
        )
    return scan


def _measure(file: IO[bytes], name: str) -> tuple[int, str]:
    """Return size and SHA-256; stop at the first byte too many."""
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    while piece := file.read(1 << 20):
        size += len(piece)
        digest.update(piece)
        if size > settings.ATTACHMENT_MAX_BYTES:
            raise UploadRefusedError(
                f"“{name}”超过 {most()}，没有收下。{content.NOT_KEPT}请压缩图片，或者分成几份上传。"
            )
    if not size:
        raise UploadRefusedError(f"“{name}”是空文件（0 字节），没有收下。请检查后重新选择。")
    return size, digest.hexdigest()


def _infected(file: Any, name: str, virus: str) -> UploadRefusedError:
    """Raise the alarm, as below."""
    file.seek(0)
    log.warning("infected file refused: %s %s %s", name, virus, hashlib.file_digest(file, "sha256").hexdigest())
    return UploadRefusedError(
        f"“{name}”查出病毒（{virus}），没有收下。{content.NOT_KEPT}请先在自己的电脑上查毒，再上传干净的文件。"
    )


def _marked(file: Any, name: str, where: str) -> UploadRefusedError:
    """Raise the alarm: the log keeps the name and the hash, nothing else is kept."""
    file.seek(0)
    log.warning("marked file refused: %s %s", name, hashlib.file_digest(file, "sha256").hexdigest())
    return UploadRefusedError(
        f"“{name}”的{where}带有密级标志，没有收下。本系统为非涉密系统，不得上传涉密文件；{content.NOT_KEPT.rstrip('。')}，涉密材料请走机要渠道。"
    )
