"""The first page: what the city spends, and when its money ends."""
