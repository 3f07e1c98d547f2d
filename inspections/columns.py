"""Columns of the lists of plans, campaigns and findings."""

from __future__ import annotations

from typing import Any

from casework.columns import HELD, HOLDER, SEVERITY, STATE, TOPIC, UNIT, WITHIN, titled
from ui.columns import Column

IN_WHOSE_HANDS = HOLDER.renamed("在谁手上", sort=())


def _team(case: Any) -> str:
    """The team that found it, under the name of its day; the section itself where no team did."""
    team = case.finding.team
    return team.unit.name_on(case.opened_on) if team else "督察科"


PLANS = (
    *titled("年度计划", "计划", sort=("annualplan__year",), width=36),
    Column("items", "项目", lambda case: case.n_items, kind="number"),
    Column("campaigns", "已立批次", lambda case: case.n_campaigns, kind="number"),
    STATE,
    IN_WHOSE_HANDS,
    HELD,
)
CAMPAIGNS = (
    *titled("编号与批次", "批次", width=44),
    Column("kind", "类型", lambda case: case.campaign.get_kind_display(), sort=("campaign__kind",)),
    Column("from_on", "实施自", lambda case: case.campaign.from_on, kind="date", sort=("campaign__from_on",)),
    Column("to_on", "实施至", lambda case: case.campaign.to_on, kind="date", sort=("campaign__to_on",)),
    Column("units", "单位", lambda case: case.n_units, kind="number", sort=("n_units",)),
    Column("teams", "督察组", lambda case: case.n_teams, kind="number", wide=True),
    Column("findings", "问题", lambda case: case.n_findings, kind="number", sort=("n_findings",)),
    STATE,
    IN_WHOSE_HANDS.renamed("在谁手上", wide=True),
    HELD,
)
FINDINGS = (
    *titled("编号与问题", "问题"),
    UNIT.renamed("被督察单位"),
    SEVERITY.renamed("性质", wide=False, inline=True),
    STATE,
    HOLDER,
    HELD,
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
    TOPIC.renamed("类别"),
    Column("team", "督察组", _team, wide=True),
    Column("method", "发现方式", lambda case: case.finding.get_method_display(), screen=False),
    Column("source", "问题来源", lambda case: case.finding.get_source_display(), screen=False),
    Column("rectify_type", "整改类型", lambda case: case.finding.get_rectify_type_display(), screen=False),
    Column("statement", "问题表述", lambda case: case.finding.statement, screen=False, width=80),
    WITHIN.renamed("督察批次", screen=False),
)
