"""The one door: every movement of money is a command, decided in order and committed once."""
