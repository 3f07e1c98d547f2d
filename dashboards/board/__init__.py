"""The leaders' page: its range, its slots, and what stands in them."""
