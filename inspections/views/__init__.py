"""Pages of plans, campaigns, teams and findings."""
