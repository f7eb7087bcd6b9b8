"""Appropriations by budget line, their shares, and what is left of them."""
