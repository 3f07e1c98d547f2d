"""What the child process is asked about the file of a law: its paragraphs, split (decision 0017)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO, Any
from xml.parsers import expat

from casework.files import classification
from inspections.law_texts.splitting import split
from ui.hostile.unfit import UnfitError

MOST_UNPACKED, MOST_PARAGRAPHS, MOST_CHARACTERS = 60 * 1024 * 1024, 60_000, 6_000_000  # 1 000 pages are a sixth
BODY = "word/document.xml"
DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, expat.ExpatError)


def read(file: IO[bytes], question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the law as it was read.

    Raises:
        UnfitError: it is not what its name says, damaged, too long, or bears a classification mark.
    """
    name = question["label"]
    ext = PurePath(name).suffix.lower().removeprefix(".")
    n_pictures = n_numbered = 0
    if ext == "docx":
        body = _Body(_document(file, name), name)
        lines, n_pictures, n_numbered = body.lines, body.n_pictures, body.n_numbered
    else:
        lines = _text(file.read(), name).splitlines()
    if len(lines) > MOST_PARAGRAPHS or sum(map(len, lines)) > MOST_CHARACTERS:
        raise UnfitError(f"“{name}”过长，没有收下。一份法律文本最多 {MOST_PARAGRAPHS} 段，请分开上传。")
    if any(map(classification.in_text, lines)):
        raise UnfitError(f"“{name}”带有密级标志，不得在本系统存储、处理，没有收下。")
    law = split(lines, n_pictures=n_pictures, n_numbered=n_numbered, file_name=name)
    yield {"law": law.told()}


def _text(data: bytes, name: str) -> str:
    """Read plain text: UTF-8, or as old programs save it."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnfitError(f"“{name}”不是文本文件，没有收下。请上传 docx、txt 或 md。")


def _document(file: IO[bytes], name: str) -> bytes:
    """Return the body of a docx, read up to what is allowed whatever the zip states."""
    broken = UnfitError(f"“{name}”打不开，没有收下。请用 Word 或 WPS 另存为 docx 后重新选择。")
    if not zipfile.is_zipfile(file):
        raise UnfitError(f"“{name}”不是 docx 文件（可能改过扩展名，或是旧版 doc），没有收下。请另存为 docx。")
    try:
        with zipfile.ZipFile(file) as packed, packed.open(BODY) as part:
            xml = part.read(MOST_UNPACKED + 1)
    except (*DAMAGED, KeyError) as wrong:
        raise broken from wrong
    if len(xml) > MOST_UNPACKED:
        raise UnfitError(f"“{name}”解开后过大，没有收下。")
    return xml


class _Body:
    """The paragraphs of a docx, in order, those of tables too; what was struck out by a correction is not there."""

    SKIPPED = frozenset({"del", "moveFrom", "fldChar", "instrText", "Fallback"})
    PICTURES = frozenset({"drawing", "pict", "object"})

    def __init__(self, xml: bytes, name: str) -> None:
        self.lines: list[str] = []
        self.n_pictures = self.n_numbered = self.skipping = 0
        self.words: list[str] = []
        self.in_text = False
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._say
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(xml, True)
        except (expat.ExpatError, ValueError) as wrong:
            raise UnfitError(f"“{name}”已损坏，没有收下。请用 Word 或 WPS 另存后重新选择。") from wrong

    def _refuse(self, *declared: Any) -> None:
        raise ValueError("a document type")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag in self.SKIPPED:
            self.skipping += 1
        elif self.skipping:
            return
        elif tag == "t":
            self.in_text = True
        elif tag in {"tab", "br", "cr"}:
            self.words.append("\n" if tag != "tab" else " ")
        elif tag in self.PICTURES:
            self.n_pictures += 1
        elif tag == "numPr":
            self.n_numbered += 1

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in self.SKIPPED:
            self.skipping -= 1
        elif tag == "t":
            self.in_text = False
        elif tag == "p":
            self.lines += "".join(self.words).split("\n")
            self.words = []

    def _say(self, text: str) -> None:
        if self.in_text and not self.skipping:
            self.words.append(text)
