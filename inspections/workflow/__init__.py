"""The rules of plans, campaigns and findings."""

from inspections.workflow.finding import FINDING
from inspections.workflow.plan import ANNUAL_PLAN, CAMPAIGN

__all__ = ["ANNUAL_PLAN", "CAMPAIGN", "FINDING"]
