"""Races for the last coupon and the last won, round after round, each exact or not."""
