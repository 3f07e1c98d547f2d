"""年度计划, 督察批次, 问题: what casework serves their lists, pages, search, sheets, admin and menu from."""

from __future__ import annotations

from casework.kinds import AdminList, Beginning, CasePage, KindSpec, Listing
from casework.workflow.tables import Table
from inspections import columns, pages
from inspections.enums import UNAPPROVED, UNCONFIRMED, Kind
from inspections.filters import CampaignFilter, FindingFilter
from inspections.models import CampaignUnit, Citation, PlanItem, Team
from inspections.pages import read_campaign, read_finding, read_plan
from inspections.querysets import campaign_cards, findings_by_day, plan_cards
from inspections.views.claims import is_office, is_office_staff, sees_findings, writes_findings
from inspections.workflow import ANNUAL_PLAN, CAMPAIGN, INPUTS, TABLE, facts_of
from ui.lists import Empty

PLAN_KIND = KindSpec(
    name=Kind.ANNUAL_PLAN,
    label="年度计划",
    table=Table(ANNUAL_PLAN),
    words=lambda case: str(case.content.purpose),
    listing=Listing(
        "annualplans",
        "plans/",
        "年度计划",
        columns.PLANS,
        Empty("还没有年度计划", "先起草今年的计划，审定后按计划项目立督察批次。", "/plans/new/", "起草年度计划"),
        order_in_bar=10,
        order=("-annualplan__year", "-pk"),
        rows=plan_cards,
        search_label="关键词",
        to=is_office,
        bar="计划",
        batch=False,
    ),
    page=CasePage(
        joins=("annualplan",),
        template="inspections/plan.html",
        reads=read_plan,
        mends=pages.PLAN_MENDS,
        briefs={"plan": "inspections/briefs/plan.html"},
        briefing=pages.brief_of_plan,
    ),
    beginning=Beginning("起草年度计划", is_office_staff, url_name="inspections:new_plan", on_home=False),
    admin=AdminList(beside=((PlanItem, ("title", "kind", "from_on", "to_on", "scope_note", "lead", "basis")),)),
)
CAMPAIGN_KIND = KindSpec(
    name=Kind.CAMPAIGN,
    label="督察批次",
    table=Table(CAMPAIGN),
    drafts=frozenset(map(str, UNAPPROVED)),
    number="QYFD-{year}-{kind}{n:02}",
    words=lambda case: str(case.content.content),
    listing=Listing(
        "campaigns",
        "campaigns/",
        "督察批次",
        columns.CAMPAIGNS,
        Empty("还没有督察批次", "立批次、定单位、组督察组、审定方案，然后实地督察。"),
        order_in_bar=11,
        filterset=CampaignFilter,
        order=("-campaign__from_on", "-pk"),
        rows=campaign_cards,
        search_label="批次名称、编号、单位",
        bar="督察",
        batch=False,
    ),
    page=CasePage(
        joins=("campaign__plan_item__plan__case",),
        template="inspections/campaign.html",
        reads=read_campaign,
        mends=pages.CAMPAIGN_MENDS,
        briefs={"campaign": "inspections/briefs/campaign.html"},
        briefing=pages.brief_of_campaign,
    ),
    beginning=Beginning("立督察批次", is_office_staff, url_name="inspections:new_campaign"),
    admin=AdminList(
        days="campaign__from_on",
        beside=((Team, ("unit", "group")), (CampaignUnit, ("unit", "team"))),
    ),
)
FINDING_KIND = KindSpec(
    name=Kind.FINDING,
    label="问题",
    table=TABLE,
    facts=facts_of,
    related=("finding",),
    drafts=frozenset(map(str, UNCONFIRMED)),
    number="{campaign}-{n:04}",
    inputs=INPUTS,
    words=lambda case: str(case.content.statement),
    listing=Listing(
        "findings",
        "findings/",
        "问题",
        columns.FINDINGS,
        Empty("还没有问题", "督察组在实施中的批次里录入，录入后列在这里。"),
        order_in_bar=12,
        filterset=FindingFilter,
        order=("-finding__discovered_on", "-finding__case_id"),
        rows=findings_by_day,
        joins=("finding__team__unit",),
        search_label="问题、编号、单位",
        export_name="问题清单",
        to=sees_findings,
    ),
    page=CasePage(
        joins=(
            "within__campaign",
            "topic__parent",
            "finding__team__unit",
            "finding__team__group",
            "finding__supervisor",
        ),
        template="inspections/finding.html",
        reads=read_finding,
        mends=pages.FINDING_MENDS,
        briefs={"finding": "inspections/briefs/finding.html"},
        briefing=pages.brief_of_finding,
    ),
    beginning=Beginning("录入问题", writes_findings, url_name="inspections:new_finding"),
    admin=AdminList(days="finding__discovered_on", beside=((Citation, ("basis", "article", "words")),)),
)
KINDS = (PLAN_KIND, CAMPAIGN_KIND, FINDING_KIND)
