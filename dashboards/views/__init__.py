"""The leaders' page and the rows behind each number."""
