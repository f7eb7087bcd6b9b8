"""Evaluates the compiled rule documents for whole populations, equal to `evaluate` to the won."""
