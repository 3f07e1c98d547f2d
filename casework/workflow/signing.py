"""What is signed is what was shown: the content of a case as it reads, laid beside what was signed before.

A step that signs says what (`Transition.signs`). Its form carries the mark of what it showed; the engine refuses any
other content, and the trail keeps what was signed, word for word, in its chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ui.errors import DomainError

if TYPE_CHECKING:
    from casework.models import Event

Content = Mapping[str, Mapping[str, str]]  # piece, as it is called -> label -> text
CHANGED = "您打开以后，签发的内容有改动，没有签发。下面已是现在的内容，请看清后再办"


class ContentChangedError(DomainError):
    """What is to be signed is not what was shown."""

    def __init__(self) -> None:
        super().__init__(CHANGED)


def mark_of(content: Content) -> str:
    """Return in 64 hex digits what content this is."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def refuse_other_than(shown: str, content: Content) -> None:
    """Refuse to sign what the person did not have before his eyes.

    Raises:
        ContentChangedError: the content has changed since.
    """
    if shown != mark_of(content):
        raise ContentChangedError


class Change(NamedTuple):
    """A field as it stood and as it stands now."""

    label: str
    before: str
    after: str


def changes(was: Mapping[str, str], now: Mapping[str, str]) -> list[Change]:
    """Return the fields that read otherwise now, by their labels; what was not there to be read is none."""
    return [Change(label, was[label], text) for label, text in now.items() if was.get(label, text) != text]


class Line(NamedTuple):
    """A field of a piece; `change`: how it differs from what was signed."""

    label: str
    text: str
    change: Change | None


class Piece(NamedTuple):
    """A piece of what is signed; `files`: those it names. `is_new`, `is_gone`: since the last signature."""

    called: str
    lines: list[Line]
    files: Sequence[Any] = ()
    is_new: bool = False
    is_gone: bool = False

    @property
    def n_changed(self) -> int:
        return 1 if self.is_new or self.is_gone else sum(1 for line in self.lines if line.change)


class Signing(NamedTuple):
    """What a person is to sign. `last`: how he signed before; `is_first`: not this yet, at most parts of it."""

    pieces: list[Piece]
    last: Event | None
    is_first: bool

    @property
    def changed(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.n_changed]

    @property
    def n_changed(self) -> int:
        return sum(piece.n_changed for piece in self.pieces)


def signing_of(
    content: Content,
    events: Iterable[Event],
    user_id: int,
    names: Collection[str],
    files: Mapping[str, Sequence[Any]] | None = None,
) -> Signing:
    """Lay what is to be signed beside what this person signed before, piece by piece.

    Args:
        events: the trail of the case, oldest first, with who acted.
        names: the steps that sign the same; what others of his signed of it, such as the plan in a report, is compared
            too.
        files: those that a piece names, by how it is called.
    """
    his = [event for event in events if event.post is not None and event.post.user_id == user_id]
    signed = [event for event in his if event.note.get("signed", {}).keys() & content.keys()]
    was: dict[str, dict[str, str]] = {}
    for event in signed:
        was = {called: was.get(called, {}) | text for called, text in event.note["signed"].items()}
    pieces = [_piece(called, text, was, files or {}) for called, text in content.items()]
    gone = [
        Piece(called, [Line(label, words, None) for label, words in text.items() if words], is_gone=True)
        for called, text in was.items()
        if called not in content
    ]
    return Signing([*pieces, *gone], signed[-1] if signed else None, not any(event.name in names for event in signed))


def _piece(called: str, text: Mapping[str, str], was: Content, files: Mapping[str, Sequence[Any]]) -> Piece:
    """A field that is empty and was so is not shown."""
    differing = {change.label: change for change in changes(was.get(called, {}), text)}
    lines = [Line(label, words, differing.get(label)) for label, words in text.items() if words or label in differing]
    return Piece(called, lines, files.get(called, ()), is_new=bool(was) and called not in was)
