"""What reading a sheet answers, and how a cell's text becomes a value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with one cell: 单元格 · 列 · 表中 · 问题 · 如何改 (docs/look.md, Import error)."""

    cell: str
    column: str
    found: str
    problem: str
    mend: str


@dataclass
class ReadSheet:
    """What was read.

    Attributes:
        rows: clean rows by column name (with `_row`, the number in the sheet).
        problems: what stops the import.
        notes: what somebody should look at, and does not stop it: a formula of which the last computed value was taken.
        unknown: headings that were not read.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    notes: list[CellProblem] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def parse_day(text: str) -> date:
    """Read 2026-7-6, 2026.7.6, 2026/7/6, 2026年7月6日, 20260706 (full-width digits too) or a sheet's serial number."""
    text = re.sub(r"\s*([-./年月日])\s*", r"\1", unicodedata.normalize("NFKC", text).strip())
    found = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?( 00:00:00)?", text) or re.fullmatch(
        r"((?:19|20)\d\d)(\d\d)(\d\d)", text
    )
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if re.fullmatch(r"\d{5}(\.0)?", text):
            return date(1899, 12, 30) + timedelta(int(float(text)))
    except ValueError:
        pass
    raise ValueError("写成 2026-07-06 这样的日期")


def yes_no(text: str) -> bool:
    """Read 是/否 (Y/N, 1/0, √ and nothing too)."""
    known = {
        "是": True,
        "Y": True,
        "1": True,
        "1.0": True,
        "√": True,
        "否": False,
        "N": False,
        "0": False,
        "0.0": False,
        "": False,
        "无": False,
    }
    if text.upper() not in known:
        raise ValueError("填“是”或“否”")
    return known[text.upper()]


def number(text: str) -> Decimal:
    """Read 12.5, 1,200 or full-width digits."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d{1,6})?", plain):
        raise ValueError("只填数字，例如 12.5，不带单位")
    return Decimal(plain)


def optional(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a reader for which an empty cell is nothing."""
    return lambda text: parse(text) if text else None
