"""Columns of the lists of plans, campaigns and findings."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from casework.columns import HELD, HOLDER, SEVERITY, STATE, TOPIC, UNIT, WITHIN, titled
from ui.badges import link
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


def _standing(basis: Any) -> str:
    today = timezone.localdate()
    if basis.repealed_on:
        return "已废止" if basis.repealed_on <= today else f"{basis.repealed_on:%Y-%m-%d} 废止"
    since = basis.version_from or basis.in_force_from
    return "尚未施行" if since and since > today else "现行"


LAWS = (
    Column("code", "代码", lambda basis: basis.code, sort=("code",)),
    Column(
        "name", "名称", lambda basis: basis.name, cell=lambda basis, actor: link(basis.get_absolute_url(), basis.name),
        sort=("name",), is_title=True,
    ),
    Column("issued_by", "制定机关", lambda basis: basis.issued_by, sort=("issued_by",), wide=True),
    Column("standing", "效力", _standing),
    Column("since", "现行版施行", lambda basis: basis.version_from or basis.in_force_from, kind="date"),
    Column("versions", "入库版本", lambda basis: basis.n_versions, kind="number"),
)  # fmt: skip


def _why(citation: Any) -> str:
    basis, today = citation.basis, timezone.localdate()
    if basis.repealed_on and basis.repealed_on <= today:
        return f"{basis.repealed_on:%Y-%m-%d} 已废止"
    return f"引用的是 {citation.cites.version.adopted_on:%Y-%m-%d} 版，已有新版施行"


def _finding_of(citation: Any) -> str:
    return f"{citation.finding.case.number or ''} {citation.finding.case.title}".strip()


CITATIONS = (  # of citations, here and behind the figure by article
    Column(
        "title", "编号与问题", _finding_of,
        cell=lambda row, actor: link(row.finding.get_absolute_url(), _finding_of(row)), is_title=True, width=50,
    ),
    Column("unit", "责任单位", lambda row: row.finding.case.unit_name, sort=("finding__case__unit__place",), width=18),
    Column("citation", "引用", str, width=30),
    Column("fact", "事实（发现）日期", lambda row: row.finding.fact_on, kind="date"),
)  # fmt: skip
STALE = (*CITATIONS, Column("why", "失效情况", _why, width=36))
