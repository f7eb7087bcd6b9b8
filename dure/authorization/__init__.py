"""Decides whether a purchase may happen and what it earns, and undoes it."""
