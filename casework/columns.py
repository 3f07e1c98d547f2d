"""Columns that lists of all kinds share: they read the card."""

from __future__ import annotations

from typing import Any

from casework.pages import list_cells
from casework.pages.hands import holder_words
from casework.workflow.circuits import word_for
from ui.columns import Column


def state_word(case: Any) -> str:
    """The state in the office's words."""
    return word_for(case, None).label


def titled(label: str, noun: str, *, sort: tuple[str, ...] = ("number",), width: int = 50) -> tuple[Column, ...]:
    """Return number and title: one cell that leads to the case on the page, two columns in the sheet."""
    return (
        Column(
            "title",
            label,
            lambda case: f"{case.number or ''} {case.title}".strip(),
            cell=list_cells.title,
            sort=sort,
            is_title=True,
            sheet=False,
        ),
        Column("number", f"{noun}编号", lambda case: case.number, screen=False, width=26),
        Column("name", noun, lambda case: case.title, screen=False, width=width),
    )


UNIT = Column(
    "unit",
    "责任单位",
    lambda case: case.unit_name,
    cell=list_cells.unit,
    sort=("unit__place",),
    width=18,
    inline=True,
)
STATE = Column(
    "state",
    "状态",
    state_word,
    cell=list_cells.state,
    sort=("state",),
    inline=True,
    differs="页面用读者的说法（单位读作“已报送”），表格用市委依法治市办的说法",
)
HOLDER = Column(
    "holder",
    "在谁手上，多久",
    holder_words,
    cell=list_cells.holder,
    sort=("holder_since",),
    width=24,
    differs="表格里多久另成一列",
)
HELD = Column("held", "已多久", list_cells.held_long, screen=False)
STEP_DUE = Column(
    "due",
    "本步期限",
    lambda case: case.step_due_on,
    cell=list_cells.step_due,
    sort=("step_due_on",),
    kind="date",
    differs="页面另说还剩几天",
)
OWN_DUE = Column("own_due", "全件时限", list_cells.own_deadline, cell=list_cells.own_due, kind="date", width=18)
DUE = Column("due_on", "批准时限", lambda case: case.due_on, kind="date", sort=("due_on",))
KIND = Column("kind", "类型", lambda case: case.get_kind_display(), sort=("kind",))
SEVERITY = Column("severity", "性质", lambda case: case.get_severity_display(), sort=("severity",), wide=True)
TOPIC = Column(
    "topic",
    "领域",
    lambda case: case.topic.name if case.topic else "",
    sort=("topic__code",),
    wide=True,
    long=True,
    width=24,
)
WITHIN = Column(
    "within", "督察批次", lambda case: case.within.title if case.within else "", wide=True, long=True, width=30
)
OPENED = Column("opened", "登记日期", lambda case: case.opened_on, kind="date", sort=("opened_on",))
CLOSED = Column("closed", "办结日期", lambda case: case.closed_on, kind="date", sort=("closed_on",))
