"""Funds for donations: proposed, decided by another officer, and what each was given."""
