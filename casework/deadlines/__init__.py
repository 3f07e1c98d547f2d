"""Working days, by when a step is due, and what a date says to its reader."""
