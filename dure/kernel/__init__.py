"""What every room stands on: won, the city's calendar, shards, clock and database access."""
