"""Columns of the rows behind a number, and of a figure's sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casework.pages import list_cells
from casework.workflow.circuits import word_for
from dashboards.figure import Figure, Head, Line, Table
from dashboards.shares import Share
from rectification.enums import State
from ui.columns import Column


def _word(case: Any) -> str:
    """The state as it stood on the day."""
    return State(case.then).label if case.then else ""


CARDS = (
    Column(
        "title", "编号与问题", lambda case: case.title, cell=list_cells.title, sort=("number",), is_title=True, width=50
    ),
    Column("unit", "责任单位", lambda case: case.unit_name, sort=("unit__code",)),
    Column("then", "当日状态", _word),
    Column("opened", "反馈日期", lambda case: case.opened_on, kind="date", sort=("opened_on",)),
    Column("original", "原时限", lambda case: case.original_due_on, kind="date", sort=("original_due_on",), wide=True),
    Column("due", "批准时限", lambda case: case.due_then, kind="date", sort=("due_then",)),
    Column("closed", "办结日期", lambda case: case.closed_on, kind="date", sort=("closed_on",)),
    Column("topic", "领域", lambda case: case.topic.name if case.topic else "", sort=("topic__code",), wide=True),
    Column("within", "督察批次", lambda case: case.within.title if case.within else "", wide=True),
)
CLUES = (
    CARDS[0],
    CARDS[1],
    Column("state", "状态", lambda case: word_for(case, None).label, sort=("state",)),
    Column("opened", "登记日期", lambda case: case.opened_on, kind="date", sort=("opened_on",)),
    CARDS[6],
    CARDS[8],
)
LOOK_BACKS = (
    Column(
        "title",
        "编号与问题",
        lambda row: row.case.title,
        cell=list_cells.any_case,
        sort=("case__number",),
        is_title=True,
        width=50,
    ),
    Column("unit", "责任单位", lambda row: row.case.unit_name, sort=("case__unit__code",)),
    Column("verdict", "结论", lambda row: row.get_verdict_display(), sort=("verdict",)),
    Column("done", "核查日期", lambda row: row.done_on, kind="date", sort=("done_on",)),
    Column("note", "情况", lambda row: row.note, wide=True, width=40),
)
NAMED = (
    Column("number", "编号", lambda case: case.number, width=26),
    Column("name", "问题", lambda case: case.title, width=50),
)
NAMED_BY_CASE = (
    Column("number", "编号", lambda row: row.case.number, width=26),
    Column("name", "问题", lambda row: row.case.title, width=50),
)
SHEETS = {"card": (*NAMED, *CARDS[1:]), "clue": (*NAMED, *CLUES[1:]), "look_back": (*NAMED_BY_CASE, *LOOK_BACKS[1:])}


def sheet_of(figure: Figure, table: Table) -> tuple[list[Column], list[Line]]:
    """Return the columns and rows of a figure's sheet: a share becomes its two numbers and the rate."""
    columns = [Column("label", table.label or figure.title, lambda line: line.label, width=30)]
    for n, head in enumerate(table.heads):
        columns += _columns(n, head, table)
    return columns, [*table.lines, *([table.total] if table.total else [])]


def _columns(n: int, head: Head, table: Table) -> list[Column]:
    def value(line: Line) -> Any:
        return line.cells[n].value if n < len(line.cells) else None

    def number(line: Line) -> Any:
        found = value(line)
        if not isinstance(found, Share):
            return found
        return None if found.rate is None else round(found.rate * 100, 1)

    def part(name: str) -> Callable[[Line], Any]:
        return lambda line: getattr(value(line), name, None)

    if not any(isinstance(value(line), Share) for line in table.lines):
        return [Column(f"c{n}", head.label, value, width=40 if head.kind == "text" else 14)]
    label = f"{head.label}（%）" if head.kind == "share" else "数（率为 %）"
    return [
        Column(f"c{n}", label, number),
        Column(f"c{n}_n", "分子", part("n")),
        Column(f"c{n}_of", "分母", part("of")),
    ]
