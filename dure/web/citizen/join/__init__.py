"""Joining, signing in, proving who holds the telephone, and how the app looks."""
