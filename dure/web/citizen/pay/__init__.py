"""Paying: my code at the till, the shop's code, what I get before I confirm, and cancelling."""
