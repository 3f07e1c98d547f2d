"""Columns of the rows behind a number, and of a figure's sheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.html import format_html
from django.utils.timezone import localdate

from casework.columns import CLOSED, HELD, HOLDER, OPENED, STATE, TOPIC, UNIT, WITHIN, titled
from casework.workflow.circuits import word_of
from dashboards.cube.ratios import Share
from dashboards.declared.figure import Figure, Head, Line, Table
from dashboards.figures.overdue_by_age import step_of
from rectification.columns import FOUND, JUDGED, VERDICT
from rectification.enums import RECTIFICATION
from rectification.paper.rule import rules
from ui.columns import Column


def _word(case: Any, actor: Any = None) -> str:
    """The state as it stood on the day, in the words of its reader."""
    return word_of(RECTIFICATION, case.then, actor).label if case.then else ""


ROUND = Column("round", "轮次", lambda case: case.round, kind="number", screen=False)
THEN = Column(
    "then",
    "当日状态",
    _word,
    cell=lambda case, actor: format_html("{}", _word(case, actor)),
    differs="页面用读者的说法（单位读作“已报送”），表格用市委依法治市办的说法",
)
ORIGINAL = Column(
    "original", "原时限", lambda case: case.original_due_on, kind="date", sort=("original_due_on",), wide=True
)
DUE = Column("due", "批准时限", lambda case: case.due_then, kind="date", sort=("due_then",))
CARDS = (
    *titled("编号与问题", "问题"), UNIT, THEN, OPENED.renamed("反馈日期"), ORIGINAL, DUE, CLOSED, TOPIC, WITHIN, ROUND,
)  # fmt: skip
CLUES = (*titled("编号与线索", "线索"), UNIT, STATE, OPENED.renamed("登记日期"), CLOSED, WITHIN)
WARNINGS = (
    Column("rule", "规则", lambda row: rules()[row.rule].title if row.rule in rules() else row.rule, sort=("rule",)),
    Column(
        "title",
        "编号与问题",
        lambda row: f"{row.case.number or ''} {row.case.title}".strip(),
        cell=lambda row, actor: format_html(
            '<a href="{}">{} {}</a>', row.get_absolute_url(), row.case.number or "", row.case.title
        ),
        is_title=True,
    ),
    Column("unit", "责任单位", lambda row: row.case.unit_name, sort=("case__unit__place",), width=18),
    Column("answer", "认定", lambda row: row.get_answer_display(), empty="未认定", sort=("answer",)),
    Column("word", "认定说明", lambda row: row.word, long=True, width=40),
    Column("raised", "提示日期", lambda row: localdate(row.raised_at), kind="date", sort=("raised_at",)),
    Column("lapsed", "已失效", lambda row: "是" if row.lapsed_at else "", wide=True),
)
LOOK_BACKS = (*titled("编号与回头看", "回头看"), UNIT, VERDICT, JUDGED, FOUND)


def late_columns(on: date) -> tuple[Column, ...]:
    """Return the columns of what is overdue on a day: how long, in whose hands it is now, who answers for it."""

    def late(case: Any) -> int:
        return (on - case.due_then).days

    return (
        *titled("编号与问题", "问题"),
        UNIT,
        Column("late", "整改逾期（日）", late, kind="number", sort=("-due_then",)),
        Column("step", "按规定应当", lambda case: step_of(late(case)), width=24),
        DUE,
        THEN,
        HOLDER.renamed("现在在谁手上，多久"),
        HELD,
        Column("leader_title", "责任领导", lambda case: case.leader_title, empty="方案未报", width=20),
        *(column.renamed(column.label, screen=False) for column in (ORIGINAL, TOPIC, WITHIN, ROUND)),
    )


def _with_content(rows: Any) -> Any:
    """Join what the columns of a rectification read; a row without content still stands in its list."""
    content = {"round": F("rectification__round"), "leader_title": F("rectification__leader_title")}
    return rows.with_holder().select_related("unit", "topic", "within").annotate(**content)


# what joins the columns of a list: of the page that is shown, or of the sheet, alone
JOINS: dict[str, Callable[[Any], Any]] = {
    "card": _with_content,
    "late": _with_content,
    "clue": lambda rows: rows.select_related("unit", "topic", "within"),
    "look_back": lambda rows: rows.select_related("lookback"),
    "warning": lambda rows: rows.select_related("case__unit"),
    "citation": lambda rows: rows.select_related("basis", "finding__case__unit"),
}


def sheet_of(figure: Figure, table: Table) -> tuple[list[Column], list[Line]]:
    """Return the columns and rows of a figure's sheet: a share becomes its two numbers and the rate."""
    columns = [Column("label", table.label or figure.title, lambda line: line.full or line.label, width=30)]
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
    label = f"{head.label}（%）" if head.kind == "share" else f"{head.label}（率为 %）"
    upper, lower = _called(n, table)
    if len([one for one in table.heads if one.kind != "text"]) > 1 and head.kind != "share":  # two days
        upper, lower = f"{head.label}：{upper}", f"{head.label}：{lower}"
    return [
        Column(f"c{n}", label, number),
        Column(f"c{n}_n", upper, part("n")),
        Column(f"c{n}_of", lower, part("of")),
    ]


def _called(n: int, table: Table) -> tuple[str, str]:
    """Return what the two numbers of a column's shares are called, as on the screen: by the sets that they open.

    Where shares of several kinds stand below one another, each is named by its line.
    """
    lines = [*table.lines, *([table.total] if table.total else [])]
    shares = [line.cells[n] for line in lines if n < len(line.cells) and line.cells[n].opens_of]
    upper = dict.fromkeys(cell.opens.label for cell in shares if cell.opens)
    lower = dict.fromkeys(cell.opens_of.label for cell in shares if cell.opens_of)
    return ("、".join(upper), "、".join(lower)) if len(lower) <= 2 else ("其中", "总数")
