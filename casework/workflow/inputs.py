"""Inputs that steps need or may take, declared once.

The engine checks them, forms are built from them, the trail is labelled by them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from django.db.models import Model, QuerySet

from casework.files.uploads import TERMS

if TYPE_CHECKING:
    from casework.models import Case
    from organizations.actor import Actor

Shape = Literal["long", "short", "date", "files", "percent", "choice", "choices", "yes", "row", "rows", "statements"]


class Statement(NamedTuple):
    """One of the statements that somebody signs: ticked, and with a word where it `asks` for one."""

    code: str
    text: str
    asks: str = ""

    @property
    def field(self) -> str:
        """Name its field. What it says is part of the name: one that was reworded meanwhile is not signed unread."""
        return f"{self.code}-{hashlib.sha256((self.text + self.asks).encode()).hexdigest()[:8]}"

    def signed(self, word: str = "") -> dict[str, str]:
        """Return it as the trail keeps it."""
        return {"code": self.code, "text": self.text, "word": word.strip()}


def unsigned(statements: Iterable[Statement], signed: object) -> list[Statement]:
    """Return those of the statements that are not signed as they read now, or lack the word they ask for."""
    said = {(one["code"], one["text"]): one["word"] for one in signed} if isinstance(signed, list) else {}
    return [
        one
        for one in statements
        if (one.code, one.text) not in said or (one.asks and not said[one.code, one.text].strip())
    ]


@dataclass(frozen=True)
class Input:
    """One input of a step.

    Attributes:
        name: as given to `perform`.
        shape: what kind of field; "choice" takes `options` [(value, label)], "row" and "rows" take `rows(case, actor)`
            -> queryset, "statements" take `rows(case, actor)` -> [Statement], and are given as they were signed.
        reaches: the unit that is chosen gets something by the step: a case of its own, a copy.
        inside: the inspected units do not read it: it names people of the office, or tells who complained and of what.
        most: longest text, in characters.
        initial, offered: what its form begins with, of the case. What is merely offered is left empty where one answer
            serves for several.
    """

    name: str
    label: str
    shape: Shape = "long"
    help: str = ""
    most: int = 2_000
    options: tuple[tuple[str, str], ...] = ()
    rows: Callable[[Case, Actor], Any] | None = None
    initial: Callable[[Case], Any] | None = None
    reaches: bool = False
    inside: bool = False
    offered: Callable[[Case], Any] | None = None

    @property
    def is_of_the_case(self) -> bool:
        """Say whether it is chosen, signed or handed in for the very case.

        Then one answer cannot serve for several.
        """
        return self.shape in {"files", "yes"} or self.rows is not None or self.initial is not None

    def is_given(self, value: object) -> bool:
        """Say whether this answers the need: the shape decides what an answer is.

        A promise is kept by True alone, a blank is no text.
        """
        return GIVEN[self.shape](value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_several(value: object) -> bool:
    if isinstance(value, QuerySet):
        return value.exists()
    return isinstance(value, list | tuple | set | frozenset) and bool(value)


GIVEN: dict[Shape, Callable[[object], bool]] = {
    "long": _is_text,
    "short": _is_text,
    "choice": _is_text,
    "date": lambda value: isinstance(value, date),
    "percent": lambda value: type(value) is int and 0 <= value <= 100,
    "yes": lambda value: value is True,
    "row": lambda value: isinstance(value, Model) and value.pk is not None,
    "rows": _are_several,
    "files": _are_several,
    "choices": _are_several,
    "statements": _are_several,
}


INPUTS: dict[str, Input] = {}


def register(*inputs: Input) -> None:
    """Add inputs; called at import by the workflow that uses them.

    Raises:
        ValueError: the name is taken by a different input.
    """
    for given in inputs:
        if INPUTS.setdefault(given.name, given) != given:
            raise ValueError(f"input {given.name} is declared twice")


# 退回、驳回原因 (docs/domain/dictionaries.md 9.9); configurable later as rows, the words are 拟
RETURN_REASONS = tuple(
    (word, word)
    for word in (
        "措施未覆盖问题", "目标不可量化", "时限不合理", "责任人不明", "佐证不足", "佐证与问题不符",
        "材料形成日期异常", "未举一反三", "未建制度", "公示异议成立", "其他",
    )
)  # fmt: skip

register(
    Input("reason", "原因", help="写清楚事实和依据；退回的，写明缺什么、怎么补。原因会写进经过，对方能看到。"),
    Input("note", "说明"),
    Input("opinion", "意见"),
    Input("return_kind", "退回类别", "choices", options=RETURN_REASONS),
    Input("files", "附件", "files", help=TERMS),
)
