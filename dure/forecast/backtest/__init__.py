"""The back-test: what was known at a date, what would have been told, and what came."""
