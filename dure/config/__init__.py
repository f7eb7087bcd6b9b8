"""Settings, the supervisor and the one command dure."""
