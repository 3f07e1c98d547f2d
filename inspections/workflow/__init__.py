"""The rules of plans, campaigns and findings."""

from inspections.workflow.finding import FINDING, INPUTS, TABLE, facts_of
from inspections.workflow.plan import ANNUAL_PLAN, CAMPAIGN

__all__ = ["ANNUAL_PLAN", "CAMPAIGN", "FINDING", "INPUTS", "TABLE", "facts_of"]
