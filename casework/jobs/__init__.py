"""Work that nobody waits for: background work, chores, the jobs of the night."""
