"""Columns of the lists of plans, campaigns and findings."""

from __future__ import annotations

from typing import Any

from casework.pages import list_cells
from casework.pages.case_page import holder_words
from casework.workflow.circuits import word_for
from ui.columns import Column


def state_word(case: Any) -> str:
    return word_for(case, None).label


PLANS = (
    Column(
        "title",
        "年度计划",
        lambda case: case.title,
        cell=list_cells.title,
        sort=("annualplan__year",),
        is_title=True,
        width=36,
    ),
    Column("items", "项目", lambda case: case.n_items, kind="number"),
    Column("campaigns", "已立批次", lambda case: case.n_campaigns, kind="number"),
    Column("state", "状态", lambda case: case, cell=list_cells.state, export=state_word, sort=("state",)),
    Column("holder", "在谁手上", lambda case: case, cell=list_cells.holder, export=holder_words),
)
CAMPAIGNS = (
    Column(
        "title", "编号与批次", lambda case: case.title, cell=list_cells.title, sort=("number",), is_title=True, width=44
    ),
    Column("kind", "类型", lambda case: case.campaign.get_kind_display(), sort=("campaign__kind",)),
    Column("from_on", "实施自", lambda case: case.campaign.from_on, kind="date", sort=("campaign__from_on",)),
    Column("to_on", "实施至", lambda case: case.campaign.to_on, kind="date", sort=("campaign__to_on",)),
    Column("units", "单位", lambda case: case.n_units, kind="number", sort=("n_units",)),
    Column("teams", "督察组", lambda case: case.n_teams, kind="number", wide=True),
    Column("findings", "问题", lambda case: case.n_findings, kind="number", sort=("n_findings",)),
    Column("state", "状态", lambda case: case, cell=list_cells.state, export=state_word, sort=("state",)),
    Column("holder", "在谁手上", lambda case: case, cell=list_cells.holder, export=holder_words, wide=True),
)
FINDINGS = (
    Column(
        "title", "编号与问题", lambda case: case.title, cell=list_cells.title, sort=("number",), is_title=True, width=50
    ),
    Column("number", "编号", lambda case: case.number, screen=False, width=24),
    Column("unit", "被督察单位", lambda case: case.unit_name, sort=("unit__code",), width=18, inline=True),
    Column("severity", "性质", lambda case: case.get_severity_display(), sort=("severity",), inline=True),
    Column("state", "状态", lambda case: case, cell=list_cells.state, export=state_word, sort=("state",), inline=True),
    Column(
        "holder",
        "在谁手上，多久",
        lambda case: case,
        cell=list_cells.holder,
        export=holder_words,
        sort=("holder_since",),
        width=24,
    ),
    Column(
        "discovered", "发现日期", lambda case: case.finding.discovered_on, kind="date", sort=("finding__discovered_on",)
    ),
    Column(
        "rectify_by",
        "整改时限",
        lambda case: case.finding.rectify_by,
        kind="date",
        sort=("finding__rectify_by",),
        wide=True,
    ),
    Column(
        "topic",
        "类别",
        lambda case: case.topic.name if case.topic else "",
        sort=("topic__code",),
        wide=True,
        long=True,
        width=24,
    ),
    Column("team", "督察组", lambda case: str(case.finding.team) if case.finding.team else "督察科", wide=True),
    Column("method", "发现方式", lambda case: case.finding.get_method_display(), screen=False),
    Column("source", "问题来源", lambda case: case.finding.get_source_display(), screen=False),
    Column("rectify_type", "整改类型", lambda case: case.finding.get_rectify_type_display(), screen=False),
    Column("statement", "问题表述", lambda case: case.finding.statement, screen=False, width=80),
    Column("campaign", "督察批次", lambda case: case.within.title if case.within else "", screen=False, width=36),
)
