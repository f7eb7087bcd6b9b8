"""The rule workshop: writing, trying, comparing and deciding the city's rules."""
