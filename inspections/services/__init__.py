"""Every write of the inspection that is not a step: plans, campaigns, teams, findings. Each is one transaction and leaves an event."""

from inspections.services.campaigns import Switches, amend_campaign, draft_campaign
from inspections.services.findings import Cited, amend_finding, feed_back_unit, log_finding, title_of
from inspections.services.placing import deal_units, place_units, remove_units
from inspections.services.plans import ItemDraft, draft_plan, set_items
from inspections.services.recusal import members_of, recused_units
from inspections.services.teams import Seat, change_team, form_four_teams, form_team, last_day_of_teams, prolong_teams, register_recusal

__all__ = [
    "Cited", "ItemDraft", "Seat", "Switches", "amend_campaign", "amend_finding", "change_team", "deal_units", "draft_campaign", "draft_plan", "feed_back_unit",
    "form_four_teams", "form_team", "last_day_of_teams", "log_finding", "members_of", "place_units", "prolong_teams", "recused_units", "register_recusal",
    "remove_units", "set_items", "title_of",
]  # fmt: skip
