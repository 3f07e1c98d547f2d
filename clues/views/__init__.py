"""线索: list, page, registration."""
