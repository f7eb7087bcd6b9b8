"""Shops on a map and in a list, with the rate for me now; the page at the shop's door."""
