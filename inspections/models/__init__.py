"""From the plan of a year to the finding."""

from inspections.models.basis import MOST_CITED, Basis, Citation
from inspections.models.campaign import Campaign, CampaignUnit
from inspections.models.finding import Finding
from inspections.models.law import Article, ArticleWords, LawVersion, StagedLaw
from inspections.models.plan import AnnualPlan, PlanItem
from inspections.models.team import Recusal, Team, TeamMember

__all__ = [
    "MOST_CITED",
    "AnnualPlan",
    "Article",
    "ArticleWords",
    "Basis",
    "Campaign",
    "CampaignUnit",
    "Citation",
    "Finding",
    "LawVersion",
    "PlanItem",
    "Recusal",
    "StagedLaw",
    "Team",
    "TeamMember",
]
