"""The demonstration year: the city's own published story as data (docs/domain/samples.md 10.1), invented persons, every row reached through the workflow."""
