"""How any case moves: the table, the one door, the trail, and what hangs on a step."""
