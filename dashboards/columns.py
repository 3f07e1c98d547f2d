"""Columns of the rows behind a number, and of a figure's sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html

from casework.columns import CLOSED, OPENED, STATE, TOPIC, UNIT, WITHIN, titled
from casework.workflow.circuits import word_of
from dashboards.cube.ratios import Share
from dashboards.declared.figure import Figure, Head, Line, Table
from rectification.columns import FOUND, JUDGED, VERDICT
from rectification.enums import RECTIFICATION
from ui.columns import Column


def _word(case: Any, actor: Any = None) -> str:
    """The state as it stood on the day, in the words of its reader."""
    return word_of(RECTIFICATION, case.then, actor).label if case.then else ""


CARDS = (
    *titled("编号与问题", "问题"),
    UNIT,
    Column(
        "then",
        "当日状态",
        _word,
        cell=lambda case, actor: format_html("{}", _word(case, actor)),
        differs="页面用读者的说法（单位读作“已报送”），表格用市委依法治市办的说法",
    ),
    OPENED.renamed("反馈日期"),
    Column("original", "原时限", lambda case: case.original_due_on, kind="date", sort=("original_due_on",), wide=True),
    Column("due", "批准时限", lambda case: case.due_then, kind="date", sort=("due_then",)),
    CLOSED,
    TOPIC,
    WITHIN,
)
CLUES = (*titled("编号与线索", "线索"), UNIT, STATE, OPENED.renamed("登记日期"), CLOSED, WITHIN)
LOOK_BACKS = (*titled("编号与回头看", "回头看"), UNIT, VERDICT, JUDGED, FOUND)


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

    lines = [*table.lines, *([table.total] if table.total else [])]  # a table without lines still has its total
    if not any(isinstance(value(line), Share) for line in lines):
        return [Column(f"c{n}", head.label, value, width=40 if head.kind == "text" else 14)]
    label = f"{head.label}（%）" if head.kind == "share" else "数（率为 %）"
    return [
        Column(f"c{n}", label, number),
        Column(f"c{n}_n", "分子", part("n")),
        Column(f"c{n}_of", "分母", part("of")),
    ]
