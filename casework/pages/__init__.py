"""What a page shows of a case, read from the store."""
