"""From the plan of a year to the finding."""

from inspections.models.basis import Basis, Citation
from inspections.models.campaign import Campaign, CampaignUnit
from inspections.models.finding import Finding
from inspections.models.plan import AnnualPlan, PlanItem
from inspections.models.team import Recusal, Team, TeamMember

__all__ = [
    "AnnualPlan",
    "Basis",
    "Campaign",
    "CampaignUnit",
    "Citation",
    "Finding",
    "PlanItem",
    "Recusal",
    "Team",
    "TeamMember",
]
