"""Read what an office types or sends in a cell; each says how to mend what it cannot read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from ui.sheets import parse_day, yes_no
from ui.texts import one_line


def read_code(text: str) -> str:
    """Read a unit's code; full-width signs are made plain."""
    text = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"[0-9A-Za-z-]{1,30}", text):
        raise ValueError("只用数字、字母和短横线，不超过 30 位，例如 621022")
    return text


def read_username(text: str) -> str:
    """Read a user name; full-width signs are made plain."""
    text = unicodedata.normalize("NFKC", text).lower()
    if not re.fullmatch(r"[a-z0-9_.-]{3,30}", text):
        raise ValueError("用 3 至 30 位小写字母、数字、下划线，例如 huanxian01")
    return text


def read_up_to(length: int) -> Callable[[str], str]:
    """Return a reader of one line, which refuses longer ones."""

    def read(text: str) -> str:
        text = one_line(text)
        if len(text) > length:
            raise ValueError(f"有 {len(text)} 个字，最多 {length} 个")
        return text

    return read


def read_yes_or_no(text: str) -> bool | None:
    """Read 是 or 否; an empty cell says nothing."""
    return yes_no(text) if text else None


def read_day(text: str) -> date | None:
    """Read a day; an empty cell says nothing."""
    return parse_day(text) if text else None
