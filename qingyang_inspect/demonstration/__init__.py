"""The demonstration year: the city's own published story as data (domain/seed.txt), invented persons, every row reached through the workflow."""
