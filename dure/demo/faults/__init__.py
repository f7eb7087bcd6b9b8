"""Kills the engine and PostgreSQL under load and checks the books each time: `dure faults`."""
