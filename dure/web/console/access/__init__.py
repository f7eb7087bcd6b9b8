"""Signing in with a second factor, one's own account, and the officials' accounts."""
