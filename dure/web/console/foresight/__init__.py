"""Forecasts and pacing."""
