"""Foresight: history, demand, forecasts, simulations, plans; what the city sees before it decides.

What pages read (`results`, `work`) needs no compiler and no statistics; the rest runs in the
analyst's process and in commands.
"""
