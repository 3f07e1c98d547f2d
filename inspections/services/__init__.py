"""Every write of the inspection that is not a step: plans, campaigns, teams, findings.

Each is one transaction and leaves an event.
"""

from inspections.services.campaign_units import (
    arrange_units,
    deal_units,
    inspected_on,
    place_units,
    remove_units,
    units_for,
)
from inspections.services.campaigns import Switches, amend_campaign, draft_campaign
from inspections.services.citing import Cited, article_of, out_of_force
from inspections.services.feeding_back import feed_back_unit
from inspections.services.findings import (
    amend_finding,
    campaigns_offered,
    campaigns_to_log_in,
    leader_for,
    log_finding,
    title_of,
    units_to_log_on,
)
from inspections.services.log_and_hand_on import Logged, log_and_hand_on
from inspections.services.plans import ItemDraft, amend_plan, draft_plan, item_of_plan, set_items
from inspections.services.recusal import members_of, members_of_campaign, recused_units
from inspections.services.routine import logs_routine, open_routine, routine_of
from inspections.services.taking_over import take_over
from inspections.services.teams import (
    Seat,
    candidates,
    change_team,
    coordination_groups,
    form_four_teams,
    form_team,
    last_day_of_teams,
    prolong_teams,
    register_recusal,
)

__all__ = [
    "Cited",
    "ItemDraft",
    "Logged",
    "Seat",
    "Switches",
    "amend_campaign",
    "amend_finding",
    "amend_plan",
    "arrange_units",
    "article_of",
    "campaigns_offered",
    "campaigns_to_log_in",
    "candidates",
    "change_team",
    "coordination_groups",
    "deal_units",
    "draft_campaign",
    "draft_plan",
    "feed_back_unit",
    "form_four_teams",
    "form_team",
    "inspected_on",
    "item_of_plan",
    "last_day_of_teams",
    "leader_for",
    "log_and_hand_on",
    "log_finding",
    "logs_routine",
    "members_of",
    "members_of_campaign",
    "open_routine",
    "out_of_force",
    "place_units",
    "prolong_teams",
    "recused_units",
    "register_recusal",
    "remove_units",
    "routine_of",
    "set_items",
    "take_over",
    "title_of",
    "units_for",
    "units_to_log_on",
]
