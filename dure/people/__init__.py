"""Accounts of people, their roles, consent and residence."""
