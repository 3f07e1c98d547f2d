"""Input of plans, campaigns, teams and findings."""
