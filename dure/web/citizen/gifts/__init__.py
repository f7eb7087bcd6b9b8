"""Gifts between members, and donations."""
