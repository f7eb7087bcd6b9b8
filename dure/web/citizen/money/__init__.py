"""Charging and getting back: bank accounts, limits, automatic top-ups, expiry."""
