"""Columns of the ledger (docs/domain/process.md 2.2): screen and export read these lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from casework.deadlines.remaining import Left, held_for, left
from casework.pages import list_cells
from casework.pages.case_page import holder_words
from casework.workflow.circuits import word_for
from rectification.enums import NO_CLOCK
from ui.columns import Column


def _left(case: Any) -> Left:
    """What is left; 长期坚持 and 中止 have no clock, neither has what has ended."""
    return left(case.due_on, has_clock=case.is_open and case.state not in NO_CLOCK)


def _left_words(case: Any) -> str:
    return _left(case).words


SCREEN = (
    Column(
        "title", "编号与问题", lambda case: case.title, cell=list_cells.title, sort=("number",), is_title=True, width=50
    ),
    Column("unit", "责任单位", lambda case: case.unit_name, sort=("unit__code",), inline=True),
    Column(
        "state",
        "状态",
        lambda case: word_for(case, None).label,
        cell=list_cells.state,
        sort=("state",),
        inline=True,
    ),
    Column("due", "批准时限", lambda case: case.due_on, kind="date", sort=("due_on",), inline=True),
    Column("left", "剩余", _left_words, cell=lambda case, actor: list_cells.remaining(_left(case)), inline=True),
    Column(
        "holder",
        "在谁手上，多久",
        holder_words,
        cell=list_cells.holder,
        sort=("holder_since",),
    ),
    Column("measures", "措施完成", lambda case: f"{case.n_done}/{case.n_measures}", kind="number", wide=True),
    Column(
        "topic", "领域", lambda case: case.topic.name if case.topic else "", sort=("topic__code",), wide=True, long=True
    ),
    Column("severity", "性质", lambda case: case.get_severity_display(), sort=("severity",), wide=True),
    Column("within", "督察批次", lambda case: case.within.title if case.within else "", wide=True, long=True),
)
EXPORT = (
    Column("number", "问题编号", lambda case: case.number, width=26),
    Column("within", "督察批次", lambda case: case.within.title if case.within else "", width=30),
    Column("source", "问题来源", lambda case: case.rectification.finding.get_source_display()),
    Column("topic", "问题类别", lambda case: str(case.topic or ""), width=24),
    Column("severity", "问题性质", lambda case: case.get_severity_display()),
    Column("statement", "问题表述", lambda case: case.rectification.finding.statement, width=60),
    Column("unit", "被督察单位", lambda case: case.unit_name),
    Column("lead", "牵头或配合", lambda case: "牵头" if case.is_lead else "配合"),
    Column("supervisor", "行业主管部门", lambda case: str(case.rectification.finding.supervisor or "")),
    Column("leader", "责任领导", lambda case: case.rectification.leader_title),
    Column("owner", "责任人", lambda case: case.rectification.owner),
    Column("type", "整改类型", lambda case: case.rectification.finding.get_rectify_type_display()),
    Column("goal", "整改目标", lambda case: case.rectification.goal, width=40),
    Column("measures", "措施完成", lambda case: f"{case.n_done}/{case.n_measures}"),
    Column("original", "原时限", lambda case: case.original_due_on, kind="date"),
    Column("due", "批准时限", lambda case: case.due_on, kind="date"),
    Column("extensions", "延期次数", lambda case: case.rectification.extensions),
    Column("institution", "建章立制", lambda case: case.rectification.institution, width=24),
    Column("state", "整改状态", lambda case: word_for(case, None).label),
    Column("left", "剩余", _left_words),
    Column("holder", "在谁手上", holder_words, width=24),
    Column("held", "已多久", lambda case: held_for(case.holder_since)),
    Column("opened", "反馈日期", lambda case: case.opened_on, kind="date"),
    Column("closed", "销号日期", lambda case: case.closed_on if case.state == "closed" else None, kind="date"),
    Column("round", "轮次", lambda case: case.rectification.round),
)
COLUMNS = (*[replace(c, sheet=False) for c in SCREEN], *[replace(c, screen=False) for c in EXPORT])
