"""The page, a figure by itself, the rows behind a number."""
