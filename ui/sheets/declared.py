"""What reading a sheet answers, and how a cell's text becomes a value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
TIME = re.compile(r"(?:(?<=日)|(?<=\d)[ T]) *(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$")
TOGETHER = re.compile(r"((?:19|20|21)\d\d)(\d\d)(\d\d)")
SERIAL = re.compile(r"\d{5}(\.\d+)?")
FIRST_YEAR, LAST_YEAR = 1949, 2100
NAMED = 3  # cells named where many are alike
NOT_READ = "要读的，把表头改成“各列怎么填”里的名称"


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
        notes: what somebody should look at, and does not stop it: a formula of which the last computed value was taken,
            invisible characters that were taken out, a hidden row.
        unknown: headings that were not read.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    notes: list[CellProblem] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def to_look_at(self) -> list[CellProblem]:
        """Return what a person looks at before the import: the notes, those of one kind in one line, and what was not
        read.
        """
        alike: dict[tuple[str, str, str], list[CellProblem]] = {}
        for note in self.notes:
            alike.setdefault((note.column, note.problem, note.mend), []).append(note)
        found = [_together(notes) for notes in alike.values()]
        return found + [CellProblem("表头", name, name, "没有这一列，没有读", NOT_READ) for name in self.unknown]


def _together(notes: list[CellProblem]) -> CellProblem:
    """Return one line for notes of one kind: the first cells, and how many there are."""
    cells = "、".join(note.cell for note in notes[:NAMED])
    if len(notes) > NAMED:
        cells += f" 等 {len(notes)} 处"
    return replace(notes[0], cell=cells)


def parse_day(text: str, first_year: int = FIRST_YEAR) -> date:
    """Read 2026-7-6, 2026.7.6, 2026/7/6, 2026年7月6日, 20260706 (full-width digits too) or a sheet's serial number.

    A time of day after it is left out. A year no office works in is a slip of the hand: 2206 for 2026.
    """
    text = re.sub(r"\s*([-./年月日])\s*", r"\1", unicodedata.normalize("NFKC", text).strip())
    found = DAY.fullmatch(TIME.sub("", text)) or TOGETHER.fullmatch(text)
    try:
        if found:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        elif SERIAL.fullmatch(text):
            day = date(1899, 12, 30) + timedelta(int(float(text)))
        else:
            raise ValueError(text)
    except ValueError:
        raise ValueError("写成 2026-07-06 这样的日期") from None
    if not first_year <= day.year <= LAST_YEAR:
        raise ValueError(f"{day} 的年份不对，请填 {first_year} 至 {LAST_YEAR} 年之间的日期")
    return day


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
